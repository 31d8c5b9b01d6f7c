"""Exported audits, whole and tampered with in one place each."""

from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.audit import FIRST, OPERATOR, Act, Entry, Head, entry_hash, make_entry, sign_head
from protocol.card import card_id
from protocol.document import encode_document
from tests.vectors.making.people import AMINAS, NOW, SERVER, STRANGER, SUCCESS

CASE = "0123456789abcdef0123456789abcdef"


def chain() -> list[Entry]:
    """Amina claims and opens a case; then it is purged."""
    done: tuple[tuple[str, Act, str, dict[str, str | int]], ...] = (
        (card_id(AMINAS), Act.LISTED, "", {}),
        (card_id(AMINAS), Act.CLAIMED, CASE, {}),
        (
            card_id(AMINAS),
            Act.OPENED,
            CASE,
            {"tiers": "core words", "classes": "organisation", "revision": 2},
        ),
        (OPERATOR, Act.PURGED, CASE, {}),
    )
    entries: list[Entry] = []
    for number, (who, act, case, facts) in enumerate(done, 1):
        previous = entries[-1].hash if entries else FIRST
        at = NOW * 1000 + number
        entries.append(
            make_entry(number=number, previous=previous, at=at, who=who, act=act, case=case, facts=facts)
        )
    return entries


def head(entry: Entry, **changes: Any) -> Head:
    """The server's head over an entry."""
    key = changes.pop("key", SERVER)
    made = sign_head(number=entry.number, last_hash=entry.hash, at=NOW, signing_key=key)
    return msgspec.structs.replace(made, **changes)


def vector(name: str, expect: str, *documents: msgspec.Struct) -> dict[str, Any]:
    """One vector: the lines of a file, and every fault of it, by number and name."""
    return {"name": name, "expect": expect, "lines": [encode_document(each).decode() for each in documents]}


def relinked(entries: list[Entry]) -> list[Entry]:
    """As somebody leaves them who makes every hash anew."""
    whole: list[Entry] = []
    for number, entry in enumerate(entries, 1):
        previous = whole[-1].hash if whole else FIRST
        bare = msgspec.structs.replace(entry, number=number, previous=previous, hash="")
        whole.append(msgspec.structs.replace(bare, hash=entry_hash(bare)))
    return whole


def audits() -> Iterator[dict[str, Any]]:
    """Every fault that there is."""
    one, two, three, four = entries = chain()
    end = head(four)
    yield vector("good", SUCCESS, *entries, end)
    yield vector("two_heads", SUCCESS, *entries, head(two), end)
    edited = msgspec.structs.replace(three, facts=three.facts | {"tiers": "core"})
    yield vector("fact_changed", "3 changed", one, two, edited, four, end)
    other = msgspec.structs.replace(one, who=OPERATOR)
    yield vector("somebody_else_did_it", "1 changed", other, two, three, four, end)
    yield vector("one_taken_out", "2 missing", one, three, four, end)
    yield vector("two_taken_out", "2 missing", one, four, end)
    yield vector("end_cut", "4 cut", one, two, three, end)
    yield vector("reordered", "2 missing, 2 moved", one, three, two, four, end)
    yield vector("said_twice", "2 moved", one, two, two, three, four, end)
    again = msgspec.structs.replace(two, who=OPERATOR, hash="")
    again = msgspec.structs.replace(again, hash=entry_hash(again))
    yield vector("put_there_later", "3 unlinked", one, again, three, four, end)
    yield vector("linked_anew", "4 rewritten", *relinked([one, again, three, four]), end)
    yield vector("without_a_head", "4 unsigned", *entries)
    yield vector("head_of_before", "4 unsigned", *entries, head(three))
    yield vector("head_changed", "4 head_forged, 4 unsigned", *entries, head(four, at=NOW + 1))
    yield vector("head_by_another", "4 head_forged, 4 unsigned", *entries, head(four, key=STRANGER))
