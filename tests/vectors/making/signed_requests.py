"""Signed requests, good and spoiled in one place each."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from protocol.card import card_id
from protocol.requests import COVERED, TAG, sign_request
from protocol.signing import SigningKey
from tests.vectors.making.people import AMINAS, BASHIRS, NOW, SUCCESS, seed, text

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
        ("components_reordered", '"@method" "@authority"', '"@authority" "@method"'),
        ("not_a_field", "wayout=", "="),
    ):
        yield request(field_name, bad, headers=changed("Signature-Input", old, new))
    for name in COVERED:
        rest = [other for other in COVERED if other != name]
        yield request(f"{name.strip('@')}_not_covered", bad, headers=signed_with(covered=rest))
    yield request("algorithm_not_named", bad, headers=signed_with(include_alg=False))
    yield request("nonce_missing", bad, headers=signed_with(nonce=None))
    yield request("expires_named", bad, headers=signed_with(expires=datetime.fromtimestamp(NOW + 9, UTC)))
    yield request("other_tag", bad, headers=signed_with(tag="other"))
    yield request("more_covered", SUCCESS, headers=signed_with(covered=[*COVERED, "@scheme"]))
    yield request("other_label", SUCCESS, headers=signed_with(label="sig1"))
    yield request("signature_garbled", bad, headers=changed("Signature", "wayout=:", "wayout=:A"))
    yield request("signature_label_changed", bad, headers=changed("Signature", "wayout=", "other="))
    yield request("signed_twice", bad, headers=twice)


def signed_with(covered: Sequence[str] = COVERED, **changes: Any) -> Any:
    """Headers whose signature holds, made in another way than ours."""

    def sign_otherwise(headers: dict[str, str]) -> dict[str, str]:
        made = SimpleNamespace(method="POST", url=URL, headers={"Content-Digest": headers["Content-Digest"]})
        keys = MappingKeyResolver(public_keys={}, private_keys={card_id(AMINAS): AMINAS_KEY.key})
        given: dict[str, Any] = {"nonce": "AAAABBBBCCCCDDDD", "tag": TAG, "label": "wayout"}
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=keys).sign(
            made,
            key_id=card_id(AMINAS),
            created=datetime.fromtimestamp(NOW, UTC),
            covered_component_ids=covered,
            use_existing_digest=True,
            **given | changes,
        )
        return dict(made.headers)

    return sign_otherwise


def twice(headers: dict[str, str]) -> dict[str, str]:
    """The same signature under two labels."""
    both = {name: headers[name] + ", " + headers[name].replace("wayout=", "again=", 1) for name in headers}
    return {**both, "Content-Digest": headers["Content-Digest"]}
