"""Everything that this package can refuse, as one tree whose docstrings are the messages.

    ProtocolError
    ├── EnvelopeFailure        an age file that cannot be opened
    │   ├── ArmorFailure
    │   ├── HeaderFailure
    │   ├── NoMatch
    │   ├── HmacFailure
    │   └── PayloadFailure
    ├── RecipientRefused       keys that nothing may be sealed to
    │   ├── BadRecipient
    │   ├── MixedRecipients
    │   └── NoRecipients
    ├── SignatureRefused       who signed, and for what
    │   ├── BadKey
    │   ├── BadSignature
    │   └── UnknownKey
    ├── RevisionRefused        an opened file that is not what it was handed over as
    │   ├── BadManifest
    │   ├── BadPadding
    │   ├── BodyChanged
    │   ├── WrongAttachment
    │   ├── WrongCase
    │   ├── WrongClass
    │   ├── WrongDisclosure
    │   ├── WrongExtract
    │   ├── WrongJob
    │   ├── WrongLinkage
    │   ├── WrongMessage
    │   ├── WrongRegrade
    │   ├── WrongRendering
    │   ├── WrongRevision
    │   └── WrongTier
    └── DocumentRefused        cards, rosters, invites and API messages
        ├── BadDocument
        ├── UnknownSchema
        ├── CardKnown
        ├── CardUnknown
        ├── ChainBroken
        ├── Uncountersigned
        └── WrongCard

An exception takes no argument: no text of ours can carry a key or what a person wrote.
"""

from typing import ClassVar


class ProtocolError(Exception):
    """Something that came from outside was refused."""

    hint: ClassVar[str] = "Nothing was changed. Ask the sender for a new copy."

    def __init__(self) -> None:
        super().__init__((type(self).__doc__ or "").partition("\n")[0])


class EnvelopeFailure(ProtocolError):
    """The age file cannot be opened."""


class ArmorFailure(EnvelopeFailure):
    """The text armour around the age file is broken."""


class HeaderFailure(EnvelopeFailure):
    """The header of the age file is not well formed."""


class NoMatch(EnvelopeFailure):
    """The age file is not sealed to this identity."""

    hint = "Ask a colleague who can open it to seal it again to your card."


class HmacFailure(EnvelopeFailure):
    """The header of the age file was changed after it was sealed."""


class PayloadFailure(EnvelopeFailure):
    """The content of the age file was changed or cut off after it was sealed."""


class RecipientRefused(ProtocolError):
    """Nothing may be sealed to these recipients."""

    hint = "Check the recipients file."


class BadRecipient(RecipientRefused):
    """This is not an age recipient that Wayout can seal to."""

    hint = "A recipient begins with age1pq1 (post-quantum) or age1 (X25519)."


class MixedRecipients(RecipientRefused):
    """Post-quantum and X25519 recipients cannot share one file."""

    hint = "Make all cards of one kind: the weaker key would undo the stronger one."


class NoRecipients(RecipientRefused):
    """There is nobody to seal to."""

    hint = "Enrol at least one card."


class SignatureRefused(ProtocolError):
    """The signature does not hold."""


class BadKey(SignatureRefused):
    """This is not a signing or verifying key."""


class BadSignature(SignatureRefused):
    """The signature is not by this key over this content and purpose."""

    hint = "Do not trust what came with it. Tell the operator."


class UnknownKey(SignatureRefused):
    """The signature is by a key that is not known here."""

    hint = "If the operator changed the server's key, enrol again with a new invite."


class RevisionRefused(ProtocolError):
    """The opened file is not the revision that it was handed over as."""

    hint = "Do not trust it. Tell the operator: the server may have been tampered with."


class BadManifest(RevisionRefused):
    """The manifest inside the file is missing or not well formed."""


class BadPadding(RevisionRefused):
    """The padding inside the file is broken."""


class BodyChanged(RevisionRefused):
    """The body inside the file is not the one that its manifest names."""


class WrongAttachment(RevisionRefused):
    """The file inside is another attachment of the case."""


class WrongCase(RevisionRefused):
    """The file inside belongs to another case."""


class WrongClass(RevisionRefused):
    """The file inside was sealed for another class of recipients."""


class WrongDisclosure(RevisionRefused):
    """What is inside is of another disclosure: of another number, card, tier or time."""


class WrongExtract(RevisionRefused):
    """The extract inside is another one: of another card or time."""


class WrongJob(RevisionRefused):
    """The texts inside are of another job: of another id, interpreter, asker or time."""


class WrongLinkage(RevisionRefused):
    """The linkage key inside is another one than it was handed over as."""


class WrongMessage(RevisionRefused):
    """The words inside are not those of this message."""


class WrongRegrade(RevisionRefused):
    """The reason inside is of another regrade: of another number, urgency, card or time."""


class WrongRendering(RevisionRefused):
    """What is inside is not this interpreter's answer to this job."""


class WrongRevision(RevisionRefused):
    """The file inside is another revision of the case: an old one played again."""


class WrongTier(RevisionRefused):
    """The file inside is another tier of the case."""


class DocumentRefused(ProtocolError):
    """The document was refused."""


class BadDocument(DocumentRefused):
    """The document is not well formed."""


class UnknownSchema(DocumentRefused):
    """The document has a schema that this version does not know."""

    hint = "It may come from a newer version. Update, or ask for the older form."


class CardKnown(DocumentRefused):
    """This card, or a card with one of its keys, is enrolled already."""


class CardUnknown(DocumentRefused):
    """No such card is enrolled."""


class ChainBroken(DocumentRefused):
    """A change of the roster does not follow the one before it."""

    hint = "Seal nothing. Tell your colleagues: somebody may have rewritten who can open cases."


class Uncountersigned(DocumentRefused):
    """A change of the roster has too few countersignatures."""

    hint = "Seal nothing. Tell your colleagues: somebody may have been added without them."


class WrongCard(DocumentRefused):
    """The invite is for another card."""

    hint = "Send the operator your card again and ask for an invite to it."
