"""The responder's use case: list, take, open, renew, regrade, write, release, close. It knows no screen and no page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.summary import CasePart, CaseSummary, PartUnreadable, decode_part, merge
from protocol.desk import CaseState
from protocol.errors import NoMatch, ProtocolError, WrongCase, WrongTier
from protocol.message import MessageKind, Say
from protocol.revision import CaseId
from responder.attachments import NO_FILES, Files, OpenedFile, fetch, gather, is_named
from responder.failures import AttachmentUnknown, CaseUnclear, CaseUnreadable, NothingWaiting, ServerFailure
from responder.messages import (
    NO_EXCHANGE,
    Exchange,
    read_messages,
    refuse_echo,
    write_message,
    write_words,
)
from responder.regrades import NO_HISTORY, History, read_regrades, write_reason, write_regrade
from responder.unseal import unseal_revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from protocol.audience import Tier
    from protocol.desk import Claim, Header, Outcome, Urgency
    from protocol.message import Messages
    from protocol.revision import SealedRevision
    from protocol.signing import KeyId, VerifyKey
    from responder.client import Client
    from responder.identity import Identity


WHOLE_ID = 32
"""Characters of an id as the server makes them."""
Part = tuple[int, CasePart]
"""A revision's number and what was in it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One sealed part that was not opened, and the name of the check that it failed."""

    revision: int
    tier: Tier
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class OpenedCase:
    """A case in clear: its header, what was said session by session, what was not believed, what colleagues gave."""

    header: Header
    sessions: tuple[CaseSummary, ...]
    unread: tuple[Unread, ...] = ()
    history: History = NO_HISTORY
    files: Files = NO_FILES
    exchange: Exchange = NO_EXCHANGE

    @property
    def wiped(self) -> tuple[int, int]:
        """Return how many messages were wiped from the phone, and how many were too old."""
        sessions = self.sessions
        return sum(session.wiped for session in sessions), sum(session.stuck for session in sessions)


@dataclass(frozen=True, slots=True)
class Desk:
    """One responder at work: a client, an unlocked identity and the pinned keys of the server."""

    client: Client
    identity: Identity = field(repr=False)
    server_keys: Mapping[KeyId, VerifyKey] = field(repr=False)

    async def cases(self) -> tuple[Header, ...]:
        """Return the queue, most urgent first; raises ServerFailure."""
        return await self.client.cases()

    async def take_next(self) -> Header:
        """Claim the most urgent waiting case; raises NothingWaiting, ServerFailure."""
        claim = await self.client.next()
        if claim is None:
            msg = "no case is waiting for you"
            raise NothingWaiting(msg, "`wayout-responder list` shows what others have.")
        return claim.header

    async def take(self, case: CaseId) -> Header:
        """Claim a case unless it is yours or closed already; raises ServerFailure."""
        header = await self.client.header(case)
        return (await self.client.claim(case)).header if header.state is CaseState.WAITING else header

    async def next(self) -> OpenedCase:
        """Claim and open the most urgent waiting case; raises as `take_next` and `read` do."""
        return await self.read((await self.take_next()).id)

    async def open(self, case: CaseId) -> OpenedCase:
        """Open a case, claiming it first if it waits; raises CaseUnreadable, ServerFailure."""
        return await self.read((await self.take(case)).id)

    async def read(self, case: CaseId) -> OpenedCase:
        """Fetch, check, open and merge a case that is claimed; raises CaseUnreadable, ServerFailure."""
        sealed = await self.client.sealed(case)
        parts, unread = self._unseal(case, sealed.revisions)
        if not parts:
            raise _unreadable(unread)
        sessions, history = merge_sessions(parts), await self._history(case)
        files, exchange = await self._files(case, sessions), await self._exchange(case)
        return OpenedCase(sealed.header, sessions, tuple(unread), history, files, exchange)

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
        client = self.client
        now = int(client.clock())
        sealed = write_regrade(
            header,
            after,
            reason,
            known,
            card=client.card,
            key=client.key,
            server_keys=self.server_keys,
            now=now,
        )
        return await client.regrade(case, sealed)

    async def vet(self, case: CaseId, text: str) -> str:
        """Return a reply as it would go out; raises WordsWrong, Echoed where the words are theirs, ServerFailure."""
        words = write_words(text)
        parts, _ = self._unseal(case, (await self.client.sealed_again(case)).revisions)
        refuse_echo(words, merge_sessions(parts))
        return words

    async def reply(self, case: CaseId, text: str) -> Exchange:
        """Write to the contact of a claimed case; it reaches them when they agreed that it may.

        Raises as `vet` does, and ProtocolError for a roster that cannot be believed.
        """
        return await self._say(case, MessageKind.REPLY, await self.vet(case, text))

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

    async def _say(self, case: CaseId, kind: MessageKind, words: str) -> Exchange:
        client, known = self.client, await self.client.messages(case)
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
        return self._read(case, await client.say(case, Say(sealed, text)))

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

    def _unseal(self, case: CaseId, revisions: Iterable[SealedRevision]) -> tuple[list[Part], list[Unread]]:
        """Open what can be opened and believed; note what failed a check, pass over what is not for us."""
        parts: list[Part] = []
        unread: list[Unread] = []
        for sealed in revisions:
            try:
                parts.append((sealed.revision, self._part(case, sealed)))
            except NoMatch:
                continue  # another class's copy, or sealed before this card was enrolled
            except (ProtocolError, PartUnreadable) as failure:
                unread.append(Unread(sealed.revision, sealed.tier, type(failure).__name__))
        return parts, unread

    def _part(self, case: CaseId, sealed: SealedRevision) -> CasePart:
        """Open one revision; raises ProtocolError, PartUnreadable."""
        if sealed.case != case:
            raise WrongCase
        part = decode_part(unseal_revision(sealed, [self.identity], self.server_keys).body)
        if part.tier.value != sealed.tier.value:
            raise WrongTier
        return part


def merge_sessions(parts: Iterable[Part]) -> tuple[CaseSummary, ...]:
    """Take the newest part of each session and tier, and put each session together, oldest session first."""
    newest: dict[tuple[str, str], Part] = {}
    for revision, part in parts:
        place = (part.session, part.tier.value)
        if place not in newest or newest[place][0] <= revision:
            newest[place] = (revision, part)
    sessions: dict[str, list[CasePart]] = {}
    for _, part in sorted(newest.values(), key=lambda each: each[1].started_at):
        sessions.setdefault(part.session, []).append(part)
    return tuple(merge(tiers) for tiers in sessions.values())


def _unreadable(unread: list[Unread]) -> CaseUnreadable:
    if not unread:
        msg = "this case is not sealed to your identity"
        return CaseUnreadable(msg, "Ask a colleague who can open it to seal it again to your card.")
    reasons = ", ".join(sorted({part.reason for part in unread}))
    msg = f"no part of this case passed its checks ({reasons})"
    return CaseUnreadable(
        msg, "Do not act on it. Tell your operator: the server may have been tampered with."
    )
