"""The composer: what the console does with messages of one case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.message import LONGEST_MESSAGE
from protocol.revision import CaseId
from responder.failures import Refused, SettingsWrong, WordsWrong
from responder.gate import signed
from responder.questions import asking
from responder.ready import ready_texts

if TYPE_CHECKING:
    from responder.console import Console
    from responder.desk import Desk
    from responder.outgoing import Outgoing


@dataclass(frozen=True, slots=True, repr=False)
class Composer:
    """Replies and notes from the case's page."""

    console: Console

    async def reply(self, request: web.Request) -> web.Response:
        """Let a ready text, or what was typed, wait its seconds and go; ask again first where there is a doubt."""
        form = await signed(self.console.gate, request)
        case, desk, shift = CaseId(request.match_info["case"]), self.console.desk(), self.console.shift
        try:
            words = await desk.vet(case, await self._words(case, form))
            if "despite" not in form and (page := await self._look_again(case, words, form)):
                return page
            await shift.outgoing.put(desk, case, words)
        except (WordsWrong, Refused) as failure:
            return self.console.trouble(failure, case=case)
        raise web.HTTPSeeOther(f"/cases/{case}" if shift.outgoing.wait else f"/cases/{case}?said=sent")

    async def ask(self, request: web.Request) -> web.Response:
        """Let a question of the questionnaire wait its seconds and go, in the contact's language."""
        form = await signed(self.console.gate, request)
        case, desk, outgoing = self._place(request)
        try:
            header = await desk.client.header(case)
            put = asking(header.flow, self.console.lexicon, header.language, form.get("question", ""))
            await outgoing.put(desk, case, put.sent, put.id)
        except (SettingsWrong, WordsWrong, Refused) as failure:
            return self.console.trouble(failure, case=case)
        raise web.HTTPSeeOther(f"/cases/{case}" if outgoing.wait else f"/cases/{case}?said=sent")

    async def undo(self, request: web.Request) -> web.Response:
        """Keep a reply that waits from going out, and show its words again; a question is only not asked."""
        await signed(self.console.gate, request)
        case, desk, outgoing = self._place(request)
        asks = case in outgoing.waiting and outgoing.waiting[case].question
        taken = outgoing.take_back(desk, case)
        raise web.HTTPSeeOther(f"/cases/{case}?said={_undone(taken=taken, asks=bool(asks))}")

    async def draft(self, request: web.Request) -> web.Response:
        """Keep what is being typed, sealed to its writer, so that a lock does not lose it."""
        form = await signed(self.console.gate, request)
        case, desk, outgoing = self._place(request)
        outgoing.keep(desk, case, form.get("words", "")[:LONGEST_MESSAGE])
        return web.Response(status=204)

    def _place(self, request: web.Request) -> tuple[CaseId, Desk, Outgoing]:
        return CaseId(request.match_info["case"]), self.console.desk(), self.console.shift.outgoing

    async def _look_again(self, case: CaseId, words: str, form: dict[str, str]) -> web.Response | None:
        """Return a page with what is doubtful, where anything is; the words are kept, whatever comes next."""
        desk, shift, wording = self.console.desk(), self.console.shift, self.console.wording
        header = await desk.client.header(case)
        found = shift.doubts(words, None if form.get("ready") else header.language, case, wording)
        if not found:
            return None
        shift.outgoing.keep(desk, case, words)
        return self.console.paper.page(
            "look.html",
            case=case,
            words=words,
            doubtful=found,
            phrase=shift.memory.phrases.get(case, ""),
            longest_message=LONGEST_MESSAGE,
        )

    async def note(self, request: web.Request) -> web.Response:
        """Leave a note for colleagues and stay on the case."""
        return await self._act(request, "noted")

    async def confirm(self, request: web.Request) -> web.Response:
        """Let a reply go that needed a second look."""
        return await self._act(request, "confirmed")

    async def withdraw(self, request: web.Request) -> web.Response:
        """Take back a reply."""
        return await self._act(request, "withdrawn")

    async def _act(self, request: web.Request, said: str) -> web.Response:
        form = await signed(self.console.gate, request)
        case = CaseId(request.match_info["case"])
        try:
            await self._do(said, case, form)
        except (WordsWrong, Refused) as failure:
            return self.console.trouble(failure, case=case)
        raise web.HTTPSeeOther(f"/cases/{case}?said={said}")

    async def _do(self, said: str, case: CaseId, form: dict[str, str]) -> None:
        desk = self.console.desk()
        match said:
            case "noted":
                await desk.note(case, form.get("words", ""))
            case "confirmed":
                await desk.confirm(case, _number(form))
            case _:
                await desk.withdraw(case, _number(form))

    async def _words(self, case: CaseId, form: dict[str, str]) -> str:
        """Return what was typed, or the ready text that was picked, in the contact's language."""
        picked = form.get("ready", "")
        if not picked:
            return form.get("words", "")
        header = await self.console.desk().client.header(case)
        texts = ready_texts(header.language, self.console.wording, self.console.lexicon)
        return next((each.sent for each in texts if each.id == picked), "")


def _undone(*, taken: bool, asks: bool) -> str:
    """Return what the page says after it."""
    if not taken:
        return "sent"
    return "withdrawn" if asks else "held_back"


def _number(form: dict[str, str]) -> int:
    number = form.get("number", "")
    if not number.isdecimal():
        raise web.HTTPBadRequest(text="no such message")
    return int(number)
