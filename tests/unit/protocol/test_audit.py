"""The audit's chain: whatever is done to it afterwards is found, and named."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.audit import (
    FIRST,
    Act,
    Chain,
    Entry,
    Fault,
    FaultKind,
    Head,
    check_head,
    entry_hash,
    make_entry,
    sign_head,
)
from protocol.errors import BadSignature
from protocol.signing import SigningKey

KEY = SigningKey(bytes(range(32)))
NOW = 1_790_000_000


def a_chain(length: int) -> list[Entry]:
    """So many entries, each a little different."""
    entries: list[Entry] = []
    for number in range(1, length + 1):
        act = (Act.LISTED, Act.OPENED, Act.CLAIMED)[number % 3]
        made = make_entry(
            number=number,
            previous=entries[-1].hash if entries else FIRST,
            at=NOW * 1000 + number,
            who="abcdefgh23456777",
            act=act,
            case=f"{number:032x}",
            facts={"revision": number, "tiers": "core words"},
        )
        entries.append(made)
    return entries


def a_head(entries: Sequence[Entry]) -> Head:
    """Signed over the last of them."""
    return sign_head(number=entries[-1].number, last_hash=entries[-1].hash, at=NOW, signing_key=KEY)


def faults(entries: Sequence[Entry], *heads: Head, signed: bool = False) -> list[Fault]:
    """What is found in a chain."""
    chain = Chain(heads)
    for entry in entries:
        chain.take(entry)
    return chain.end(signed=signed)


def relink(entries: Sequence[Entry], start: int) -> list[Entry]:
    """What somebody does who knows how hashes are made: number and link everything anew from a place on."""
    whole = list(entries[:start])
    for entry in entries[start:]:
        previous = whole[-1].hash if whole else FIRST
        moved = msgspec.structs.replace(entry, number=len(whole) + 1, previous=previous, hash="")
        whole.append(msgspec.structs.replace(moved, hash=entry_hash(moved)))
    return whole


def test_an_untouched_chain_has_no_fault() -> None:
    """With a head over its middle and one over its end."""
    entries = a_chain(7)
    assert faults(entries, a_head(entries[:3]), a_head(entries), signed=True) == []
    assert faults(entries, a_head(entries[:3])) == []
    assert faults([]) == []


def edit(entries: list[Entry], place: int) -> list[Entry]:
    """Another card did it."""
    changed = msgspec.structs.replace(entries[place], who="zyxwvuts23456777")
    return [*entries[:place], changed, *entries[place + 1 :]]


def refact(entries: list[Entry], place: int) -> list[Entry]:
    """Fewer tiers were opened."""
    facts: dict[str, str | int] = {"revision": entries[place].number, "tiers": "core"}
    changed = msgspec.structs.replace(entries[place], facts=facts)
    return [*entries[:place], changed, *entries[place + 1 :]]


def delete(entries: list[Entry], place: int) -> list[Entry]:
    """It never was."""
    return [*entries[:place], *entries[place + 1 :]]


def cut(entries: list[Entry], place: int) -> list[Entry]:
    """The rest never was."""
    return entries[:place]


def swap(entries: list[Entry], place: int) -> list[Entry]:
    """The later one came first."""
    other = (place + 1) % len(entries)
    moved = list(entries)
    moved[place], moved[other] = moved[other], moved[place]
    return moved


def insert(entries: list[Entry], place: int) -> list[Entry]:
    """One more, well formed, with a number that there is already."""
    entry = entries[place]
    more = make_entry(
        number=entry.number, previous=entry.previous, at=entry.at, who="operator", act=Act.PURGED
    )
    return [*entries[:place], more, *entries[place:]]


def repeat(entries: list[Entry], place: int) -> list[Entry]:
    """The same once more."""
    return [*entries[:place], entries[place], *entries[place:]]


TAMPERINGS: dict[Callable[[list[Entry], int], list[Entry]], set[FaultKind]] = {
    edit: {FaultKind.CHANGED},
    refact: {FaultKind.CHANGED},
    delete: {FaultKind.MISSING, FaultKind.CUT},
    cut: {FaultKind.CUT},
    swap: {FaultKind.MISSING, FaultKind.MOVED},
    insert: {FaultKind.MOVED, FaultKind.UNLINKED, FaultKind.REWRITTEN},
    repeat: {FaultKind.MOVED},
}


@given(st.data())
def test_any_tampering_is_found_and_named(data: st.DataObject) -> None:
    """An edit, a deletion, a cut, a reordering, an insertion: at any place of a chain whose end was signed."""
    entries = a_chain(data.draw(st.integers(2, 12)))
    tamper = data.draw(st.sampled_from(list(TAMPERINGS)))
    spoiled = tamper(entries, data.draw(st.integers(0, len(entries) - 1)))

    found = {fault.kind for fault in faults(spoiled, a_head(entries), signed=True)}

    assert found
    assert found <= TAMPERINGS[tamper]


@given(st.data())
def test_whoever_links_it_all_anew_contradicts_what_was_signed(data: st.DataObject) -> None:
    """All hashes fit again; the head that was signed before does not."""
    entries = a_chain(data.draw(st.integers(2, 12)))
    place = data.draw(st.integers(0, len(entries) - 1))
    tamper = data.draw(st.sampled_from([edit, refact, delete, cut, swap, insert, repeat]))

    forged = relink(tamper(entries, place), 0)

    assert faults(forged) == []
    found = {fault.kind for fault in faults(forged, a_head(entries), signed=True)}
    # Whoever only adds behind what was signed has nothing to contradict: the next head covers it.
    assert found <= {FaultKind.CUT, FaultKind.REWRITTEN, FaultKind.UNSIGNED}
    assert found


@given(st.lists(st.sampled_from(list(TAMPERINGS)), min_size=1, max_size=4), st.data())
def test_tampering_many_times_over_is_found(tampers: list[object], data: st.DataObject) -> None:
    """Unless it put back what was there."""
    entries = a_chain(data.draw(st.integers(3, 9)))
    spoiled = entries
    for tamper in tampers:
        if spoiled:
            spoiled = tamper(spoiled, data.draw(st.integers(0, len(spoiled) - 1)))  # type: ignore[operator]

    assert bool(faults(spoiled, a_head(entries), signed=True)) == (spoiled != entries)


def test_a_fault_says_where_it_is() -> None:
    """The number of the entry that was changed, moved or never came."""
    entries = a_chain(5)
    head = a_head(entries)
    assert faults(edit(entries, 2), head) == [Fault(3, FaultKind.CHANGED)]
    assert faults(delete(entries, 2), head) == [Fault(3, FaultKind.MISSING)]
    assert faults(cut(entries, 3), head) == [Fault(5, FaultKind.CUT)]
    assert faults(swap(entries, 1), head) == [Fault(2, FaultKind.MISSING), Fault(2, FaultKind.MOVED)]
    assert faults(relink(edit(entries, 2), 2)[:4], head)[-1] == Fault(5, FaultKind.CUT)


def test_an_entry_that_was_put_there_later_does_not_follow() -> None:
    """Its own hash fits, the next one's link does not."""
    entries = a_chain(4)
    forged = msgspec.structs.replace(entries[1], who="operator", hash="")
    forged = msgspec.structs.replace(forged, hash=entry_hash(forged))

    assert faults([entries[0], forged, *entries[2:]]) == [Fault(3, FaultKind.UNLINKED)]


