"""Paddings, cards, rosters and invites, good and spoiled in one place each."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.base64text import encode_base64
from protocol.card import card_id, encode_card, fingerprint, fingerprint_words
from protocol.document import encode_document
from protocol.invite import encode_invite, make_invite
from protocol.padding import bucket
from protocol.roster import Roster, RosterSignature, add_card, encode_roster, sign_roster
from protocol.signing import Purpose, sign
from tests.vectors.making.people import (
    AMINA,
    AMINAS,
    BASHIR,
    BASHIRS,
    CHENS,
    OPERATOR,
    SERVER,
    STRANGER,
    SUCCESS,
    a_card,
)


def paddings() -> Iterator[dict[str, Any]]:
    """Lengths of contents, and of what they are padded to."""
    edges = (4095, 8191, 16_383, 32_767, 65_535, 81_919, 98_303, 114_687, 131_071, 163_839, 20 * 1024 * 1024)
    lengths = {0, 1, *edges, *(edge + 1 for edge in edges)}
    for length in sorted(lengths):
        yield {"name": f"length_{length}", "content": length, "padded": bucket(length + 1)}


_BODIES = {
    "embassy_with_unit": {
        "recipient_class": RecipientClass.EMBASSY,
        "country": "UG",
        "unit": "Consular desk",
    },
    "police_with_unit": {
        "recipient_class": RecipientClass.POLICE,
        "country": "UG",
        "unit": "Kampala, Desk 4",
    },
    "police_of_before": {"recipient_class": RecipientClass.HOME_POLICE, "country": "UG"},
    "second_organisation": {"recipient_class": RecipientClass.SECOND_ORGANISATION},
}


def card(name: str, expect: str, document: str, **more: str) -> dict[str, Any]:
    """One vector of a card."""
    return {"name": name, "expect": expect, "document": document, **more}


def cards() -> Iterator[dict[str, Any]]:
    """Cards, good and bad."""
    good = encode_card(AMINAS)
    ids = {"id": card_id(AMINAS), "fingerprint": fingerprint(AMINAS), "words": fingerprint_words(AMINAS)}
    yield card("good", SUCCESS, good, **ids)
    yield card(
        "spaces_and_order_are_free", SUCCESS, json.dumps(dict(reversed(json.loads(good).items()))), **ids
    )
    yield card(
        "x25519",
        SUCCESS,
        encode_card(CHENS),
        id=card_id(CHENS),
        fingerprint=fingerprint(CHENS),
        words=fingerprint_words(CHENS),
    )
    no_country = a_card("Amina", AMINA, country=None, languages=())
    yield card(
        "no_country",
        SUCCESS,
        encode_card(no_country),
        id=card_id(no_country),
        fingerprint=fingerprint(no_country),
        words=fingerprint_words(no_country),
    )
    for name, changes in _BODIES.items():
        made = a_card("Amina", AMINA, **changes)
        told = {"id": card_id(made), "fingerprint": fingerprint(made), "words": fingerprint_words(made)}
        yield card(name, SUCCESS, encode_card(made), **told)
    yield card("unit_empty", "BadDocument", good.replace("{", '{"unit": "",', 1))
    yield card("unit_null", "BadDocument", good.replace("{", '{"unit": null,', 1))
    yield card("unit_with_spaces", "BadDocument", good.replace("{", '{"unit": " Desk",', 1))
    yield card("class_of_a_disclosure", "BadDocument", good.replace('"organisation"', '"disclosed"'))
    yield card("schema_unknown", "UnknownSchema", good.replace("card/1", "card/2"))
    yield card("schema_of_roster", "UnknownSchema", good.replace("card/1", "recipients/1"))
    yield card("schema_missing", "BadDocument", good.replace('"schema": "card/1",', ""))
    yield card("field_unknown", "BadDocument", good.replace("{", '{"admin": true,', 1))
    yield card("class_unknown", "BadDocument", good.replace('"organisation"', '"anybody"'))
    yield card("country_lower_case", "BadDocument", good.replace('"TH"', '"th"'))
    yield card("language_odd", "BadDocument", good.replace('"en"', '"EN"'))
    yield card("name_empty", "BadDocument", good.replace("Amina", ""))
    yield card("name_with_control", "BadDocument", good.replace("Amina", "Am\\u202eina"))
    yield card("name_with_spaces", "BadDocument", good.replace("Amina", " Amina"))
    yield card("time_without_zone", "BadDocument", good.replace("Z", ""))
    yield card("not_json", "BadDocument", good[:-3])
    yield card(
        "recipient_mistyped", "BadRecipient", good.replace(AMINAS.recipient, AMINAS.recipient[:-1] + "q")
    )
    yield card("recipient_is_identity", "BadRecipient", good.replace(AMINAS.recipient, AMINA.secret()))
    yield card(
        "recipient_upper_case", "BadRecipient", good.replace(AMINAS.recipient, AMINAS.recipient.upper())
    )
    yield card("verify_key_short", "BadKey", good.replace(AMINAS.verify_key, AMINAS.verify_key[:-2]))
    yield card("verify_key_padded", "BadKey", good.replace(AMINAS.verify_key, AMINAS.verify_key + "="))


def roster(name: str, expect: str, made: Roster) -> dict[str, Any]:
    """One vector of a roster."""
    return {"name": name, "expect": expect, "document": encode_roster(made)}


def rosters() -> Iterator[dict[str, Any]]:
    """Rosters, good and bad; each is read and its operator's signature checked."""
    good = sign_roster(add_card(add_card(Roster(), AMINAS), BASHIRS), OPERATOR)
    classic = sign_roster(add_card(Roster(), CHENS), OPERATOR)
    yield roster("good", SUCCESS, good)
    yield roster("classic", SUCCESS, classic)
    yield roster("empty", SUCCESS, sign_roster(Roster(), OPERATOR))
    yield roster("same_card_twice", "CardKnown", sign_roster(Roster((AMINAS, AMINAS)), OPERATOR))
    twin = a_card("Bashir", AMINA)
    yield roster("same_recipient_twice", "CardKnown", sign_roster(Roster((AMINAS, twin)), OPERATOR))
    same = a_card("Bashir", BASHIR, verify_key=AMINAS.verify_key)
    yield roster("same_verify_key_twice", "CardKnown", sign_roster(Roster((AMINAS, same)), OPERATOR))
    yield roster("mixed_recipients", "MixedRecipients", sign_roster(Roster((AMINAS, CHENS)), OPERATOR))
    yield roster(
        "bad_recipient",
        "BadRecipient",
        sign_roster(Roster((a_card("Amina", AMINA, recipient="age1"),)), OPERATOR),
    )
    yield roster("bad_key", "BadKey", sign_roster(Roster((a_card("Amina", AMINA, verify_key=""),)), OPERATOR))
    yield roster("unsigned", "BadSignature", Roster(good.cards))
    yield roster("card_struck_off", "BadSignature", Roster(good.cards[:1], good.signature))
    yield roster("cards_reordered", "BadSignature", Roster(good.cards[::-1], good.signature))
    yield roster("operator_unknown", "UnknownKey", sign_roster(good, STRANGER))
    signed = sign(OPERATOR, Purpose.INVITE, encode_document(Roster(good.cards)))
    yield roster(
        "signature_for_invite", "BadSignature", Roster(good.cards, RosterSignature(OPERATOR.id, signed))
    )
    yield good_with("schema_unknown", "UnknownSchema", good, "recipients/1", "recipients/2")
    yield good_with("field_unknown", "BadDocument", good, '"cards"', '"more": 1, "cards"')
    yield good_with("not_a_list", "BadDocument", good, '"cards": [', '"cards": {')


