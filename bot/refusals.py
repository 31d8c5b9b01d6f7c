"""What the responder API refuses: the code, the status and the hint of each."""

from collections.abc import Mapping

from protocol.desk import RefusalCode
from storage.case import (
    CaseUnknownError,
    LoadFullError,
    NotClosedError,
    NotHolderError,
    NotOfferedError,
    NotWaitingError,
    QueueError,
    ReadsOnlyError,
    UnreadError,
)
from storage.disclosures import DisclosureUnknownError
from storage.jobs import JobUnknownError
from storage.messages import MessageUnknownError, TooLateError

HINTS: Mapping[RefusalCode, str] = {
    RefusalCode.SIGNATURE_MISSING: "sign the request with your card's key",
    RefusalCode.SIGNATURE_BAD: "the signature does not fit the request",
    RefusalCode.SIGNATURE_OLD: "set this machine's clock; a signature is good for a minute",
    RefusalCode.SIGNATURE_REPLAYED: "sign each request anew",
    RefusalCode.KEY_UNKNOWN: "ask the operator to add your card, and those who are enrolled to countersign it",
    RefusalCode.CASE_UNKNOWN: "there is no such case for you",
    RefusalCode.NOT_HOLDER: "claim the case first",
    RefusalCode.READS_ONLY: "your card reads cases; the organisation takes and moves them",
    RefusalCode.NOT_WAITING: "a colleague has it, or it is closed",
    RefusalCode.MORE_SAID: "the case is not as you saw it last: open it once more, then do it again",
    RefusalCode.ATTACHMENT_UNKNOWN: "this case has no such file, or it is not here yet",
    RefusalCode.QUESTION_UNFIT: "this question cannot be asked of them: it is not there, or they must not type",
    RefusalCode.KEY_SUSPENDED: "a colleague has stopped this key; two others can let it go",
    RefusalCode.CARD_UNKNOWN: "there is no such card, or nothing about it to decide",
    RefusalCode.CHANGE_UNFIT: "the roster has changed since, or you cannot sign for this: look at it once more",
    RefusalCode.NOBODY_LEFT: "nobody else could open a case then",
    RefusalCode.CLASS_NOT_SERVED: "cards of another class may ask for this; yours may not",
    RefusalCode.BODY_BAD: "the request's body is not what this path takes",
    RefusalCode.NEEDS_SECOND_LOOK: "a colleague has to confirm it",
    RefusalCode.MESSAGE_UNKNOWN: "this case has no such message",
    RefusalCode.DISCLOSURE_UNKNOWN: "nothing of that number waits for you to confirm it",
    RefusalCode.TOO_LATE: "the message is where this cannot be done to it any more",
    RefusalCode.NOT_OFFERED: "this case is not offered to you, or to nobody any more",
    RefusalCode.NOT_CLOSED: "only a closed case can be reopened",
    RefusalCode.LOAD_FULL: "close, hand over or release a case first; critical ones are always given",
    RefusalCode.COLLEAGUE_UNKNOWN: "offer it to another card of your class",
    RefusalCode.JOB_UNKNOWN: "there is no such job for you, or not any more",
    RefusalCode.INTERPRETER_UNKNOWN: "name the card of an interpreter who is in force",
}
STATUSES: Mapping[RefusalCode, int] = {
    RefusalCode.CASE_UNKNOWN: 404,
    RefusalCode.NOT_HOLDER: 409,
    RefusalCode.READS_ONLY: 403,
    RefusalCode.KEY_SUSPENDED: 403,
    RefusalCode.CLASS_NOT_SERVED: 403,
    RefusalCode.NOT_WAITING: 409,
    RefusalCode.MORE_SAID: 409,
    RefusalCode.ATTACHMENT_UNKNOWN: 404,
    RefusalCode.QUESTION_UNFIT: 409,
    RefusalCode.BODY_BAD: 400,
    RefusalCode.CARD_UNKNOWN: 404,
    RefusalCode.CHANGE_UNFIT: 409,
    RefusalCode.NOBODY_LEFT: 409,
    RefusalCode.NEEDS_SECOND_LOOK: 409,
    RefusalCode.MESSAGE_UNKNOWN: 404,
    RefusalCode.DISCLOSURE_UNKNOWN: 404,
    RefusalCode.TOO_LATE: 409,
    RefusalCode.NOT_OFFERED: 409,
    RefusalCode.NOT_CLOSED: 409,
    RefusalCode.LOAD_FULL: 409,
    RefusalCode.COLLEAGUE_UNKNOWN: 404,
    RefusalCode.JOB_UNKNOWN: 404,
    RefusalCode.INTERPRETER_UNKNOWN: 404,
}


UNSIGNED = 401
"""The status of whatever stands above with none: it is not known who asks."""


class RefusedError(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, code: RefusalCode, status: int | None = None) -> None:
        """`status` where the code alone does not give it."""
        super().__init__(code)
        self.code = code
        self.status = status or STATUSES.get(code, UNSIGNED)


REFUSED_MOVES: Mapping[type[QueueError], RefusalCode] = {
    CaseUnknownError: RefusalCode.CASE_UNKNOWN,
    NotHolderError: RefusalCode.NOT_HOLDER,
    NotWaitingError: RefusalCode.NOT_WAITING,
    ReadsOnlyError: RefusalCode.READS_ONLY,
    UnreadError: RefusalCode.MORE_SAID,
    MessageUnknownError: RefusalCode.MESSAGE_UNKNOWN,
    TooLateError: RefusalCode.TOO_LATE,
    DisclosureUnknownError: RefusalCode.DISCLOSURE_UNKNOWN,
    JobUnknownError: RefusalCode.JOB_UNKNOWN,
    NotOfferedError: RefusalCode.NOT_OFFERED,
    NotClosedError: RefusalCode.NOT_CLOSED,
    LoadFullError: RefusalCode.LOAD_FULL,
}


def refusal_of(error: RefusedError | QueueError) -> RefusedError:
    """What is answered for a request, or for a move that the queue does not have."""
    return error if isinstance(error, RefusedError) else RefusedError(REFUSED_MOVES[type(error)])
