"""The roster's log: who lets somebody in, and everything that does not follow."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from protocol.audience import RecipientClass
from protocol.card import Card, CardId, card_id
from protocol.changes import (
    Change,
    ChangeKind,
    Circle,
    Method,
    begin_roster,
    check_countersignature,
    countersign,
    follow,
    follow_all,
    propose,
)
from protocol.errors import (
    BadSignature,
    CardKnown,
    CardUnknown,
    ChainBroken,
    MixedRecipients,
    ProtocolError,
    Uncountersigned,
    UnknownKey,
)
from protocol.signing import SigningKey
from responder.keyfile import ResponderKeys, generate_keys, make_card

NOW = 1_795_000_000
SERVER = SigningKey.generate()
SERVER_KEYS = {SERVER.id: SERVER.verify_key}


class Somebody:
    """A responder with a card."""

    def __init__(
        self, name: str, kind: RecipientClass = RecipientClass.ORGANISATION, *, hybrid: bool = False
    ) -> None:
        self.keys: ResponderKeys = generate_keys(hybrid=hybrid)
        self.card: Card = make_card(self.keys, name=name, now=NOW, recipient_class=kind)
        self.id: CardId = card_id(self.card)

    def agrees(self, change: Change, method: Method = Method.CALL_BACK) -> Change:
        """The change with their yes."""
        yes = countersign(change, self.keys.signing_key, by=self.id, method=method, now=NOW)
        return replace(change, by=(*change.by, yes))


ROSA, SAMI, LIN, MARA = (Somebody(name) for name in ("Rosa", "Sami", "Lin", "Mara"))
EMBASSY = Somebody("Embassy", RecipientClass.EMBASSY)


def circle(*people: Somebody) -> Circle:
    """A roster that began with these."""
    return follow(
        Circle(), begin_roster(Circle(), [each.card for each in people], SERVER, now=NOW), SERVER_KEYS
    )


def signed(before: Circle, kind: ChangeKind, about: Somebody, by: Sequence[Somebody]) -> Circle:
    """The circle after a change that these have signed."""
    change = propose(before, kind, about.card)
    for each in by:
        change = each.agrees(change)
    return follow(before, change, SERVER_KEYS)


def test_a_roster_begins_on_the_servers_word() -> None:
    """On first use there is nobody who could countersign."""
    begun = circle(ROSA)

    assert (set(begun.members), begun.number, begun.begun) == ({ROSA.id}, 0, 0)


def test_the_one_there_is_lets_the_second_in() -> None:
    """A rule of two would lock everybody out."""
    assert set(signed(circle(ROSA), ChangeKind.ADD, SAMI, [ROSA]).members) == {ROSA.id, SAMI.id}


@pytest.mark.parametrize("by", [[], [ROSA], [ROSA, ROSA]], ids=["nobody", "one", "one twice"])
def test_where_there_are_two_both_must_agree(by: list[Somebody]) -> None:
    """The operator, and the operator with one friend, let nobody in."""
    with pytest.raises(Uncountersigned):
        signed(circle(ROSA, SAMI), ChangeKind.ADD, LIN, by)

    assert LIN.id in signed(circle(ROSA, SAMI), ChangeKind.ADD, LIN, [ROSA, SAMI]).members


def test_two_are_enough_where_there_are_three() -> None:
    """Somebody may be asleep."""
    assert MARA.id in signed(circle(ROSA, SAMI, LIN), ChangeKind.ADD, MARA, [LIN, ROSA]).members


def test_nobody_agrees_to_their_own_removal_or_stands_in_its_way() -> None:
    """One of two is removed by the other alone, and cannot sign for it."""
    before = circle(ROSA, SAMI)

    after = signed(before, ChangeKind.REMOVE, SAMI, [ROSA])
    assert set(after.members) == {ROSA.id}
    assert SAMI.id in after.known
    with pytest.raises(UnknownKey):
        signed(before, ChangeKind.REMOVE, SAMI, [SAMI])


def test_three_cannot_be_whittled_down_by_one() -> None:
    """One who removes the others one by one would be alone then, and let in whom they like."""
    with pytest.raises(Uncountersigned):
        signed(circle(ROSA, SAMI, LIN), ChangeKind.REMOVE, SAMI, [ROSA])


def test_the_last_one_is_removed_by_nobody() -> None:
    """There is nobody beside them."""
    with pytest.raises(Uncountersigned):
        follow(circle(ROSA), propose(circle(ROSA), ChangeKind.REMOVE, ROSA.card), SERVER_KEYS)


def test_an_embassy_lets_nobody_in() -> None:
    """Only the organisation's own people do."""
    with pytest.raises(UnknownKey):
        signed(circle(ROSA, EMBASSY), ChangeKind.ADD, SAMI, [ROSA, EMBASSY])


