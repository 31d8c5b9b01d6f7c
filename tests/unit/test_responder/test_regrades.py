"""Regrades: whom a reason is sealed for, and what is checked before one is believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest

from protocol.audience import RecipientClass
from protocol.card import Card, card_id, card_recipient
from protocol.desk import Header, Urgency, UrgencyFrom
from protocol.errors import BadSignature, CardUnknown, UnknownKey
from protocol.regrade import Regrade, Regrades, SealedRegrade, seal_regrade
from protocol.revision import CaseId
from protocol.roster import add_card, remove_card, sign_roster
from protocol.signing import SigningKey
from responder.desk import Desk
from responder.failures import Refused
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.lexicon import vocabulary
from responder.opened import OpenedCase
from responder.reader import read_case
from responder.reading import Reading
from responder.regrades import Regraded, write_regrade
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.fake_desk import FakeDesk, Kept
from tests.unit.test_responder.told import DANGER, header, parts, tell

CASE = CaseId("dangerdanger")
THEN = 1_772_366_400


@dataclass(frozen=True)
class Shift:
    """Amina at her desk with a critical case, and Bashir, a colleague who may read what she seals."""

    desk: Desk
    server: FakeDesk
    card: Card
    bashir: ResponderKeys
    bashirs: Card

    @property
    def kept(self) -> Kept:
        """The case as the server has it, to be tampered with."""
        return self.server.cases[CASE]

    def as_bashir(self) -> Desk:
        """The colleague, who has taken the case over."""
        client = replace(self.desk.client, card=card_id(self.bashirs), key=self.bashir.signing_key)
        self.kept.header = msgspec.structs.replace(self.kept.header, claimed_by=client.card)
        return Desk(client, self.bashir.identity, self.desk.server_keys)

    def by_bashir(self, **changes: Any) -> SealedRegrade:
        """A regrade of his: the second of the case, but for these fields."""
        right: dict[str, Any] = {
            "case": CASE,
            "recipient_class": RecipientClass.ORGANISATION,
            "number": 1,
            "before": Urgency.LOW,
            "after": Urgency.HIGH,
            "card": card_id(self.bashirs),
            "sealed_at": THEN,
        }
        to = [card_recipient(self.card), card_recipient(self.bashirs)]
        return seal_regrade(
            Regrade(**right | changes), "I know them.", recipients=to, signing_key=self.bashir.signing_key
        )


@pytest.fixture
async def shift(enrolled: Enrolled) -> AsyncIterator[Shift]:
    """The case is open on Amina's desk."""
    keys = generate_keys(hybrid=False)
    card = make_card(keys, name="Bashir", now=THEN)
    server = enrolled.desk
    server.roster = add_card(server.roster, card)
    server.put(header(CASE, Urgency.CRITICAL), parts(tell(DANGER)))
    async with Vault(enrolled.settings) as vault:
        desk = await vault.unlock(PASSPHRASE)
        await desk.open(CASE)
        yield Shift(desk, server, enrolled.card, keys, card)


async def only(shift: Shift) -> Regraded:
    """The one regrade as Amina reads it."""
    (told,) = (await shift.desk.read(CASE)).history.regrades
    return told


def read(case: OpenedCase) -> Reading:
    """Its reading in English."""
    return read_case(case, *vocabulary("en", ()))


async def test_a_colleague_reads_the_reason(shift: Shift) -> None:
    """Who, from what, to what and why; the server had none of the words."""
    given = await shift.desk.regrade(CASE, Urgency.LOW, "They are at home.")
    (told,) = (await shift.as_bashir().read(CASE)).history.regrades

    assert (given.urgency, given.urgency_from) == (Urgency.LOW, UrgencyFrom.RESPONDER)
    assert (told.name, told.card) == ("Amina", card_id(shift.card))
    assert (told.before, told.after, told.reason) == (Urgency.CRITICAL, Urgency.LOW, "They are at home.")
    assert b"at home" not in msgspec.json.encode(shift.kept.regrades)


async def test_regrades_are_told_in_their_order(shift: Shift) -> None:
    """Oldest first, each by whom it was."""
    await shift.desk.regrade(CASE, Urgency.LOW, "one")
    await shift.as_bashir().regrade(CASE, Urgency.HIGH, "two")
    opened = await shift.as_bashir().read(CASE)

    assert [(each.name, each.reason) for each in opened.history.regrades] == [
        ("Amina", "one"),
        ("Bashir", "two"),
    ]


async def test_nothing_is_sealed_to_cards_that_another_signed(shift: Shift) -> None:
    """The invite pinned the server's key: another's roster would add a reader."""
    shift.server.signs_roster = SigningKey.generate()

    with pytest.raises(UnknownKey):
        await shift.desk.regrade(CASE, Urgency.LOW, "why")

    assert shift.kept.regrades == []


async def test_nothing_is_sealed_where_ones_own_card_is_missing(shift: Shift) -> None:
    """Who could not read their own reason is not told that it is kept."""
    known = await shift.desk.client.regrades(CASE)
    roster = sign_roster(remove_card(known.roster, card_id(shift.card)), shift.server.key)

    with pytest.raises(CardUnknown):
        write_regrade(
            shift.kept.header,
            Urgency.LOW,
            "why",
            Regrades((), roster),
            card=card_id(shift.card),
            key=shift.desk.client.key,
            server_keys=shift.desk.server_keys,
            now=THEN,
        )


