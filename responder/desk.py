"""The responder's use case: list, take, open, renew, regrade, write, release, close. It knows no screen and no page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from protocol.desk import CaseState
from protocol.message import MessageKind, Say
from protocol.revision import CaseId
from responder.attachments import NO_FILES, Files, OpenedFile, fetch, gather, is_named
from responder.failures import AttachmentUnknown, CaseUnclear, NothingWaiting, ServerFailure, unreadable
from responder.jobs import Interpreted, read_jobs
from responder.messages import Exchange, read_messages, refuse_echo, write_message, write_words
from responder.opened import OpenedCase, Unread, merge_sessions, newest
from responder.opening import Keys, Opening, open_parts
from responder.regrades import History, read_regrades, write_reason, write_regrade
from responder.releases import Released, fetch_releases, only_reads, released_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.summary import CasePart, CaseSummary
    from protocol.desk import Claim, Header, Outcome, SealedCase, Urgency
    from protocol.message import Messages
    from protocol.revision import SealedRevision
    from protocol.roster import Roster
    from protocol.signing import KeyId, VerifyKey
    from responder.client import Client
    from responder.identity import Identity
    from responder.watch import Watch


WHOLE_ID = 32
"""Characters of an id as the server makes them."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One responder at work: a client, an unlocked identity and the pinned keys of the server."""

    client: Client
    identity: Identity = field(repr=False)
    server_keys: Mapping[KeyId, VerifyKey] = field(repr=False)
    watch: Watch | None = None

    async def cases(self) -> tuple[Header, ...]:
        """Return the queue, most urgent first; raises ServerFailure."""
        return await self.client.cases()

    async def keep_watch(self) -> None:
        """Look at the roster where a minute has passed since the last look; raises Unreachable."""
        if self.watch is not None:
            await self.watch.look_again(self.client)

    async def take_next(self) -> Header:
        """Claim the most urgent waiting case; raises NothingWaiting, ServerFailure."""
        claim = await self.client.next()
        if claim is None:
            msg = "no case is waiting for you"
            raise NothingWaiting(msg, "`wayout-responder list` shows what others have.")
        return claim.header

    async def take(self, case: CaseId) -> Header:
        """Claim a case unless it is yours or closed already, or you are a partner; raises ServerFailure."""
        header = await self.client.header(case)
        takes = header.state is CaseState.WAITING and not only_reads(header)
        return (await self.client.claim(case)).header if takes else header

    async def next(self) -> OpenedCase:
        """Claim and open the most urgent waiting case; raises as `take_next` and `read` do."""
        return await self.read((await self.take_next()).id)

    async def open(self, case: CaseId) -> OpenedCase:
        """Open a case, claiming it first if it waits; raises CaseUnreadable, ServerFailure."""
        return await self.read((await self.take(case)).id)

    async def read(self, case: CaseId) -> OpenedCase:
        """Fetch, check, open and merge a case that is claimed; raises CaseUnreadable, ServerFailure."""
        sealed = await self.client.sealed(case)
        releases = await fetch_releases(self.client, self.identity, self.server_keys, case)
        opened = self.unseal(sealed, releases)
        if only_reads(sealed.header):
            return opened
        sessions, history = opened.sessions, await self._history(case)
        files, exchange = await self._files(case, sessions), await self._exchange(case)
        jobs = await self.jobs(case)
        return replace(opened, history=history, files=files, exchange=exchange, jobs=jobs)

    async def parts(self, case: CaseId) -> list[CasePart]:
        """Return what a claimed case holds now, tier by tier; nothing counts as read. Raises ServerFailure."""
        return newest(self._unseal(case, (await self.client.sealed_again(case)).revisions).parts)

    async def look(self, case: CaseId) -> OpenedCase:
        """Open a case that one holds or closed, to compare and not to show: nothing counts as read."""
        opened = self.unseal(await self.client.sealed_again(case))
        return replace(opened, exchange=await self._exchange(case))

    def unseal(self, sealed: SealedCase, releases: tuple[Released, ...] = ()) -> OpenedCase:
        """Open what was handed over, without asking anybody; a partner has what was released. Raises CaseUnreadable."""
        found = self._unseal(sealed.header.id, sealed.revisions)
        unread = tuple(Unread(each.revision, each.tier, reason) for each, reason in found.failed)
        parts = [*found.parts, *(released_parts(releases) if only_reads(sealed.header) else ())]
        if not parts:
            raise unreadable({each.reason for each in unread})
        by = tuple(sorted(self.watch.name(key) for key in found.resealed_by)) if self.watch else ()
        return OpenedCase(
            sealed.header,
            merge_sessions(parts),
            unread,
            resealed_by=by,
            releases=releases,
            parts=tuple(parts),
        )

    async def fetch(self, opened: OpenedCase, name: str) -> OpenedFile:
        """Return a file of an opened case, by number or id, in clear.

        Raises AttachmentUnknown, AttachmentWaiting, ProtocolError, ServerFailure.
        """
        filed = opened.files.find(name)
        return await fetch(self.client, self.identity, self.server_keys, opened.header.id, filed)

    async def file(self, case: CaseId, attachment: str) -> OpenedFile:
        """Return a file of a claimed case by its whole id, in clear; raises as `fetch`."""
        for known in (await self.client.attachments(case)).attachments:
            if known.id == attachment:
                return await fetch(self.client, self.identity, self.server_keys, case, known)
        raise AttachmentUnknown

    async def find(self, name: str) -> CaseId:
        """Return the case that an id or the beginning of one names; raises CaseUnclear, ServerFailure.

        What names nothing in the queue is taken as a whole id: closed cases are not listed.
        """
        if len(name) >= WHOLE_ID:
            return CaseId(name)
        named = [header.id for header in await self.cases() if header.id.startswith(name)]
        if len(named) > 1 and name not in named:
            msg = "more than one case begins so"
            raise CaseUnclear(msg, "Type more of its id.")
        return CaseId(name) if name in named or not named else named[0]

    async def renew(self, case: CaseId) -> Claim:
        """Keep a claimed case for longer."""
        return await self.client.renew(case)

    async def regrade(self, case: CaseId, after: Urgency, reason: str) -> Header:
        """Give a claimed case another urgency; the reason is sealed here, for colleagues alone.

        Raises ReasonWrong, ProtocolError for a roster that cannot be believed, ServerFailure.
        """
        reason = write_reason(reason)
        header, known = await self.client.header(case), await self.client.regrades(case)
        await self.vouched(known.roster)
        client = self.client
        sealed = write_regrade(
            header,
            after,
            reason,
            known,
            card=client.card,
            key=client.key,
            server_keys=self.server_keys,
            now=int(client.clock()),
        )
        return await client.regrade(case, sealed)

    async def vet(self, case: CaseId, text: str) -> str:
        """Return a reply as it would go out; raises WordsWrong, Echoed where the words are theirs, ServerFailure."""
        words = write_words(text)
        found = self._unseal(case, (await self.client.sealed_again(case)).revisions)
        refuse_echo(words, merge_sessions(found.parts))
        return words

    async def reply(self, case: CaseId, text: str) -> Exchange:
        """Write to the contact of a claimed case; it reaches them when they agreed that it may.

        Raises as `vet` does, and ProtocolError for a roster that cannot be believed.
        """
        return await self._say(case, MessageKind.REPLY, await self.vet(case, text))

    async def ask(self, case: CaseId, question: str, text: str) -> Exchange:
        """Put a question of the questionnaire to the contact of a claimed case, as a reply; raises as `reply`.

        `text` is what stands on their screen where their questionnaire has it no more.
        """
        return await self._say(case, MessageKind.REPLY, write_words(text), question=question)

    async def note(self, case: CaseId, text: str) -> Exchange:
        """Leave a note for colleagues at a claimed case; raises as `reply` does, but for the echo."""
        return await self._say(case, MessageKind.NOTE, write_words(text))

    async def messages(self, case: CaseId) -> Exchange:
        """Return every message of a claimed case, or what needs a second look; raises ServerFailure."""
        return self._read(case, await self.client.messages(case))

    async def confirm(self, case: CaseId, number: int) -> Exchange:
        """Let a colleague's reply go that has a number for money; raises ServerFailure."""
        return self._read(case, await self.client.confirm(case, number))

    async def withdraw(self, case: CaseId, number: int) -> Exchange:
        """Take back a reply that the contact has not been told of; raises ServerFailure."""
        return self._read(case, await self.client.withdraw(case, number))

    async def _say(
        self, case: CaseId, kind: MessageKind, words: str, *, question: str | None = None
    ) -> Exchange:
        client, known = self.client, await self.client.messages(case)
        await self.vouched(known.roster)
        sealed = write_message(
            case,
            kind,
            words,
            known,
            card=client.card,
            key=client.key,
            server_keys=self.server_keys,
            now=int(client.clock()),
        )
        text = words if kind is MessageKind.REPLY else None
        return self._read(case, await client.say(case, Say(sealed, text, question)))

    def _read(self, case: CaseId, known: Messages) -> Exchange:
        return read_messages(case, known, self.identity, self.server_keys)

    async def _exchange(self, case: CaseId) -> Exchange:
        """Return the messages; a case is shown also where they cannot be had, such as from an older server."""
        try:
            return await self.messages(case)
        except ServerFailure as failure:
            return Exchange(failure=type(failure).__name__)

    async def release(self, case: CaseId) -> Header:
        """Give a claimed case back to the queue."""
        return await self.client.release(case)

    async def close(self, case: CaseId, outcome: Outcome) -> Header:
        """Close a claimed case with what came of it."""
        return await self.client.close(case, outcome)

    def is_mine(self, header: Header) -> bool:
        """Say whether this responder holds the claim."""
        return header.state is CaseState.CLAIMED and header.claimed_by == self.client.card

    async def jobs(self, case: CaseId) -> tuple[Interpreted, ...]:
        """Return every job of a claimed case, oldest first; none where they cannot be had, as from an older server."""
        try:
            return read_jobs(await self.client.case_jobs(case), self.identity, self.server_keys)
        except ServerFailure:
            return ()

    async def _history(self, case: CaseId) -> History:
        """Return the regrades; a case is shown also where they cannot be had, such as from an older server."""
        try:
            known = await self.client.regrades(case)
        except ServerFailure as failure:
            return History(failure=type(failure).__name__)
        return read_regrades(case, known, self.identity, self.server_keys)

    async def _files(self, case: CaseId, sessions: tuple[CaseSummary, ...]) -> Files:
        """Return the files; a case is shown also where the server does not say what has become of them."""
        if not is_named(sessions):
            return NO_FILES
        try:
            known = await self.client.attachments(case)
        except ServerFailure as failure:
            return gather(sessions, None, failure=type(failure).__name__)
        return gather(sessions, known.attachments)

    def _unseal(self, case: CaseId, revisions: Iterable[SealedRevision]) -> Opening:
        colleagues = self.watch.colleagues() if self.watch else {}
        return open_parts(case, revisions, Keys(self.identity, self.server_keys, colleagues))

    async def vouched(self, roster: Roster) -> None:
        """Look at the roster anew before sealing to these cards; raises RosterDoubtful, Unreachable."""
        if self.watch is not None:
            await self.watch.look(self.client)
            self.watch.check(roster)
