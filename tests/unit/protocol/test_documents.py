"""Documents with a schema: cards, rosters, invites and API messages."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.audience import RecipientClass, Tier
from protocol.card import Card, CardId, card_id, decode_card, encode_card, fingerprint
from protocol.desk import (
    Cases,
    Claim,
    Close,
    Header,
    Nothing,
    Outcome,
    Refusal,
    RefusalCode,
    SealedCase,
    Urgency,
)
from protocol.document import decode_document, encode_document, print_document
from protocol.errors import (
    BadDocument,
    BadSignature,
    CardKnown,
    CardUnknown,
    DocumentRefused,
    MixedRecipients,
)
from protocol.invite import decode_invite, encode_invite, invite_key, make_invite
from protocol.recipient import parse_recipient
from protocol.revision import CaseId, SealedRevision
from protocol.roster import (
    Roster,
    add_card,
    check_roster,
    decode_roster,
    encode_roster,
    find_card,
    recipients_of,
    remove_card,
    request_keys,
    sign_roster,
)
from protocol.signing import KeyId, SigningKey
from responder.keyfile import ResponderKeys, generate_keys, make_card

NOW = 1_790_000_000
AMINA_KEYS, BASHIR_KEYS, CHEN_KEYS = generate_keys(), generate_keys(), generate_keys(hybrid=False)
SERVER = SigningKey.generate()
MOMENT = datetime.fromtimestamp(NOW, UTC)
HEADER = Header(id=CaseId("c1"), urgency=Urgency.CRITICAL, flow="victim", received_at=MOMENT)


def card_of(keys: ResponderKeys, name: str = "Amina") -> Card:
    """An invented responder's card."""
    return make_card(keys, name=name, now=NOW, languages=("en", "zh_Hans"))


AMINA, BASHIR, CHEN = card_of(AMINA_KEYS), card_of(BASHIR_KEYS, "Bashir"), card_of(CHEN_KEYS, "Chen")


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60)))
def test_any_input_is_a_document_or_refused(data: bytes | str) -> None:
    """No input makes a reader fail in any other way."""
    for read in (decode_card, decode_roster):
        with pytest.raises(DocumentRefused):
            read(data)
    with pytest.raises(DocumentRefused):
        decode_invite("wayout-invite-1." + str(data), card=CardId("x"))


@pytest.mark.parametrize("data", [b"\xff", b'{"schema":"\xff"}', b'{"schema":' + b"[" * 5000, b"[]", b"null"])
def test_hostile_bytes_are_refused(data: bytes) -> None:
    """Bytes that are not text, and nesting without end, are refused like any other."""
    with pytest.raises(BadDocument):
        decode_document(data, Card)


def test_card_comes_back() -> None:
    """A card is read as it was written; its id and fingerprint stay."""
    again = decode_card(encode_card(AMINA))

    assert again == AMINA
    assert (card_id(AMINA), fingerprint(AMINA)) == (card_id(again), fingerprint(again))


def test_fingerprint_can_be_read_aloud() -> None:
    """Six groups of five digits, others for another card."""
    groups = fingerprint(AMINA).split(" ")

    assert [len(group) for group in groups] == [5] * 6
    assert "".join(groups).isdigit()
    assert fingerprint(AMINA) != fingerprint(card_of(AMINA_KEYS, "Amina B"))


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "a" * 81}, {"name": "a\nb"}, {"country": "Thailand"}, {"languages": ("EN!",)}],
)
def test_card_with_an_odd_field_is_not_made(changes: dict[str, str]) -> None:
    """What the operator's reader would refuse is refused where it is typed."""
    with pytest.raises(BadDocument):
        make_card(AMINA_KEYS, **{"name": "Amina", "now": NOW} | changes)  # type: ignore[arg-type]


def test_roster_keeps_its_order_and_comes_back() -> None:
    """Cards stand in the order in which they were enrolled."""
    roster = add_card(add_card(Roster(), AMINA), BASHIR)

    assert roster.cards == (AMINA, BASHIR)
    assert roster == decode_roster(encode_roster(roster))


def test_roster_names_recipients_by_class_and_keys_by_card() -> None:
    """A class that nobody belongs to has no recipients."""
    police = make_card(
        BASHIR_KEYS, name="Unit 4", now=NOW, recipient_class=RecipientClass.HOME_POLICE, country="MY"
    )
    roster = add_card(add_card(Roster(), AMINA), police)

    assert (parse_recipient(AMINA.recipient),) == recipients_of(roster, RecipientClass.ORGANISATION)
    assert (parse_recipient(police.recipient),) == recipients_of(roster, RecipientClass.HOME_POLICE)
    assert recipients_of(roster, RecipientClass.EMBASSY) == ()
    assert request_keys(roster)[card_id(AMINA)] == AMINA_KEYS.signing_key.verify_key