async def test_only_the_holder_regrades(shift: Shift) -> None:
    """Whoever has given the case back is refused."""
    await shift.desk.release(CASE)

    with pytest.raises(Refused) as caught:
        await shift.desk.regrade(CASE, Urgency.LOW, "why")

    assert caught.value.code == "not_holder"


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"number": 0}, "BadSignature"),
        ({"before": Urgency.NONE}, "BadSignature"),
        ({"after": Urgency.NONE}, "BadSignature"),
        ({"sealed_at": THEN + 1}, "BadSignature"),
        ({"signature": bytes(64)}, "BadSignature"),
        ({"case": CaseId("quietquiet")}, "WrongCase"),
        ({"card": "somebodyelse"}, "UnknownKey"),
    ],
)
async def test_a_regrade_that_was_changed_is_not_believed(
    shift: Shift, changes: dict[str, Any], failure: str
) -> None:
    """The case stands as the answers give, and a warning says so."""
    changed = msgspec.structs.replace(shift.by_bashir(), **changes)
    shift.kept.regrades.append(changed)
    shift.kept.header = msgspec.structs.replace(
        shift.kept.header, urgency=changed.after, urgency_from=UrgencyFrom.RESPONDER
    )

    opened = await shift.desk.read(CASE)

    (told,) = opened.history.regrades
    assert (told.failure, told.reason) == (failure, None)
    reading = read(opened)
    assert reading.urgency == "critical"
    assert reading.urgency_line.text == "Hurt or threatened now."
    assert any(failure in warning for warning in reading.warnings)
    assert failure in reading.regradings[0].note


async def test_a_swapped_file_is_noticed(shift: Shift) -> None:
    """A reason of one regrade under the labels of another, though its own author signed both."""
    first, second = shift.by_bashir(number=0), shift.by_bashir()
    shift.kept.regrades += [first, msgspec.structs.replace(second, sealed=first.sealed)]

    told = (await shift.desk.read(CASE)).history.regrades

    assert [each.failure for each in told] == ["", "BadSignature"]


async def test_a_roster_by_another_makes_no_regrade_believed(shift: Shift) -> None:
    """Its cards would say who signed."""
    shift.kept.regrades.append(shift.by_bashir())
    shift.server.signs_roster = SigningKey.generate()

    assert (await only(shift)).failure == UnknownKey.__name__


async def test_a_roster_with_a_broken_signature_makes_no_regrade_believed(shift: Shift) -> None:
    """Another key under the server's name."""
    shift.kept.regrades.append(shift.by_bashir())
    forger = SigningKey.generate()
    object.__setattr__(forger, "id", shift.server.key.id)
    shift.server.signs_roster = forger

    assert (await only(shift)).failure == BadSignature.__name__


async def test_a_reason_from_before_ones_time_is_said_to_be_one(shift: Shift) -> None:
    """The urgency holds, for the signature does; the words are for those who were there."""
    alone = seal_regrade(
        shift.by_bashir(),
        "why",
        recipients=[card_recipient(shift.bashirs)],
        signing_key=shift.bashir.signing_key,
    )
    shift.kept.regrades.append(alone)
    shift.kept.header = msgspec.structs.replace(
        shift.kept.header, urgency=Urgency.HIGH, urgency_from=UrgencyFrom.RESPONDER
    )

    reading = read(await shift.desk.read(CASE))

    assert (reading.urgency, reading.urgency_line.text) == ("high", "A responder says High.")
    assert reading.regradings[0].note == "The reason was sealed before you were enrolled."
    assert reading.warnings == ()


async def test_a_server_cannot_lower_a_case_by_its_header(shift: Shift) -> None:
    """A header is not signed: without a regrade that holds, the answers' grade is shown."""
    shift.kept.header = msgspec.structs.replace(
        shift.kept.header, urgency=Urgency.LOW, urgency_from=UrgencyFrom.RESPONDER
    )

    assert read(await shift.desk.read(CASE)).urgency == "critical"


async def test_news_after_a_regrade_is_said(shift: Shift) -> None:
    """The queue stands above what the responder said and below what the answers give."""
    await shift.desk.regrade(CASE, Urgency.LOW, "why")
    raised: Header = msgspec.structs.replace(
        shift.kept.header, urgency=Urgency.MEDIUM, urgency_from=UrgencyFrom.ANSWERS
    )
    shift.kept.header = raised

    reading = read(await shift.desk.read(CASE))

    assert reading.urgency == "medium"
    assert reading.urgency_line.text == "Medium, for something new since a responder said Low."
    assert not reading.raised


async def test_an_older_server_still_gives_the_case(shift: Shift) -> None:
    """It knows no regrades: the case is shown, and that they are missing."""
    shift.server.old = True

    opened = await shift.desk.read(CASE)

    assert opened.sessions
    assert "could not be fetched (Garbled)" in read(opened).warnings[0]


async def test_no_reason_is_in_a_repr(shift: Shift) -> None:
    """A traceback may show a regrade, sealed or opened; it shows neither words nor file."""
    shift.kept.regrades.append(shift.by_bashir())
    opened = await shift.desk.read(CASE)

    assert "I know them" not in repr(opened.history)
    assert "age-encryption" not in repr(shift.kept.regrades)
