"""Everything that can stop a responder's command, each with a hint of what to do next.

    Failure
    ├── SettingsWrong        the environment holds a value that cannot be used
    ├── NoIdentity           nobody has run `init` in this folder
    ├── IdentityExists       `init` would overwrite a key
    ├── PassphraseWrong      the identity stays locked
    ├── PassphraseMissing    there is nobody to ask for it
    ├── PassphraseBeside     it lies in a file beside what it locks
    ├── CardWrong            a name, country or language that cannot stand on a card
    ├── NotEnrolled          no server is known yet
    ├── InviteWrong          the invite cannot be trusted or is for another card
    ├── LanguageUnknown      nothing is translated into the language that was asked for
    ├── AddressTaken         the console cannot listen where it was told to
    ├── NothingWaiting       the queue holds no case for this responder
    ├── CaseUnclear          the beginning of an id names more than one case
    ├── ColleagueUnclear     what was typed names no colleague, or more than one
    ├── ReasonWrong          a regrade without a reason, or with one that is too long
    ├── DisclosureWrong      an emergency release that cannot be made as it was asked for
    ├── WordsWrong           a message without words, or with too many
    │   └── Echoed           a reply that says again what the contact typed
    ├── AttachmentUnknown    a number or id that no file of the case has
    ├── AttachmentWaiting    a file that is not here yet, or never will be
    ├── AttachmentUnwritten  a file that cannot be written to where it should go
    ├── CardUnclear          the beginning of a card's id names none, or more than one
    ├── RosterDoubtful       who can open cases does not follow from what was seen before
    ├── ExportWrong          an export that makes no sense, or may not be
    │   └── NoPrinter        this computer lacks what makes a PDF
    ├── LinkageMissing       the key that links cases is not sealed to this card
    ├── ExtractsMissing      there is nothing to look across, or it cannot be read
    ├── CaseUnreadable       nothing of the case could be opened with this identity
    └── ServerFailure
        ├── Unreachable      no answer at all
        ├── Refused          the server said no, with a code
        └── Garbled          an answer that is not of the agreed shape

No message carries what a contact wrote, a passphrase or a key.
"""

from collections.abc import Collection


class Failure(Exception):
    """Something the outside did; `hint` says what the person at the keyboard can do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the sentence and the way out apart, so that each program can lay them out."""
        super().__init__(message)
        self.hint = hint


class LinkageMissing(Failure):
    """The linkage key cannot be opened with this identity."""


class ExtractsMissing(Failure):
    """There is nothing to look across, or a file of extracts cannot be read or written."""


class SettingsWrong(Failure):
    """One or more settings cannot be used; the message lists all of them."""


class NoIdentity(Failure):
    """There is no identity in the responder's folder."""


class IdentityExists(Failure):
    """An identity is there already and is never overwritten."""


class PassphraseWrong(Failure):
    """The passphrase does not open the identity."""


class PassphraseMissing(Failure):
    """The identity is locked and nobody can be asked."""


class PassphraseBeside(Failure):
    """The passphrase is a key under the mat, and this is no practice desk."""


class CardWrong(Failure):
    """What was given cannot stand on a card."""


class NotEnrolled(Failure):
    """No invite has been accepted, so no server is known."""


class InviteWrong(Failure):
    """The invite is damaged, forged or meant for another card."""


class LanguageUnknown(Failure):
    """There is no catalogue in that language."""


class AddressTaken(Failure):
    """The console cannot listen on this address."""


class NothingWaiting(Failure):
    """No case waits that this responder may read."""


class CaseUnclear(Failure):
    """More than one case begins with what was typed."""


class ColleagueUnclear(Failure):
    """No card of the class, or more than one, is named by what was typed."""


class ReasonWrong(Failure):
    """A regrade was asked for without a reason, or with one that is too long."""


class DisclosureWrong(Failure):
    """An emergency release to nobody, of nothing, or of what is not there."""


class WordsWrong(Failure):
    """A message was to be sent without words, or with too many."""


class Echoed(WordsWrong):
    """A reply says again what the contact typed."""


class AttachmentUnknown(Failure):
    """The case has no such file."""

    def __init__(self) -> None:
        """Say where the numbers stand."""
        super().__init__(
            "this case has no such attachment", "`wayout-responder open CASE` lists them by number."
        )


class AttachmentWaiting(Failure):
    """The file is not here."""

    def __init__(self, why: str | None) -> None:
        """`why` is the server's word where the file will not come."""
        if why is None:
            super().__init__(
                "this attachment is not here yet", "The server is fetching it. Try again in a minute."
            )
        else:
            hint = "Ask for it again, or ask what it shows."
            super().__init__(f"this attachment will not come ({why})", hint)


class AttachmentUnwritten(Failure):
    """The file cannot be written where it should go."""


class CardUnclear(Failure):
    """No card begins with what was typed, or more than one does."""


class RosterDoubtful(Failure):
    """Who can open cases is not what colleagues agreed to, as far as this computer can tell."""


