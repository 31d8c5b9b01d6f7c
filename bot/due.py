"""Due times: what is due next in each case, added to the headers on their way to responders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from bot.asked import Answer
from flows.rule import Urgency
from flows.service import Service, Standing, Word, due
from protocol.desk import Cases, CaseState, Claim, Duty, Header, SealedCase
from storage import clocks
from storage.clocks import Clock, Done
from storage.database import Database

Known = Mapping[str, tuple[Clock, Done]]


@dataclass(frozen=True, slots=True)
class DueTimes:
    """Fills what a header says of time. It reads clocks and states of messages, and opens nothing."""

    database: Database
    service: Service

    async def fill(self, answer: Answer) -> Answer:
        """The same answer, its headers with what is due."""
        match answer:
            case Header():
                return self._filled(answer, await self._known([answer]))
            case Cases(cases):
                known = await self._known(cases)
                return Cases(tuple(self._filled(each, known) for each in cases))
            case Claim(header=header) | SealedCase(header=header):
                return replace(answer, header=self._filled(header, await self._known([header])))
            case _:
                return answer

    async def _known(self, headers: Sequence[Header]) -> Known:
        async with self.database.read() as tx:
            return await clocks.of_cases(tx, [each.id for each in headers])

    def _filled(self, header: Header, known: Known) -> Header:
        if header.id not in known or header.state is CaseState.CLOSED:
            return header
        clock, done = known[header.id]
        is_free = header.state is CaseState.WAITING
        free_since = (clock.free_since or clock.since) if is_free else None
        standing = standing_of(clock.since, free_since, done)
        found = due(self.service.clocks[Urgency(header.urgency)], standing)
        return replace(
            header,
            due_at=found and found.at,
            due=found and Duty(found.duty),
            word_waits=done.waits,
            opens_at=clock.opens_at,
        )


def standing_of(since: datetime, free_since: datetime | None, done: Done) -> Standing:
    """How a case stands whose clocks began then; `free_since` is None while somebody holds it."""
    word = Word.GIVEN if done.told else Word.WAITS if done.waits else Word.NONE
    return Standing(since, free_since, word, done.planned)
