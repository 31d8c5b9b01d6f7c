"""Makes the vectors of protocol/FORMAT.md; run as a script from the top folder.

Each vector is one input that differs from a good one in one place, and the name of what must happen:
"success" or the class of the error. Keys are hashes of invented names; sealing is random, so each run
writes other bytes.
"""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from protocol.audience import RecipientClass, Tier
from protocol.base64text import encode_base64
from protocol.card import Card, card_id, encode_card, fingerprint
from protocol.document import encode_document
from protocol.envelope import Stanza, encode_header
from protocol.invite import encode_invite, make_invite
from protocol.padding import bucket, pad
from protocol.payload import seal_payload
from protocol.recipient import Recipient
from protocol.requests import COVERED, TAG, sign_request
from protocol.revision import CaseId, Manifest, SealedRevision, key_set
from protocol.roster import Roster, Seal, add_card, encode_roster, sign_roster
from protocol.seal import seal
from protocol.signing import Purpose, SigningKey, sign
from responder.identity import HybridIdentity, Identity, X25519Identity
from responder.passphrase import Passphrase, seal_with_passphrase

FOLDER = Path(__file__).parent
NOW = 1_790_000_000
BODY = b'{"schema":"part/1","note":"invented"}'
CASE = CaseId("case-0001")
OTHER_CASE = CaseId("case-0002")
SUCCESS = "success"


def seed(name: str) -> bytes:
    """A key's seed that anybody can make again."""
    return hashlib.sha256(b"wayout vectors: " + name.encode()).digest()


SERVER, STRANGER, OPERATOR = (SigningKey(seed(name)) for name in ("server", "stranger", "operator"))
AMINA, BASHIR = HybridIdentity(seed("amina")), HybridIdentity(seed("bashir"))
CHEN = X25519Identity(seed("chen"))


def text(data: bytes) -> str:
    """Bytes in a JSON file."""
    return b64encode(data).decode()


# Revisions


@dataclass(frozen=True)
class Draft:
    """A sealed revision in the making, each part of which a vector can spoil."""

    case: CaseId = CASE
    revision: int = 1
    tier: Tier = Tier.CORE
    recipient_class: RecipientClass = RecipientClass.ORGANISATION
    identities: tuple[Identity, ...] = (AMINA,)
    body: bytes = BODY
    inside: dict[str, Any] = field(default_factory=dict)
    outside: dict[str, Any] = field(default_factory=dict)
    inside_key: SigningKey = SERVER
    outside_key: SigningKey = SERVER
    inside_purpose: Purpose = Purpose.MANIFEST
    outside_purpose: Purpose = Purpose.REVISION

    @property
    def recipients(self) -> list[Recipient]:
        """Whom it is sealed to."""
        return [identity.recipient for identity in self.identities]

    def manifest(self) -> bytes:
        """The manifest's line."""
        manifest = Manifest(
            case=self.case,
            revision=self.revision,
            tier=self.tier,
            recipient_class=self.recipient_class,
            sealed_at=NOW,
            key_set=key_set(self.recipients),
            key=self.inside_key.id,
            sha256=hashlib.sha256(self.body).hexdigest(),
        )
        return encode_document(msgspec.structs.replace(manifest, **self.inside))

    def content(self, line: bytes | None = None) -> bytes:
        """What is padded: manifest, signature, body."""
        line = self.manifest() if line is None else line
        signature = sign(self.inside_key, self.inside_purpose, line)
        return line + b"\n" + encode_base64(signature).encode() + b"\n" + self.body

    def plaintext(self) -> bytes:
        """What is sealed."""
        return pad(self.content())

    def sealed(self) -> bytes:
        """The age file."""
        return seal(self.plaintext(), self.recipients)

    def signed(self, sealed: bytes) -> SealedRevision:
        """The revision around an age file, signed over the labels that it should have had."""
        names = (self.case, str(self.revision), self.tier, self.recipient_class)
        parts = (*(name.encode() for name in names), hashlib.sha256(sealed).digest())
        signature = sign(self.outside_key, self.outside_purpose, *parts)
        made = SealedRevision(
            self.case, self.revision, self.tier, self.recipient_class, sealed, signature, self.outside_key.id
        )
        return msgspec.structs.replace(made, **self.outside)


