"""Interpreting at one desk: a case worker hands chosen texts over and takes them back; an interpreter answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.card import card_id
from protocol.interpreting import Aim
from responder.failures import ColleagueUnclear, WordsWrong
from responder.jobs import interpreters, open_handed, read_jobs, write_job, write_rendering
from responder.regrades import believe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol.card import Card
    from protocol.interpreting import CaseJobs, Jobs
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.jobs import Chosen, Handed, Interpreted


@dataclass(frozen=True, slots=True)
class Asking:
    """A case worker's side; every method raises ServerFailure."""

    desk: Desk

    async def jobs(self, case: CaseId) -> tuple[Interpreted, ...]:
        """Return every job of a claimed case, oldest first."""
        return self._read(await self.desk.client.case_jobs(case))

    async def cards(self, case: CaseId, language: str | None = None) -> tuple[Card, ...]:
        """Return the interpreters, those of a language first; raises ProtocolError where they cannot be believed."""
        roster = (await self.desk.client.case_jobs(case)).roster
        believe(roster, self.desk.server_keys)
        return tuple(sorted(interpreters(roster), key=lambda card: language not in card.languages))

    async def send(self, case: CaseId, to: str, chosen: Chosen, into: str) -> tuple[Interpreted, ...]:
        """Hand chosen texts, and nothing else, to the interpreter whom a name, an id or the beginning of one means.

        Raises ColleagueUnclear, and ProtocolError for a roster that cannot be believed.
        """
        client = self.desk.client
        roster = (await client.case_jobs(case)).roster
        believe(roster, self.desk.server_keys)
        await self.desk.vouched(roster)
        sealed = write_job(
            chosen,
            into,
            pick(interpreters(roster), to),
            roster,
            card=client.card,
            key=client.key,
            now=int(client.clock()),
        )
        return self._read(await client.send_job(case, sealed))

    async def written(self, case: CaseId, named: str) -> str:
        """Return what an interpreter wrote for the contact, by the beginning of the job's id; raises WordsWrong."""
        found = [each for each in await self.jobs(case) if named and each.id.startswith(named)]
        texts = [text for each in found if each.aim is Aim.WRITE for text in each.answers]
        if len(texts) == 1:
            return texts[0]
        msg = "no interpreter has written such a text for them"
        raise WordsWrong(msg, "`wayout-responder interpret list CASE` shows what came back.")

    async def withdraw(self, case: CaseId, job: str) -> tuple[Interpreted, ...]:
        """Take back what was not answered yet."""
        return self._read(await self.desk.client.withdraw_job(case, job))

    def _read(self, known: CaseJobs) -> tuple[Interpreted, ...]:
        return read_jobs(known, self.desk.identity, self.desk.server_keys)


@dataclass(frozen=True, slots=True)
class Answering:
    """An interpreter's side; every method raises ServerFailure."""

    desk: Desk

    async def waiting(self) -> Jobs:
        """Return what waits, oldest first, without what is inside."""
        return await self.desk.client.jobs()

    async def find(self, named: str) -> str:
        """Return the job that an id or the beginning of one means; what names none is taken as a whole id."""
        found = [each.id for each in (await self.waiting()).jobs if named and each.id.startswith(named)]
        return found[0] if len(found) == 1 else named

    async def open(self, job: str) -> Handed:
        """Return one of them, checked and opened; raises ProtocolError."""
        client = self.desk.client
        handed = await client.job(job)
        return open_handed(
            handed, job, self.desk.identity, card=client.card, server_keys=self.desk.server_keys
        )

    async def answer(self, job: str, texts: Sequence[str]) -> Jobs:
        """Send what the texts of a job became; raises WordsWrong, ProtocolError."""
        client, handed = self.desk.client, await self.open(job)
        sealed = write_rendering(handed, texts, card=client.card, key=client.key, now=int(client.clock()))
        return await client.answer_job(job, sealed)

    async def decline(self, job: str) -> Jobs:
        """Give a job back; nobody is told why."""
        return await self.desk.client.decline_job(job)


def pick(cards: Sequence[Card], named: str) -> Card:
    """Return the interpreter whom a name, an id or the beginning of one means; raises ColleagueUnclear."""
    named = named.strip()
    called = [card for card in cards if card.name.casefold() == named.casefold()]
    found = called or [card for card in cards if named and card_id(card).startswith(named)]
    if len(found) == 1:
        return found[0]
    msg = "more than one interpreter is called so" if found else "there is no such interpreter"
    raise ColleagueUnclear(msg, "`wayout-responder interpret cards CASE` lists them; give the id.")
