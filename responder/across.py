"""The console's pages that look across cases: search over one's own, and patterns with an analyst's identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from responder.analysis import fetch_extracts, open_extracts
from responder.failures import WordsWrong
from responder.gate import signed
from responder.lines import short
from responder.patterns_page import make_sheet
from responder.queue import SHORT
from responder.wording import tag

if TYPE_CHECKING:
    from aiohttp import web

    from responder.console import Console
    from responder.lexicon import Lexicon
    from responder.search import Asked, Hit
    from responder.wording import Wording


@dataclass(frozen=True, slots=True)
class Found:
    """One case that was found, in words."""

    case: str
    short: str
    urgency: str
    urgency_word: str
    flow: str
    state: str
    language: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Across:
    """What each address does; it works with what the console has unlocked."""

    console: Console

    async def search(self, request: web.Request) -> web.Response:
        """Search the cases that this responder holds or closed; the words come in a form and go into no address."""
        console = self.console
        form = await signed(console.gate, request)
        words, trouble = form.get("words", ""), ""
        hits: tuple[Hit, ...] = ()
        try:
            hits = await console.vault.finder.find(console.desk(), words)
        except WordsWrong as failure:
            trouble = f"{str(failure).capitalize()}. {failure.hint}"
        found = tuple(_found(hit, console.wording, console.lexicon) for hit in hits)
        return console.paper.page("search.html", found=found, words=words, trouble=trouble)

    async def patterns(self, _request: web.Request) -> web.Response:
        """Show what many cases show together."""
        console, desk = self.console, self.console.desk()
        looked = open_extracts(await fetch_extracts(desk), desk.identity, desk.server_keys)
        return console.paper.page("patterns.html", sheet=make_sheet(looked, console.wording))


def _found(hit: Hit, wording: Wording, lexicon: Lexicon) -> Found:
    header = hit.header
    return Found(
        case=header.id,
        short=header.id[:SHORT],
        urgency=header.urgency.value,
        urgency_word=wording.urgency(header.urgency.value),
        flow=wording.flow(header.flow),
        state=wording(f"state.{header.state.value}"),
        language=tag(header.language),
        lines=tuple((_question(asked, lexicon), line) for asked, line in hit.lines),
    )


def _question(asked: Asked, lexicon: Lexicon) -> str:
    return short(lexicon.question(asked.question, asked.sealed)) if asked.question else ""