def test_what_no_head_covers_is_said_where_one_has_to() -> None:
    """A file ends with a head; a database may be a day ahead of its last."""
    entries = a_chain(4)
    assert faults(entries, a_head(entries[:3]), signed=True) == [Fault(4, FaultKind.UNSIGNED)]
    assert faults(entries, signed=True) == [Fault(4, FaultKind.UNSIGNED)]


def test_two_heads_of_one_number_that_differ_are_a_fault() -> None:
    """One of them was signed over a chain that is not this one."""
    entries = a_chain(3)
    other = sign_head(number=3, last_hash=FIRST, at=NOW, signing_key=KEY)
    assert faults(entries, a_head(entries), other) == [Fault(3, FaultKind.REWRITTEN)]


def test_a_head_is_the_servers_or_nobodys() -> None:
    """Another key, or anything that was changed after it was signed."""
    head = a_head(a_chain(3))
    check_head(head, KEY.id)
    other = SigningKey.generate()
    spoiled = [
        msgspec.structs.replace(head, number=2),
        msgspec.structs.replace(head, hash=FIRST),
        msgspec.structs.replace(head, at=NOW + 1),
        msgspec.structs.replace(head, signature=bytes(64)),
        msgspec.structs.replace(head, server_key=str(other.verify_key)),
    ]
    for each in spoiled:
        with pytest.raises(BadSignature):
            check_head(each, KEY.id)
    with pytest.raises(BadSignature):
        check_head(head, other.id)


def test_the_order_of_facts_changes_no_hash() -> None:
    """They are sorted before they are written."""
    known = {"number": 1, "previous": FIRST, "at": 1, "who": "operator", "act": Act.PURGED}
    one = make_entry(**known, facts={"a": 1, "b": "c"})  # type: ignore[arg-type]
    other = make_entry(**known, facts={"b": "c", "a": 1})  # type: ignore[arg-type]
    assert one == other
