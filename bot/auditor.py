"""Looking after the audit from outside: is the chain whole, what is its head, and a copy to keep elsewhere."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from bot import auditing
from bot.auditing import entry_of
from bot.failures import SetupError
from bot.keyring import load
from bot.settings import Places
from bot.store import opened
from protocol.audit import Chain, Entry, Fault, FaultKind, Head, check_head
from protocol.document import decode_document, encode_document
from protocol.errors import ProtocolError
from protocol.signing import KeyId, SigningKey
from storage import audit
from storage.audit import Row


class Verified(msgspec.Struct, frozen=True, tag_field="schema", tag="audit-verify/1", kw_only=True):
    """What was found: all entries up to `entries`, of which a head covers those up to `signed_until`."""

    whole: bool
    entries: int
    signed_until: int
    faults: list[Fault]


async def sign(settings: Places, now: datetime) -> Head:
    """Sign the head as it is now."""
    async with opened(settings) as database, database.write() as tx:
        return await auditing.sign_end(tx, _signing_key(settings), now=now)


async def export(settings: Places, file: IO[bytes], now: datetime) -> int:
    """Write every entry, a line each, then every signed head; how many entries."""
    head = await sign(settings, now)
    async with opened(settings) as database:
        async for row in audit.rows(database):
            if row.number <= head.number:
                file.write(encode_document(entry_of(row)) + b"\n")
        async with database.read() as tx:
            heads = await audit.heads(tx)
    for each in heads:
        file.write(each + b"\n")
    return head.number


async def verify(settings: Places, kept: Iterable[bytes], key: str) -> Verified:
    """Look through the database's chain, beside the heads that it has and those that were kept elsewhere."""
    async with opened(settings) as database:
        async with database.read() as tx:
            found, number = await audit.heads(tx), (await audit.end(tx))[0]
        heads, forged = _heads([*found, *kept], key or _signing_key(settings).id)
        chain = Chain(heads, forged)
        async for row in audit.rows(database):
            _take(chain, row)
    if chain.number < number and chain.signed_until < number:
        chain.faults.append(Fault(number, FaultKind.CUT))
    return _told(chain, signed=False)


def _take(chain: Chain, row: Row) -> None:
    try:
        chain.take(entry_of(row))
    except msgspec.DecodeError:
        chain.faults.append(Fault(row.number, FaultKind.CHANGED))


def verify_file(lines: Iterable[bytes], kept: Iterable[bytes], key: str) -> Verified:
    """Look through an exported chain; every entry in it has to be covered by a head."""
    entries: list[bytes] = []
    heads = list(kept)
    for line in lines:
        (heads if b'"audit-head/' in line[:24] else entries).append(line)
    chain = Chain(*_heads(heads, key))
    for entry in _entries(entries, chain):
        chain.take(entry)
    return _told(chain, signed=True)


def _entries(lines: Iterable[bytes], chain: Chain) -> Iterator[Entry]:
    for line in lines:
        try:
            yield decode_document(line, Entry)
        except ProtocolError:
            chain.faults.append(Fault(chain.number + 1, FaultKind.CHANGED))


def _heads(documents: Iterable[bytes], known: str) -> tuple[list[Head], list[Fault]]:
    good: list[Head] = []
    bad: list[Fault] = []
    for document in documents:
        number = 0
        try:
            head = decode_document(document, Head)
            number = head.number
            check_head(head, KeyId(known))
        except ProtocolError:
            bad.append(Fault(number, FaultKind.HEAD_FORGED))
        else:
            good.append(head)
    return good, bad


def _told(chain: Chain, *, signed: bool) -> Verified:
    faults = chain.end(signed=signed)
    return Verified(whole=not faults, entries=chain.number, signed_until=chain.signed_until, faults=faults)


def server_key(settings: Places) -> str:
    """The id of this server's key."""
    return _signing_key(settings).id


def _signing_key(settings: Places) -> SigningKey:
    return SigningKey(load(settings.keyring).signing)


def write_new(path: Path) -> IO[bytes]:
    """A new file that only its owner reads, or standard output for -; SetupError where there is one already."""
    if path == Path("-"):
        return os.fdopen(os.dup(1), "wb")
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise SetupError(f"{path} exists", "give another name: an older copy is worth keeping") from None
    except OSError as problem:
        raise SetupError(f"{path}: {problem.strerror}", "give a path that can be written") from None
