"""The invented people, keys and time of the vectors: hashes of names, so that anybody can make them again."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import msgspec

from protocol.audience import RecipientClass
from protocol.card import Card
from protocol.signing import SigningKey
from responder.identity import HybridIdentity, Identity, X25519Identity

NOW = 1_790_000_000
SUCCESS = "success"


def text(data: bytes) -> str:
    """Bytes in a JSON file."""
    return b64encode(data).decode()


def seed(name: str) -> bytes:
    """A key's seed that anybody can make again."""
    return hashlib.sha256(b"wayout vectors: " + name.encode()).digest()


SERVER, STRANGER, OPERATOR = (SigningKey(seed(name)) for name in ("server", "stranger", "operator"))
AMINA, BASHIR = HybridIdentity(seed("amina")), HybridIdentity(seed("bashir"))
CHEN = X25519Identity(seed("chen"))


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


DAWIT = HybridIdentity(seed("dawit"))
DAWITS = a_card("Dawit", DAWIT, recipient_class=RecipientClass.INTERPRETER, languages=("en", "es"))
AMINAS, BASHIRS, CHENS = a_card("Amina", AMINA), a_card("Bashir", BASHIR), a_card("Chen", CHEN)