def revision(
    name: str, expect: str, draft: Draft, *, sealed: bytes | None = None, opens: Identity = AMINA
) -> dict[str, Any]:
    """One vector of a sealed revision."""
    made = draft.signed(draft.sealed() if sealed is None else sealed)
    return {
        "name": name,
        "expect": expect,
        "identity": opens.secret(),
        "revision": json.loads(msgspec.json.encode(made)),
        "body": text(draft.body) if expect == SUCCESS else None,
    }


def inside(name: str, expect: str, plaintext: bytes) -> dict[str, Any]:
    """A vector whose plaintext is spoiled and whose seal and outer signature hold."""
    return revision(name, expect, Draft(), sealed=seal(plaintext, [AMINA.recipient]))


def good_revisions() -> Iterator[dict[str, Any]]:
    """What opens."""
    yield revision("hybrid", SUCCESS, Draft())
    yield revision("x25519", SUCCESS, Draft(identities=(CHEN,)), opens=CHEN)
    yield revision("two_recipients", SUCCESS, Draft(identities=(BASHIR, AMINA)))
    yield revision("empty_body", SUCCESS, Draft(body=b""))
    yield revision("body_ends_in_zeros", SUCCESS, Draft(body=b"\x80\0\0"))
    yield revision("full_bucket", SUCCESS, Draft(body=bytes(4095 - len(Draft(body=b"").content()))))
    yield revision("two_chunks", SUCCESS, Draft(body=bytes(70_000)))


def bad_outside() -> Iterator[dict[str, Any]]:
    """What is refused before any private key is used."""
    good = Draft()
    yield revision("relabelled_case", "BadSignature", replace(good, outside={"case": OTHER_CASE}))
    yield revision("relabelled_revision", "BadSignature", replace(good, outside={"revision": 2}))
    yield revision("relabelled_tier", "BadSignature", replace(good, outside={"tier": Tier.WORDS}))
    yield revision(
        "relabelled_class", "BadSignature", replace(good, outside={"recipient_class": RecipientClass.EMBASSY})
    )
    yield revision("other_file", "BadSignature", replace(good, outside={"sealed": good.sealed()}))
    yield revision("signature_short", "BadSignature", replace(good, outside={"signature": b"\0" * 63}))
    yield revision("signature_for_rewrap", "BadSignature", replace(good, outside_purpose=Purpose.REWRAP))
    yield revision(
        "signature_by_another",
        "BadSignature",
        replace(good, outside={"key": SERVER.id}, outside_key=STRANGER),
    )
    yield revision("key_unknown", "UnknownKey", replace(good, outside_key=STRANGER))