def test_roster_refuses_a_card_twice_and_the_other_kind() -> None:
    """Duplicates and mixed keys never enter the file."""
    roster = add_card(Roster(), AMINA)
    for card, refusal in (
        (AMINA, CardKnown),
        (card_of(AMINA_KEYS, "Twin"), CardKnown),
        (CHEN, MixedRecipients),
    ):
        with pytest.raises(refusal):
            add_card(roster, card)


def test_card_is_found_and_struck_off() -> None:
    """A card leaves by its id; an unknown id is refused."""
    roster = add_card(add_card(Roster(), AMINA), BASHIR)

    assert find_card(roster, card_id(BASHIR)) == BASHIR
    assert remove_card(roster, card_id(AMINA)).cards == (BASHIR,)
    with pytest.raises(CardUnknown):
        remove_card(remove_card(roster, card_id(AMINA)), card_id(AMINA))


def test_a_change_takes_the_operators_signature_away() -> None:
    """A roster with another card is unsigned until the operator signs again."""
    operator = SigningKey.generate()
    keys = {operator.id: operator.verify_key}
    signed = sign_roster(add_card(Roster(), AMINA), operator)

    check_roster(decode_roster(encode_roster(signed)), keys)
    for changed in (add_card(signed, BASHIR), remove_card(signed, card_id(AMINA))):
        with pytest.raises(BadSignature):
            check_roster(changed, keys)


def test_invite_pins_address_and_key() -> None:
    """The line that is pasted gives back the server's address and key."""
    line = encode_invite(
        make_invite(server_url="https://desk.example.org", card=card_id(AMINA), signing_key=SERVER)
    )

    invite = decode_invite(line, card=card_id(AMINA))

    assert ("https://desk.example.org", SERVER.verify_key) == (invite.server_url, invite_key(invite))
    assert line.isascii()
    assert " " not in line


def test_header_has_the_published_fields() -> None:
    """The header on the wire has exactly the fields that others build on."""
    document = msgspec.json.decode(encode_document(HEADER))

    assert list(document) == [
        "schema", "id", "urgency", "urgency_from", "rank", "classes", "offered_to", "flow", "language",
        "received_at", "state", "claimed_by", "lease_until", "due_at", "amended", "relay", "links",
            "due", "word_waits", "opens_at",
    ]  # fmt: skip
    assert document["schema"] == "header/1"
    assert document["received_at"] == "2026-09-21T14:13:20Z"


@pytest.mark.parametrize(
    "message",
    [
        HEADER,
        Cases((HEADER,)),
        Claim(HEADER, MOMENT),
        SealedCase(
            HEADER,
            (
                SealedRevision(
                    CaseId("c1"), 1, Tier.CORE, RecipientClass.EMBASSY, b"\0\xff", b"\1", KeyId("k")
                ),
            ),
        ),
        Refusal(RefusalCode.NOT_HOLDER, "Ask the holder to release it."),
    ],
    ids=lambda message: type(message).__name__,
)
def test_messages_come_back(message: msgspec.Struct) -> None:
    """What one machine writes the other reads, also from the printed form."""
    assert message == decode_document(encode_document(message), type(message))
    assert message == decode_document(print_document(message), type(message))


def test_a_newer_server_may_say_more() -> None:
    """An unknown field in an answer is ignored; an unknown field in a request is refused."""
    more = encode_document(Refusal(RefusalCode.NOT_WAITING, "")).replace(b"{", b'{"more":1,', 1)

    assert decode_document(more, Refusal).error is RefusalCode.NOT_WAITING
    for kind, body in ((Close, b'{"outcome":"helped","more":1}'), (Nothing, b'{"more":1}')):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(body, type=kind)


def test_a_time_without_a_zone_is_refused() -> None:
    """Every time on the wire says its zone."""
    naive = encode_document(HEADER).replace(b"20Z", b"20")

    with pytest.raises(BadDocument):
        decode_document(naive, Header)


def test_outcomes_are_the_published_ones() -> None:
    """The words that close a case."""
    assert {"helped", "referred", "no_contact", "not_this", "duplicate", "other"} == set(Outcome)
