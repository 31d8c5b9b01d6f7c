"""Terms: what the contact said about how and when to write, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.local_time import UNKNOWN
from locales.catalog import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flows.summary import CaseSummary
    from responder.lexicon import Lexicon


def term(lexicon: Lexicon, key: str, value: str) -> str:
    """Say one term; what is counted stands in a phrase with a place for it."""
    match key:
        case "clock" if value != UNKNOWN:
            filled = {"offset": f"{value[:3]}:{value[3:]}"}
        case "in_hours" | "check_in_hours":
            filled = {"hours": value}
        case _:
            return lexicon.text(f"phrase.safety_{key}_{value}") or f"{key}: {value}"
    said = lexicon.text(f"phrase.safety_{key}")
    return fill(said, **filled) if said else f"{key}: {value}"


def beware(sessions: Sequence[CaseSummary]) -> Iterator[str]:
    """Name the desk's phrases on what to beware of before one writes."""
    if any(session.duress for session in sessions):
        yield "duress"
    if any(session.erasing for session in sessions):
        yield "erasing"
    if sessions and sessions[-1].contact_safety.get("account") == "theirs":
        yield "theirs"
