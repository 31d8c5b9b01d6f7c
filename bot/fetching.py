"""Fetching what people send: out of Telegram, into sealed pieces, off the screen; held until a case may have it.

Bytes are in clear in memory alone. A file that its case may have goes straight into an age file for responders; one
that it may not have lies under the conversation's data key, and is destroyed with it or sealed once it may.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import RetryAfter, TelegramError

from bot.attaching import About, Lost, Sealed, Wanted, open_about, seal_about
from bot.download import Source, TooLargeError, UnavailableError
from bot.logs import Log
from bot.media import MOST_BYTES
from bot.outcomes import GRACE, new_intent
from bot.screen import Remove
from bot.sealing import Sealer
from protocol.attachment import AttachmentId, Content, Missing, seal_attachment
from protocol.audience import RecipientClass
from protocol.padding import pad, unpad
from protocol.recipient import Recipient
from protocol.revision import CaseId
from storage import attachments, chats, conversations, outbox, workers
from storage.attachments import Attachment, Stage
from storage.box import Box, BoxError, DataKey, Spot
from storage.database import Database, Transaction
from storage.outbox import Intent
from storage.workers import FencedError

ALLOWANCE_BYTES = 200 * 1024 * 1024
MOST_FILES = 1000
PIECE_BYTES = 1024 * 1024
KEEP_FREE_BYTES = 256 * 1024 * 1024
# How many files are in memory at once, and how often somebody looks for more.
LANES = 3
LOOK_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 900
# What Telegram says it does not have may be back in an hour; an outage may last for days.
MOST_REFUSALS, MOST_ATTEMPTS = 12, 300


@dataclass(frozen=True, slots=True)
class Job:
    """A file that is worked on."""

    attachment: Attachment
    key: DataKey = field(repr=False)
    wanted: Wanted = field(repr=False)


class Fetching:
    """Fetches and seals, a few files at a time, for as long as the program lives."""

    def __init__(
        self,
        database: Database,
        box: Box,
        sealer: Sealer,
        sources: Mapping[int, Source],
        log: Log,
        *,
        me: str,
        clock: Callable[[], datetime],
    ) -> None:
        """`sources`: of each front, by its name; `me`: the name under which this process works."""
        self._database = database
        self._box = box
        self._sealer = sealer
        self._sources = sources
        self._log = log
        self._me = me
        self._clock = clock
        self._busy: set[str] = set()
        self._sealing = asyncio.Lock()
        self._was_full = False

    async def run(self) -> None:
        """Work until cancelled; a fence is the caller's to mend."""
        async with asyncio.TaskGroup() as group:
            for _ in range(LANES):
                group.create_task(self._lane())

    async def _lane(self) -> None:
        while True:
            try:
                worked = await self.step()
            except FencedError:
                raise
            except (SQLAlchemyError, OSError) as problem:
                self._log.bug("fetching.failed", problem)
                worked = False
            if not worked:
                await asyncio.sleep(LOOK_SECONDS)

    async def step(self) -> bool:
        """Bring one file on, if there is one to be brought on now; whether there was."""
        now = self._clock()
        if self._is_full():
            return False
        async with self._database.read() as tx:
            due = await attachments.first_due(tx, me=self._me, busy=self._busy, now=now)
        if due is None or due in self._busy:
            return due is not None
        self._busy.add(due)
        try:
            await self._bring_on(due, now)
        finally:
            self._busy.discard(due)
        return True

    def _is_full(self) -> bool:
        """Whether the rest of the disk is kept for words, which matter more than pictures."""
        free = self._database.free_bytes()
        full = free is not None and free < KEEP_FREE_BYTES
        if full and not self._was_full:
            self._log.warning("disk.full")
        self._was_full = full
        return full

    async def _bring_on(self, due: str, now: datetime) -> None:
        async with self._database.write() as tx:
            await workers.fence(tx, self._me)
            found = await attachments.take(tx, due, me=self._me, now=now)
            wrapped = None if found is None else await conversations.data_key(tx, found.conversation)
        if found is None or wrapped is None:
            return
        try:
            await self._work(found, self._box.unwrap(wrapped, found.conversation))
        except (FencedError, SQLAlchemyError):
            raise
        except RetryAfter as pause:
            await self._postpone(found, pause, seconds=_seconds(pause))
        except TelegramError as problem:
            await self._postpone(found, problem)
        except Exception as bug:  # noqa: BLE001 - one file's fault must not keep the others
            self._log.bug("attachment.bug", bug, attempt=found.attempts)
            await self._postpone(found, bug)

    async def _work(self, found: Attachment, key: DataKey) -> None:
        wanted = open_about(found.about, key, found.id)
        if not isinstance(wanted, Wanted):
            raise BoxError
        job = Job(found, key, wanted)
        if found.stage is Stage.HELD:
            await self._seal(job, await self._held(job))
            await self._database.scrub()
            return
        try:
            body = await self._fetch(job)
        except TooLargeError:
            await self._lose(job, Missing.TOO_LARGE)
        except UnavailableError as refused:
            if found.attempts >= MOST_REFUSALS:
                await self._lose(job, Missing.GONE)
            else:
                await self._postpone(found, refused)
        else:
            if body is None:
                await self._lose(job, Missing.ALLOWANCE)
            elif found.case is None:
                await self._hold(job, body)
            else:
                await self._seal(job, body)

    async def _fetch(self, job: Job) -> bytes | None:
        """Its bytes; None where the conversation has sent enough."""
        if job.wanted.size > MOST_BYTES:
            raise TooLargeError
        if not await self._has_room(job, job.wanted.size):
            return None
        source = self._sources.get(job.wanted.bot)
        if source is None:
            raise UnavailableError  # its front was taken away
        body = await source.fetch(job.wanted.file)
        if len(body) > MOST_BYTES:
            raise TooLargeError
        return body if await self._has_room(job, len(body)) else None

    async def _has_room(self, job: Job, size: int) -> bool:
        async with self._database.read() as tx:
            files, total = await attachments.kept(tx, job.attachment.conversation)
        return files < MOST_FILES and total + size <= ALLOWANCE_BYTES

    async def _hold(self, job: Job, body: bytes) -> None:
        """Keep it where nobody may read it yet."""
        if await self._write(job, pad(body), sealed=False):
            await self._finish(job, Stage.HELD, job.wanted)

    async def _held(self, job: Job) -> bytes:
        """What was held."""
        found, number = bytearray(), 0
        while True:
            async with self._database.read() as tx:
                body = await attachments.piece(tx, job.attachment.id, number, sealed=False)
            if body is None:
                return unpad(bytes(found))
            found += job.key.open(body, piece_spot(job.attachment.id, number, sealed=False))
            number += 1

    async def _seal(self, job: Job, body: bytes) -> None:
        """Seal it for those who are enrolled now. One at a time: the largest is in memory four times."""
        wanted, recipient_class = job.wanted, RecipientClass(job.attachment.recipient_class)
        async with self._sealing:
            outside, sealed = await asyncio.to_thread(
                seal_attachment,
                Content(wanted.kind, wanted.name, wanted.mime, body),
                case=CaseId(job.attachment.case or ""),
                attachment=AttachmentId(job.attachment.id),
                recipient_class=recipient_class,
                recipients=self._readers(recipient_class),
                signing_key=self._sealer.signing_key,
                now=int(self._clock().timestamp()),
            )
            written = await self._write(job, sealed, sealed=True)
        if written:
            await self._finish(job, Stage.SEALED, Sealed(outside))
            self._log.say("attachment.sealed", case=job.attachment.case, attempt=job.attachment.attempts)

    def _readers(self, recipient_class: RecipientClass) -> tuple[Recipient, ...]:
        """A second organisation reads the files of the first, once it sees the case."""
        known = self._sealer.recipients.now
        return known.reading(recipient_class) + known.reading(RecipientClass.SECOND_ORGANISATION)

    async def _lose(self, job: Job, why: Missing) -> None:
        """It will not come; the message stays on the screen for as long as anything may."""
        await self._finish(job, Stage.MISSING, Lost(why))
        self._log.warning("attachment.missing", kind=why)

    async def _write(self, job: Job, content: bytes, *, sealed: bool) -> bool:
        """Write its pieces, each in a short commit of its own; False where it was erased meanwhile."""
        identity = job.attachment.id
        async with self._database.write() as tx:
            if not await self._is_mine(tx, job):
                return False
            await attachments.drop_pieces(tx, identity, sealed=sealed)
        for number, start in enumerate(range(0, len(content), PIECE_BYTES)):
            piece = content[start : start + PIECE_BYTES]
            boxed = job.key.seal(piece, piece_spot(identity, number, sealed=sealed))
            async with self._database.write() as tx:
                if not await self._is_mine(tx, job):
                    return False
                await attachments.put_piece(tx, identity, number, boxed, sealed=sealed)
        return True

    async def _is_mine(self, tx: Transaction, job: Job) -> bool:
        await workers.fence(tx, self._me)
        return await attachments.is_mine(tx, job.attachment.id, me=self._me)

    async def _finish(self, job: Job, stage: Stage, about: About) -> None:
        """What has become of it; once it is kept, its message is to leave the screen like typed words."""
        found, now = job.attachment, self._clock()
        sealed = seal_about(about, job.key, found.id)
        async with self._database.write() as tx:
            if not await self._is_mine(tx, job):
                return
            await attachments.finish(tx, found.id, stage, sealed, me=self._me, now=now)
            if stage is Stage.SEALED:
                await attachments.drop_pieces(tx, found.id, sealed=False)
            if stage is not Stage.MISSING and found.stage is Stage.NOTED:
                await outbox.add(tx, await self._removal(tx, job, now))

    async def _removal(self, tx: Transaction, job: Job, now: datetime) -> list[Intent]:
        """Its message is to go from the chat that it came in, whichever conversation that leads to by now."""
        name = await chats.of_chat(tx, job.wanted.chat)
        wrapped = None if name is None else await conversations.data_key(tx, name)
        if name is None or wrapped is None:
            return []
        task, slot = Remove((job.wanted.message,), job.wanted.bot), f"file-{job.attachment.id[:24]}"
        # Due at once: whoever holds the conversation sends it with the next sweep.
        return [new_intent(name, slot, 0, task, self._box.unwrap(wrapped, name), now=now - GRACE)]

    async def _postpone(self, found: Attachment, problem: Exception, *, seconds: float = 0) -> None:
        if found.attempts >= MOST_ATTEMPTS:
            seconds = max(seconds, _LONGEST_PAUSE_SECONDS * 4)
        pause = timedelta(seconds=seconds or min(2**found.attempts, _LONGEST_PAUSE_SECONDS))
        async with self._database.write() as tx:
            await workers.fence(tx, self._me)
            await attachments.postpone(tx, found.id, me=self._me, due_at=self._clock() + pause)
        self._log.warning("attachment.postponed", error=type(problem).__name__, attempt=found.attempts)


def piece_spot(attachment: str, number: int, *, sealed: bool) -> Spot:
    """Where a piece is sealed to."""
    return Spot("pieces", f"{attachment}/{int(sealed)}/{number}", "body")


def _seconds(pause: RetryAfter) -> float:
    given = pause.retry_after
    return given.total_seconds() if isinstance(given, timedelta) else float(given)