def test_a_yes_counts_in_its_place_alone() -> None:
    """Whoever was let in once and removed cannot be let in again with the old yes."""
    begun = circle(ROSA)
    change = ROSA.agrees(propose(begun, ChangeKind.ADD, SAMI.card))
    inside = follow(begun, change, SERVER_KEYS)
    out = signed(inside, ChangeKind.REMOVE, SAMI, [ROSA])

    with pytest.raises(ChainBroken):
        follow(out, change, SERVER_KEYS)
    moved = replace(change, number=out.number + 1, before=out.head)
    with pytest.raises(BadSignature):
        follow(out, moved, SERVER_KEYS)
    with pytest.raises(ChainBroken):
        check_countersignature(out, change, change.by[0])
    check_countersignature(begun, change, change.by[0])


@pytest.mark.parametrize(
    ("changed", "raised"),
    [
        ({"number": 2}, ChainBroken),
        ({"before": "0" * 64}, ChainBroken),
        ({"kind": ChangeKind.REMOVE}, CardUnknown),
        ({"kind": ChangeKind.BEGIN}, UnknownKey),
        ({"cards": (LIN.card,)}, BadSignature),
        ({"cards": ()}, ChainBroken),
        ({"cards": (SAMI.card, LIN.card)}, ChainBroken),
        ({"cards": (ROSA.card,)}, CardKnown),
        ({"by": ()}, Uncountersigned),
    ],
)
def test_a_change_that_was_changed_is_refused(
    changed: dict[str, object], raised: type[ProtocolError]
) -> None:
    """Every field counts."""
    begun = circle(ROSA)
    change = ROSA.agrees(propose(begun, ChangeKind.ADD, SAMI.card))

    with pytest.raises(raised):
        follow(begun, replace(change, **changed), SERVER_KEYS)


def test_how_it_was_compared_and_when_is_signed() -> None:
    """Nobody can say afterwards that they had called back."""
    begun = circle(ROSA)
    change = ROSA.agrees(propose(begun, ChangeKind.ADD, SAMI.card), Method.OTHER)

    for other in (replace(change.by[0], method=Method.CALL_BACK), replace(change.by[0], made_at=NOW - 1)):
        with pytest.raises(BadSignature):
            follow(begun, replace(change, by=(other,)), SERVER_KEYS)


def test_a_card_of_the_other_kind_is_not_let_in() -> None:
    """As in the recipients file."""
    with pytest.raises(MixedRecipients):
        signed(circle(ROSA), ChangeKind.ADD, Somebody("Pq", hybrid=True), [ROSA])


def test_a_beginning_needs_the_servers_key_and_somebody() -> None:
    """Not another key, not two signatures, not nobody."""
    good = begin_roster(Circle(), [ROSA.card], SERVER, now=NOW)
    other = begin_roster(Circle(), [ROSA.card], SigningKey.generate(), now=NOW)

    with pytest.raises(UnknownKey):
        follow(Circle(), other, SERVER_KEYS)
    with pytest.raises(Uncountersigned):
        follow(Circle(), replace(good, by=()), SERVER_KEYS)
    with pytest.raises(Uncountersigned):
        follow(Circle(), replace(good, cards=()), SERVER_KEYS)
    with pytest.raises(BadSignature):
        follow(Circle(), replace(good, cards=(SAMI.card,)), SERVER_KEYS)


def test_a_new_beginning_shows() -> None:
    """Everybody who was in is out; where it happened can be seen ever after."""
    first = begin_roster(Circle(), [ROSA.card], SERVER, now=NOW)
    begun = follow(Circle(), first, SERVER_KEYS)
    second = begin_roster(begun, [MARA.card], SERVER, now=NOW)

    whole = follow_all([first, second], SERVER_KEYS)

    assert (set(whole.members), set(whole.known), whole.begun) == ({MARA.id}, {ROSA.id, MARA.id}, 1)


def test_a_log_without_a_beginning_is_none() -> None:
    """An empty one would let anybody follow it to nowhere."""
    with pytest.raises(ChainBroken):
        follow_all([], SERVER_KEYS)