def good_with(name: str, expect: str, good: Roster, old: str, new: str) -> dict[str, Any]:
    """The good roster with one text replaced."""
    return {"name": name, "expect": expect, "document": encode_roster(good).replace(old, new, 1)}


def invites() -> Iterator[dict[str, Any]]:
    """Invites, good and bad, all read for Amina's card."""
    made = make_invite(server_url="https://desk.example.org", card=card_id(AMINAS), signing_key=SERVER)
    change = msgspec.structs.replace
    other = make_invite(server_url=made.server_url, card=card_id(BASHIRS), signing_key=SERVER)
    good = encode_invite(made)
    for name, expect, line in (
        ("good", SUCCESS, good),
        ("space_around", SUCCESS, f"  {good}\n"),
        ("for_another_card", "WrongCard", encode_invite(other)),
        ("card_changed", "BadSignature", encode_invite(change(other, card=made.card))),
        (
            "address_changed",
            "BadSignature",
            encode_invite(change(made, server_url="https://desk.example.com")),
        ),
        ("key_changed", "BadSignature", encode_invite(change(made, server_key=str(STRANGER.verify_key)))),
        ("unsigned", "BadSignature", encode_invite(change(made, signature=b""))),
        ("key_short", "BadKey", encode_invite(change(made, server_key=made.server_key[:-3]))),
        ("cut_off", "BadDocument", good[:-10]),
        ("cut_to_canonical", "BadDocument", good[: len("wayout-invite-1.") + 40]),
        ("not_an_invite", "BadDocument", "hello"),
        ("version_2", "BadDocument", good.replace("invite-1.", "invite-2.")),
        (
            "schema_unknown",
            "UnknownSchema",
            invite_line(encode_document(made).replace(b"invite/1", b"invite/2")),
        ),
        ("field_unknown", "BadDocument", invite_line(encode_document(made).replace(b"{", b'{"more":1,', 1))),
    ):
        yield {"name": name, "expect": expect, "card": card_id(AMINAS), "invite": line}


def invite_line(document: bytes) -> str:
    """Any bytes in an invite's clothes."""
    return "wayout-invite-1." + encode_base64(document)
