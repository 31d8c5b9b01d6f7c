"""The console's side of texts for interpreters: choosing, a look before they go, taking back, using an answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, takewhile
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.card import card_id
from protocol.interpreting import LONGEST_TEXT, Aim
from protocol.revision import CaseId
from responder.chosen import choose, draft, edited
from responder.failures import ColleagueUnclear, Refused, WordsWrong
from responder.gate import signed
from responder.interpreting import Asking
from responder.jobs import Chosen
from responder.lines import clean
from responder.wording import language_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol.card import Card
    from responder.console import Console
    from responder.opened import OpenedCase
    from responder.wording import Wording

CASE = "/cases/{case:[A-Za-z0-9_-]{1,64}}"
TICKED = "text_"
"""How the fields begin that tick a text."""


@dataclass(frozen=True, slots=True)
class Named:
    """An interpreter to choose: the card's id, and name and languages for people."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class InterpretPage:
    """Its addresses, beside those of the console."""

    console: Console

    def routes(self) -> list[web.RouteDef]:
        """Return every address."""
        job = CASE + "/jobs/{job:[0-9a-f]{32}}"
        return [
            web.post(CASE + "/interpret", self.look),
            web.post(CASE + "/interpret/send", self.send),
            web.post(job + "/withdraw", self.withdraw),
            web.post(job + "/take", self.take),
        ]

    async def look(self, request: web.Request) -> web.Response:
        """Show what was chosen, as it would go, with what to look at in it."""
        form, case = await signed(self.console.gate, request), _case(request)
        opened, words = await self.console.desk().look(case), form.get("draft", "").strip()
        ids = [name.removeprefix(TICKED) for name in form if name.startswith(TICKED)]
        wording, lexicon = self.console.wording, self.console.lexicon
        try:
            if words and ids:
                msg = "an interpreter gets texts of theirs or words of yours, not both at once"
                raise WordsWrong(msg, "Send the one, then the other.")  # noqa: TRY301 - told as any other
            chosen = (
                draft(opened, words, wording.language, wording, lexicon)
                if words
                else choose(opened, ids, wording, lexicon)
            )
        except WordsWrong as failure:
            return self.console.trouble(failure, case=case)
        return await self._page(opened, chosen)

    async def send(self, request: web.Request) -> web.Response:
        """Hand the texts over as they stand on the page; where something stands out, only once it was looked at."""
        form, case = await signed(self.console.gate, request), _case(request)
        desk, wording = self.console.desk(), self.console.wording
        opened = await desk.look(case)
        aim = Aim.WRITE if form.get("aim") == Aim.WRITE else Aim.READ
        shown = Chosen(aim, form.get("language", ""), (), ())
        try:
            chosen = edited(opened, shown, _words(form), wording, self.console.lexicon)
            if chosen.tells and "despite" not in form:
                return await self._page(opened, chosen, to=form.get("to", ""), again=True)
            into = wording.language if aim is Aim.READ else _language(opened)
            await Asking(desk).send(case, form.get("to", ""), chosen, into)
        except (ColleagueUnclear, WordsWrong, Refused) as failure:
            return self.console.trouble(failure, case=case)
        raise web.HTTPSeeOther(f"/cases/{case}?said=interpret_sent")

    async def withdraw(self, request: web.Request) -> web.Response:
        """Take a job back and stay on the case."""
        await signed(self.console.gate, request)
        case = _case(request)
        try:
            await Asking(self.console.desk()).withdraw(case, request.match_info["job"])
        except Refused as failure:
            return self.console.trouble(failure, case=case)
        raise web.HTTPSeeOther(f"/cases/{case}?said=withdrawn")

    async def take(self, request: web.Request) -> web.Response:
        """Put what an interpreter wrote into the reply, where it waits for a person to send it."""
        await signed(self.console.gate, request)
        case, desk = _case(request), self.console.desk()
        try:
            words = await Asking(desk).written(case, request.match_info["job"])
        except (WordsWrong, Refused) as failure:
            return self.console.trouble(failure, case=case)
        self.console.shift.outgoing.keep(desk, case, clean(words))
        raise web.HTTPSeeOther(f"/cases/{case}?said=job_taken")

    async def _page(
        self, opened: OpenedCase, chosen: Chosen, *, to: str = "", again: bool = False
    ) -> web.Response:
        case, wording = opened.header.id, self.console.wording
        cards = await Asking(self.console.desk()).cards(case, _language(opened))
        return self.console.paper.page(
            "interpret.html",
            case=case,
            chosen=chosen,
            cards=[_named(each, wording) for each in cards],
            to=to,
            again=again,
            longest=LONGEST_TEXT,
        )


def _language(opened: OpenedCase) -> str:
    return opened.header.language or opened.sessions[-1].language or ""


def _named(card: Card, wording: Wording) -> Named:
    languages = ", ".join(language_name(each, wording.language) for each in card.languages)
    return Named(card_id(card), f"{clean(card.name)} ({languages})" if languages else clean(card.name))


def _words(form: Mapping[str, str]) -> list[str]:
    """Return the texts of a form in their order."""
    names = takewhile(form.__contains__, (f"words_{number}" for number in count()))
    return [form[name].replace("\r\n", "\n") for name in names]


def _case(request: web.Request) -> CaseId:
    return CaseId(request.match_info["case"])
