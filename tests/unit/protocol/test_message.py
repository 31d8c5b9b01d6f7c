"""Sealed messages: what a responder signs, and what a colleague proves; vectors/messages.json has the failures."""

from hypothesis import given
from hypothesis import strategies as st

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.message import (
    LONGEST_MESSAGE,
    Message,
    MessageKind,
    Say,
    SealedMessage,
    check_message,
    open_words,
    seal_message,
)
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.identity import generate_identity
from responder.unseal import unseal

KEY = SigningKey.generate()
CARD = CardId("amina")
KEYS = {CARD: KEY.verify_key}
AMINA, BASHIR = generate_identity(), generate_identity()
MESSAGE = Message(
    case=CaseId("case-0001"),
    recipient_class=RecipientClass.ORGANISATION,
    number=0,
    kind=MessageKind.REPLY,
    card=CARD,
    sealed_at=1_790_000_000,
)


def sealed(words: str) -> SealedMessage:
    """A message for Amina and Bashir."""
    return seal_message(MESSAGE, words, recipients=[AMINA.recipient, BASHIR.recipient], signing_key=KEY)


@given(st.text(max_size=LONGEST_MESSAGE))
def test_the_words_come_back_for_every_recipient(words: str) -> None:
    """The whole path, for each of those it was sealed to."""
    made = sealed(words)

    check_message(made, KEYS)
    for reader in (AMINA, BASHIR):
        assert open_words(unseal(made.sealed, [reader]), made, KEYS) == words


def test_no_words_are_shown_in_a_traceback() -> None:
    """Neither the file, nor the text on its way to the contact."""
    made = sealed("thank you")

    assert repr(made) == "SealedMessage('case-0001', 0, reply)"
    assert repr(Say(made, "thank you")) == "Say(SealedMessage('case-0001', 0, reply))"
