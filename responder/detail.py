"""What stands on a case's page beside its reading: the journey with its map, the people, the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from responder.contacts import Party, parties
from responder.journey import Stop, draw, stops
from responder.lines import Lines
from responder.timeline import Happening, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase
    from responder.reading import Reading, Said
    from responder.wording import Wording


@dataclass(frozen=True, slots=True)
class Detail:
    """The rest of one case, in the reader's language."""

    stops: tuple[Stop, ...]
    world: Markup | None
    around: tuple[Said, ...]
    """What was told of places and the way that is no stop."""
    parties: tuple[Party, ...]
    timeline: tuple[Happening, ...]


def detail(opened: OpenedCase, reading: Reading, wording: Wording, lexicon: Lexicon) -> Detail:
    """Return what stands beside the reading of an opened case."""
    journey = stops(opened.sessions, wording)
    every = [Lines(session, wording, lexicon) for session in opened.sessions]
    return Detail(
        journey,
        draw(journey, wording),
        _around(reading.route, journey),
        parties(every, wording),
        timeline(reading, wording),
    )


def _around(route: Sequence[Said], journey: Sequence[Stop]) -> tuple[Said, ...]:
    told = [stop.told.text for stop in journey if stop.told.text]
    return tuple(line for line in route if not any(text in line.answer.text for text in told))
