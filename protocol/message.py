"""Messages from a responder about a case: replies to the contact, as colleagues keep them, and notes for colleagues.

A remark (remark.py) whose facts are case, class, number, kind, card and time. A reply's text travels to the server
beside it, in the signed request: somebody has to hand it to the contact.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.document import Moment
from protocol.errors import WrongMessage
from protocol.recipient import Recipient
from protocol.remark import Kind, UnixSeconds, check_remark, open_remark, seal_remark
from protocol.revision import CaseId
from protocol.roster import Roster
from protocol.signing import Purpose, SigningKey, VerifyKey

LONGEST_MESSAGE = 1000
"""Characters."""


class MessageKind(StrEnum):
    """Whom a message is for."""

    REPLY = "reply"
    NOTE = "note"


class MessageState(StrEnum):
    """What became of a message."""

    KEPT = "kept"
    """A note for colleagues: nobody else gets it."""
    NEEDS_SECOND_LOOK = "needs_second_look"
    QUEUED = "queued"
    SHOWN_NOTE = "shown_note"
    """On the contact's screen stands that something is there for them."""
    READ = "read"
    EXPIRED = "expired"
    FAILED = "failed"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"
    FROZEN = "frozen"


class When(StrEnum):
    """When the contact may be written to, by what they agreed to."""

    NOW = "now"
    FROM = "from"
    ONCE_THEY_WRITE = "once_they_write"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Who said something about a case, and when: all that the server may know of a note.

    `number` counts the messages of a case and class from 0, `sealed_at` is Unix seconds.
    """

    case: CaseId
    recipient_class: RecipientClass
    number: int
    kind: MessageKind
    card: CardId
    sealed_at: UnixSeconds


class SealedMessage(Message, frozen=True, kw_only=True):
    """The age file of the words, with the message's facts and the responder's signature over all."""

    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedMessage({self.case!r}, {self.number}, {self.kind})"


class MessageManifest(
    Message, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="message/1", kw_only=True
):
    """What the file says of itself inside. `sha256` is of the words, in hex."""

    key_set: str
    sha256: str


class Say(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request to keep a message and, where it is a reply, to hand `text` to the contact.

    `question`: opened, the reply asks this question of the questionnaire; `text` stands in where that has gone.
    """

    message: SealedMessage
    text: str | None = None
    question: str | None = None

    def __repr__(self) -> str:
        return f"Say({self.message!r})"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message and what became of it, since `changed_at`."""

    message: SealedMessage
    state: MessageState
    changed_at: Moment


class Messages(msgspec.Struct, frozen=True, tag_field="schema", tag="messages/1", kw_only=True):
    """Every message of a case, oldest first; the cards of the class, signed by the server; when it can be delivered.

    `since` is the moment of `When.FROM`. `terms` are the contact's own, as the server goes by them.
    """

    messages: tuple[Delivery, ...]
    roster: Roster
    when: When
    since: Moment | None = None
    terms: dict[str, str] = {}


KIND = Kind(Message, MessageManifest, Purpose.WORDS, Purpose.MESSAGE, WrongMessage)


def seal_message(
    message: Message, text: str, *, recipients: Sequence[Recipient], signing_key: SigningKey
) -> SealedMessage:
    """Seal the words and sign them; raises NoRecipients, MixedRecipients."""
    return SealedMessage(**seal_remark(KIND, message, text, recipients=recipients, signing_key=signing_key))


def check_message(message: SealedMessage, keys: Mapping[CardId, VerifyKey]) -> None:
    """Check who sealed it, before opening; raises UnknownKey, BadSignature."""
    check_remark(KIND, message, keys)


def open_words(plaintext: bytes, expected: SealedMessage, keys: Mapping[CardId, VerifyKey]) -> str:
    """The words in an opened file, proved to be those of `expected`; raises as `open_remark` does, and WrongMessage."""
    return open_remark(KIND, plaintext, expected, keys)