def bad_envelope() -> Iterator[dict[str, Any]]:
    """What the age file itself refuses, under a signature that holds."""
    good = Draft()
    sealed = good.sealed()
    start = sealed.index(b"\n---") + 4 + 1 + 43 + 1
    yield revision("not_a_recipient", "NoMatch", good, opens=BASHIR)
    yield revision("not_a_recipient_x25519", "NoMatch", replace(good, identities=(CHEN,)))
    yield revision(
        "passphrase_file", "NoMatch", good, sealed=seal_with_passphrase(b"", Passphrase("x"), work_factor=4)
    )
    yield revision("empty_file", "HeaderFailure", good, sealed=b"")
    yield revision("truncated_header", "HeaderFailure", good, sealed=sealed[: start - 60])
    yield revision("truncated_nonce", "HeaderFailure", good, sealed=sealed[: start + 15])
    yield revision("version_2", "HeaderFailure", good, sealed=sealed.replace(b"/v1\n", b"/v2\n", 1))
    yield revision(
        "header_changed", "HmacFailure", good, sealed=sealed.replace(b"\n---", b"\n-> grease\n\n---", 1)
    )
    yield revision("truncated", "PayloadFailure", good, sealed=sealed[:-1])
    yield revision("no_payload", "PayloadFailure", good, sealed=sealed[: start + 16])
    yield revision("bit_flipped", "PayloadFailure", good, sealed=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    yield revision("appended", "PayloadFailure", good, sealed=sealed + b"\0")
    yield revision(
        "nonce_changed", "PayloadFailure", good, sealed=sealed[:start] + bytes(16) + sealed[start + 16 :]
    )
    yield revision("low_order_share", "HeaderFailure", good, sealed=low_order(good))


def low_order(draft: Draft) -> bytes:
    """An age file whose X25519 share makes the shared secret known to all."""
    file_key = bytes(16)
    arguments = ("mlkem768x25519", encode_base64(bytes(1088 + 32)))
    header = encode_header([Stanza(arguments, bytes(32))], file_key)
    return b"".join((header, bytes(16), *seal_payload(file_key, bytes(16), draft.plaintext())))


def bad_labels() -> Iterator[dict[str, Any]]:
    """A good inside under another label that the server signed all the same."""
    good, sealed = Draft(), Draft().sealed()
    yield revision("wrong_case", "WrongCase", replace(good, case=OTHER_CASE), sealed=sealed)
    yield revision("replayed_revision", "WrongRevision", replace(good, revision=2), sealed=sealed)
    yield revision("wrong_tier", "WrongTier", replace(good, tier=Tier.IDENTITY), sealed=sealed)
    yield revision(
        "wrong_class", "WrongClass", replace(good, recipient_class=RecipientClass.EMBASSY), sealed=sealed
    )


def bad_manifest() -> Iterator[dict[str, Any]]:
    """What the manifest gives away."""
    good = Draft()
    line = good.manifest()
    yield inside("manifest_body_changed", "BodyChanged", pad(good.content() + b" "))
    yield inside("manifest_hash_upper_case", "BodyChanged", pad(good.content(upper_hash(line))))
    yield inside(
        "manifest_changed", "BadSignature", pad(good.content().replace(CASE.encode(), OTHER_CASE.encode()))
    )
    yield inside(
        "manifest_signature_for_revision",
        "BadSignature",
        replace(good, inside_purpose=Purpose.REVISION).plaintext(),
    )
    yield inside("manifest_key_unknown", "UnknownKey", replace(good, inside_key=STRANGER).plaintext())
    yield inside("manifest_signature_garbled", "BadManifest", pad(good.content().replace(b"}\n", b"}\n*", 1)))
    yield inside("manifest_with_spaces", "BadManifest", pad(good.content(line.replace(b":", b": "))))
    yield inside(
        "manifest_field_twice", "BadManifest", pad(good.content(line.replace(b"{", b'{"revision":1,', 1)))
    )
    yield inside(
        "manifest_field_unknown", "BadManifest", pad(good.content(line.replace(b"{", b'{"more":1,', 1)))
    )
    yield inside(
        "manifest_field_missing", "BadManifest", pad(good.content(line.replace(b'"revision":1,', b"")))
    )
    yield inside("manifest_tier_unknown", "BadManifest", pad(good.content(line.replace(b'"core"', b'"all"'))))
    yield inside("manifest_not_json", "BadManifest", pad(good.content(b"not JSON")))
    yield inside("manifest_too_deep", "BadManifest", pad(good.content(b'{"schema":' + b"[" * 3_000)))
    yield inside(
        "manifest_without_schema",
        "BadManifest",
        pad(good.content(line.replace(b'"schema":"manifest/1",', b""))),
    )
    yield inside("manifest_missing", "BadManifest", pad(BODY))
    yield inside("manifest_alone", "BadManifest", pad(line + b"\n"))
    yield inside(
        "schema_unknown", "UnknownSchema", pad(good.content(line.replace(b"manifest/1", b"manifest/2")))
    )


def upper_hash(line: bytes) -> bytes:
    """The hash in capitals, which no writer of ours makes."""
    digest = hashlib.sha256(BODY).hexdigest().encode()
    return line.replace(digest, digest.upper())


def bad_padding() -> Iterator[dict[str, Any]]:
    """What the padding gives away."""
    good = Draft()
    padded = good.plaintext()
    yield inside("padding_missing", "BadPadding", good.content())
    yield inside("padding_not_zero", "BadPadding", padded[:-1] + b"\x01")
    yield inside("padding_without_mark", "BadPadding", good.content().ljust(4096, b"\0"))
    yield inside("padding_short", "BadPadding", padded[:-1])
    yield inside("padding_long", "BadPadding", padded + b"\0")
    yield inside("padding_other_bucket", "BadPadding", padded.ljust(8192, b"\0"))
    yield inside("padding_all_zeros", "BadPadding", bytes(4096))
    yield inside("padding_empty", "BadPadding", b"")


# Padding


def paddings() -> Iterator[dict[str, Any]]:
    """Lengths of contents, and of what they are padded to."""
    edges = (4095, 8191, 16_383, 32_767, 65_535, 81_919, 98_303, 114_687, 131_071, 163_839, 20 * 1024 * 1024)
    lengths = {0, 1, *edges, *(edge + 1 for edge in edges)}
    for length in sorted(lengths):
        yield {"name": f"length_{length}", "content": length, "padded": bucket(length + 1)}


# Cards, rosters, invites


def a_card(name: str, identity: Identity, **changes: Any) -> Card:
    """The card of an invented person."""
    card = Card(
        name=name,
        recipient_class=RecipientClass.ORGANISATION,
        country="TH",
        languages=("en", "zh_Hans"),
        recipient=str(identity.recipient),
        verify_key=str(SigningKey(seed(name)).verify_key),
        created_at=datetime.fromtimestamp(NOW, UTC),
    )
    return msgspec.structs.replace(card, **changes)


AMINAS, BASHIRS, CHENS = a_card("Amina", AMINA), a_card("Bashir", BASHIR), a_card("Chen", CHEN)


def card(name: str, expect: str, document: str, **more: str) -> dict[str, Any]:
    """One vector of a card."""
    return {"name": name, "expect": expect, "document": document, **more}


def cards() -> Iterator[dict[str, Any]]:
    """Cards, good and bad."""
    good = encode_card(AMINAS)
    ids = {"id": card_id(AMINAS), "fingerprint": fingerprint(AMINAS)}
    yield card("good", SUCCESS, good, **ids)
    yield card(
        "spaces_and_order_are_free", SUCCESS, json.dumps(dict(reversed(json.loads(good).items()))), **ids
    )
    yield card("x25519", SUCCESS, encode_card(CHENS), id=card_id(CHENS), fingerprint=fingerprint(CHENS))
    no_country = a_card("Amina", AMINA, country=None, languages=())
    yield card(
        "no_country",
        SUCCESS,
        encode_card(no_country),
        id=card_id(no_country),
        fingerprint=fingerprint(no_country),
    )
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
    yield roster("signature_for_invite", "BadSignature", Roster(good.cards, Seal(OPERATOR.id, signed)))
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


# Requests

URL = "https://desk.example.org/v1/cases/case-0001/close?dry=1"
AMINAS_KEY = SigningKey(seed("Amina"))


def request(name: str, expect: str, **changes: Any) -> dict[str, Any]:
    """One vector of a request, received at NOW."""
    body = b'{"outcome":"helped"}'
    signed: dict[str, Any] = {
        "method": "POST",
        "url": URL,
        "body": body,
        "now": NOW,
        "nonce": "AAAABBBBCCCCDDDD",
    }
    signed |= changes.pop("signed", {})
    headers = sign_request(
        key=changes.pop("key", AMINAS_KEY), key_id=changes.pop("key_id", card_id(AMINAS)), **signed
    )
    headers = changes.pop("headers", lambda given: given)(headers)
    received = {"method": "POST", "url": URL, "body": text(body), "headers": headers} | changes
    return {"name": name, "expect": expect, "now": NOW, **received}


def changed(name: str, old: str, new: str) -> Any:
    """A change of one header's text."""
    return lambda headers: {**headers, name: headers[name].replace(old, new, 1)}


def without(name: str) -> Any:
    """The headers but one."""
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def good_requests() -> Iterator[dict[str, Any]]:
    """What is believed."""
    yield request("good", SUCCESS)
    yield request(
        "headers_in_lower_case", SUCCESS, headers=lambda given: {k.lower(): v for k, v in given.items()}
    )
    yield request("default_port_named", SUCCESS, url=URL.replace(".org", ".org:443"))
    yield request("authority_in_capitals", SUCCESS, url=URL.replace("desk.", "DESK."))
    yield request("as_old_as_allowed", SUCCESS, signed={"now": NOW - 60})
    yield request("clock_ahead_as_allowed", SUCCESS, signed={"now": NOW + 5})
    get = {"method": "GET", "url": "https://desk.example.org/v1/cases", "body": b""}
    yield request("get", SUCCESS, signed=get, method="GET", url=get["url"], body="")


def bad_requests() -> Iterator[dict[str, Any]]:
    """What is refused, by the API's error code."""
    bad = "signature_bad"
    yield request("no_signature", "signature_missing", headers=without("Signature"))
    yield request("no_signature_input", "signature_missing", headers=without("Signature-Input"))
    yield request("no_digest", bad, headers=without("Content-Digest"))
    yield request("body_changed", bad, body=text(b'{"outcome":"other"}'))
    yield request("body_dropped", bad, body="")
    yield request("digest_changed", bad, headers=changed("Content-Digest", "sha-256", "sha-512"))
    yield request("method_changed", bad, method="PUT")
    yield request("path_changed", bad, url=URL.replace("0001", "0002"))
    yield request("query_changed", bad, url=URL.replace("dry=1", "dry=0"))
    yield request("query_dropped", bad, url=URL.partition("?")[0])
    yield request("authority_changed", bad, url=URL.replace(".org", ".com"))
    yield request("port_changed", bad, url=URL.replace(".org", ".org:8443"))
    yield request("url_not_absolute", bad, url="/v1/next")
    yield request("too_old", "signature_old", signed={"now": NOW - 61})
    yield request("clock_too_far_ahead", "signature_old", signed={"now": NOW + 6})
    yield request("card_unknown", "key_unknown", key_id=card_id(BASHIRS))
    yield request("signed_by_another", bad, key=SigningKey(seed("Bashir")))
    yield request("nonce_short", bad, signed={"nonce": "A" * 15})
    yield request("nonce_long", bad, signed={"nonce": "A" * 65})
    for field_name, old, new in (
        ("nonce_changed", "AAAABBBB", "BBBBBBBB"),
        ("created_changed", f"created={NOW}", f"created={NOW - 1}"),
        ("created_not_a_number", f"created={NOW}", 'created="now"'),
        ("tag_changed", TAG, "other"),
        ("algorithm_changed", 'alg="ed25519"', 'alg="hmac-sha256"'),
        ("algorithm_missing", ';alg="ed25519"', ""),
        ("nonce_missing", ';nonce="AAAABBBBCCCCDDDD"', ""),
        ("created_missing", f";created={NOW}", ""),
        ("expires_added", ";alg=", f";expires={NOW + 9};alg="),
        ("components_reordered", '"@method" "@authority"', '"@authority" "@method"'),
        *((f"{name.strip('@')}_not_covered", f'"{name}"', "") for name in COVERED),
        ("not_a_field", "wayout=", "="),
    ):
        yield request(field_name, bad, headers=changed("Signature-Input", old, new))
    yield request("signature_garbled", bad, headers=changed("Signature", "wayout=:", "wayout=:A"))
    yield request("signature_label_changed", bad, headers=changed("Signature", "wayout=", "other="))
    yield request("signed_twice", bad, headers=twice)


def twice(headers: dict[str, str]) -> dict[str, str]:
    """The same signature under two labels."""
    both = {name: headers[name] + ", " + headers[name].replace("wayout=", "again=", 1) for name in headers}
    return {**both, "Content-Digest": headers["Content-Digest"]}


KEYS = {"server": str(SERVER.verify_key), "operator": str(OPERATOR.verify_key)}


def files() -> dict[str, list[dict[str, Any]]]:
    """Each file's vectors."""
    return {
        "revisions": [
            vector
            for make in (good_revisions, bad_outside, bad_envelope, bad_labels, bad_manifest, bad_padding)
            for vector in make()
        ],
        "paddings": list(paddings()),
        "cards": list(cards()),
        "rosters": list(rosters()),
        "invites": list(invites()),
        "requests": [*good_requests(), *bad_requests()],
    }


def main() -> None:
    """Write every file."""
    for name, vectors in files().items():
        document = {
            "schema": f"vectors-{name}/1",
            "keys": KEYS,
            "cards": [json.loads(encode_card(AMINAS))],
            "vectors": vectors,
        }
        (FOLDER / f"{name}.json").write_text(
            json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
