"""Sealed regrades: what a responder signs, and what a colleague proves; vectors/regrades.json has the failures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.desk import Urgency
from protocol.errors import MixedRecipients, NoRecipients
from protocol.regrade import LONGEST_REASON, Regrade, SealedRegrade, check_regrade, open_reason, seal_regrade
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.identity import generate_identity
from responder.unseal import unseal

KEY = SigningKey.generate()
CARD = CardId("amina")
KEYS = {CARD: KEY.verify_key}
AMINA, BASHIR, CHEN = generate_identity(), generate_identity(), generate_identity(hybrid=False)
REGRADE = Regrade(
    case=CaseId("case-0001"),
    recipient_class=RecipientClass.ORGANISATION,
    number=0,
    before=Urgency.CRITICAL,
    after=Urgency.LOW,
    card=CARD,
    sealed_at=1_790_000_000,
)


def sealed(reason: str) -> SealedRegrade:
    """A regrade for Amina and Bashir."""
    return seal_regrade(REGRADE, reason, recipients=[AMINA.recipient, BASHIR.recipient], signing_key=KEY)


@given(st.text(max_size=LONGEST_REASON))
def test_the_reason_comes_back_for_every_recipient(reason: str) -> None:
    """The whole path, for each of those it was sealed to."""
    made = sealed(reason)

    check_regrade(made, KEYS)
    for reader in (AMINA, BASHIR):
        assert open_reason(unseal(made.sealed, [reader]), made, KEYS) == reason


def test_the_file_of_a_reason_begins_with_what_it_is() -> None:
    """Whoever opens it with another age program sees whose reason it is, and its length tells little."""
    plaintext = unseal(sealed("why").sealed, [AMINA])

    assert plaintext.startswith(b'{"schema":"regrade/1","case":"case-0001","recipient_class":"organisation",')
    assert len(plaintext) == 4096


def test_nobody_and_weaker_keys_are_refused() -> None:
    """As for a case: one file, one kind of key, and somebody to read it."""
    with pytest.raises(NoRecipients):
        seal_regrade(REGRADE, "why", recipients=[], signing_key=KEY)
    with pytest.raises(MixedRecipients):
        seal_regrade(REGRADE, "why", recipients=[AMINA.recipient, CHEN.recipient], signing_key=KEY)


def test_a_sealed_regrade_shows_no_file() -> None:
    """A traceback may show it."""
    assert repr(sealed("why")) == "SealedRegrade('case-0001', 0, critical, low)"