class ExportWrong(Failure):
    """The case cannot be exported so: the format, the tiers or whom it is for do not fit."""


class NoPrinter(ExportWrong):
    """What makes a PDF is not installed here."""


class CaseUnreadable(Failure):
    """None of the parts of a case could be opened and believed."""


def unreadable(reasons: Collection[str]) -> CaseUnreadable:
    """Say why nothing of a case could be opened; `reasons` name the checks that its parts did not pass."""
    if not reasons:
        msg = "this case is not sealed to your identity"
        return CaseUnreadable(msg, "Ask a colleague who can open it to seal it again to your card.")
    msg = f"no part of this case passed its checks ({', '.join(sorted(reasons))})"
    return CaseUnreadable(
        msg, "Do not act on it. Tell your operator: the server may have been tampered with."
    )


class TextTelling(Failure):
    """Chosen texts have names, places or numbers in them, and nobody has said that these may go."""


class ServerFailure(Failure):
    """The server could not be asked, or did not do what was asked."""


class Unreachable(ServerFailure):
    """No connection, or no answer in time."""


class Garbled(ServerFailure):
    """The answer is not of the agreed shape."""


class Refused(ServerFailure):
    """The server understood and said no; `code` is its word for why."""

    def __init__(self, code: str, hint: str = "") -> None:
        """Put the server's code into a sentence; codes are a closed set, never a contact's words."""
        sentence, own_hint = REFUSALS.get(code, (f"the server refused: {code}", ""))
        super().__init__(sentence, own_hint or hint)
        self.code = code


REFUSALS = {
    "signature_missing": (
        "the server did not see a signature",
        "Is there a proxy between that drops headers?",
    ),
    "signature_bad": ("the server could not check the signature", "Enrol again with a fresh invite."),
    "signature_old": (
        "the server found the request too old",
        "Set this computer's clock: it must be right within a minute.",
    ),
    "signature_replayed": ("the server has seen this very request before", "Try again."),
    "key_unknown": (
        "the server does not know this card",
        "Ask the operator to add your card, `wayout-responder card`, and colleagues to countersign it.",
    ),
    "key_suspended": (
        "a colleague has stopped this key",
        "Call your colleagues. Two of them can let it go: `wayout-responder lift CARD`.",
    ),
    "card_unknown": (
        "there is no such card, or nothing about it to decide",
        "`wayout-responder roster` shows them all.",
    ),
    "change_unfit": (
        "the roster has changed since, or you cannot sign for this change",
        "Look at `wayout-responder roster --pending` once more, then sign again.",
    ),
    "nobody_left": ("nobody else could open a case then", "Let the operator enrol another card first."),
    "attachment_unknown": (
        "this case has no such attachment, or it is not here yet",
        "`wayout-responder open CASE` lists them.",
    ),
    "case_unknown": ("there is no such case", "`wayout-responder list` shows the cases that you can read."),
    "not_holder": ("this case is not claimed by you", "Take it first: `wayout-responder open CASE`."),
    "class_not_served": (
        "this is not for cards of your class",
        "An interpreter's are `wayout-responder interpret list`, `open` and `answer`.",
    ),
    "job_unknown": (
        "there is no such job for you, or not any more",
        "`wayout-responder interpret list` shows what waits.",
    ),
    "interpreter_unknown": (
        "the server knows no such interpreter",
        "`wayout-responder interpret cards CASE` lists them.",
    ),
    "reads_only": (
        "your card reads cases and moves none",
        "`wayout-responder list` shows what you may read, `wayout-responder open CASE` opens it.",
    ),
    "disclosure_unknown": (
        "nothing of that number waits for you to confirm it",
        "A colleague confirms it within a day: `wayout-responder emergency-release list CASE`.",
    ),
    "not_waiting": ("this case is no longer waiting", "Another responder has it, or it is closed."),
    "more_said": (
        "the case is not as you saw it last",
        "Open the case once more, then do it again.",
    ),
    "needs_second_look": (
        "this reply has a number that could take money, and its author cannot confirm it alone",
        "A colleague reads it, `wayout-responder reply CASE --show`, and lets it go: `... --confirm NUMBER`.",
    ),
    "message_unknown": ("this case has no such message", "`wayout-responder open CASE` shows their numbers."),
    "too_late": (
        "that cannot be done to this message any more",
        "`wayout-responder open CASE` shows what became of it.",
    ),
    "not_offered": (
        "this case is not offered to you, or to nobody any more",
        "`wayout-responder list` shows what is offered, and to whom.",
    ),
    "not_closed": ("this case is not closed", "`wayout-responder list --closed` shows those that are."),
    "load_full": (
        "you hold as many cases as one may",
        "Close, release or hand over one first. A critical case is given all the same.",
    ),
    "colleague_unknown": (
        "the server knows no such colleague of your class",
        "`wayout-responder hand-over --colleagues` lists them.",
    ),
    "lease_lapsed": ("your claim has lapsed", "Take the case again if it still waits."),
}
