"""Telephone numbers on a screen: what somebody can call from where they are, in their language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.voice import Voice
from flows.directory import Directory, LineKind, Offer
from flows.emergency import emergency
from flows.turn import Prompt
from locales.catalog import isolate

RIGHT_TO_LEFT = "\u200f"
"""Begins a line that a flag stands first in: a flag counts as a Latin letter, and would turn an Arabic line around."""


@dataclass(frozen=True, slots=True)
class Telephones:
    """Writes down what the directory offers."""

    directory: Directory = field(repr=False)

    def text(self, prompt: Prompt, voice: Voice, now: int) -> str | None:
        """The numbers that belong on this screen, one a line; None where it shows none. `now` in unix seconds."""
        if not prompt.lines:
            return None
        kinds = [LineKind(kind) for kind in prompt.lines]
        numbers = self._text(kinds, prompt.where, prompt.home, voice, now)
        # A remark above a question has its own words for what follows.
        return numbers if prompt.note is not None else f"{voice.phrase('lines_intro')}\n{numbers}"

    def anywhere(self, voice: Voice, now: int, where: str | None = None) -> str:
        """What can be said to anybody, by where they are; None: nothing is known of that."""
        numbers = self._text([LineKind.TRAFFICKING], where, None, voice, now)
        return f"{voice.phrase('lines_intro')}\n{numbers}"

    def _text(
        self, kinds: Sequence[LineKind], where: str | None, home: str | None, voice: Voice, now: int
    ) -> str:
        offers = self.directory.offer(kinds, where=where, home=home, now=now)
        return "\n".join(self._lines(offers, where, voice))

    def _lines(self, offers: Sequence[Offer], where: str | None, voice: Voice) -> Iterator[str]:
        numbers = emergency(where)
        if numbers:
            together = " · ".join(isolate(number) for number in numbers)
            yield voice.phrase("line_emergency").replace("{numbers}", together)
        else:
            yield voice.phrase("line_no_country")
        for offer in offers:
            yield _line(offer, voice)
        if offers:
            yield voice.phrase("lines_change")


def _line(offer: Offer, voice: Voice) -> str:
    line = offer.line
    note = voice.translate(f"line.{line.id}", line.note).rstrip(".。") if line.note else ""
    old = voice.phrase("line_old") if offer.stale else ""
    remarks = "; ".join(remark for remark in (note, old) if remark)
    start = RIGHT_TO_LEFT if voice.language.rtl else ""
    said = (
        f"{start}{voice.country(line.country)}: {voice.phrase(f'line_{line.kind}')}: {isolate(offer.number)}"
    )
    return f"{said} ({remarks})" if remarks else said
