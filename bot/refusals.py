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
    UnreadError,
)
from storage.messages import MessageUnknownError, TooLateError

HINTS: Mapping[RefusalCode, str] = {
    RefusalCode.SIGNATURE_MISSING: "sign the request with your card's key",
    RefusalCode.SIGNATURE_BAD: "the signature does not fit the request",
    RefusalCode.SIGNATURE_OLD: "set this machine's clock; a signature is good for a minute",
    RefusalCode.SIGNATURE_REPLAYED: "sign each request anew",
    RefusalCode.KEY_UNKNOWN: "ask the operator to add your card",
    RefusalCode.CASE_UNKNOWN: "there is no such case for you",
    RefusalCode.NOT_HOLDER: "claim the case first",
    RefusalCode.NOT_WAITING: "a colleague has it, or it is closed",
    RefusalCode.MORE_SAID: "the case is not as you saw it last: open it once more, then do it again",
    RefusalCode.ATTACHMENT_UNKNOWN: "this case has no such file, or it is not here yet",
    RefusalCode.BODY_BAD: "the request's body is not what this path takes",
    RefusalCode.NEEDS_SECOND_LOOK: "a colleague has to confirm it",
    RefusalCode.MESSAGE_UNKNOWN: "this case has no such message",
    RefusalCode.TOO_LATE: "the message is where this cannot be done to it any more",
    RefusalCode.NOT_OFFERED: "this case is not offered to you, or to nobody any more",
    RefusalCode.NOT_CLOSED: "only a closed case can be reopened",
    RefusalCode.LOAD_FULL: "close, hand over or release a case first; critical ones are always given",
    RefusalCode.COLLEAGUE_UNKNOWN: "offer it to another card of your class",
}
STATUSES: Mapping[RefusalCode, int] = {
    RefusalCode.CASE_UNKNOWN: 404,
    RefusalCode.NOT_HOLDER: 409,
    RefusalCode.NOT_WAITING: 409,
    RefusalCode.MORE_SAID: 409,
    RefusalCode.ATTACHMENT_UNKNOWN: 404,
    RefusalCode.BODY_BAD: 400,
    RefusalCode.NEEDS_SECOND_LOOK: 409,
    RefusalCode.MESSAGE_UNKNOWN: 404,
    RefusalCode.TOO_LATE: 409,
    RefusalCode.NOT_OFFERED: 409,
    RefusalCode.NOT_CLOSED: 409,
    RefusalCode.LOAD_FULL: 409,
    RefusalCode.COLLEAGUE_UNKNOWN: 404,
}


class RefusedError(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, code: RefusalCode, status: int | None = None) -> None:
        """`status` where the code alone does not give it."""
        super().__init__(code)
        self.code = code
        self.status = status or STATUSES.get(code, 401)


REFUSED_MOVES: Mapping[type[QueueError], RefusalCode] = {
    CaseUnknownError: RefusalCode.CASE_UNKNOWN,
    NotHolderError: RefusalCode.NOT_HOLDER,
    NotWaitingError: RefusalCode.NOT_WAITING,
    UnreadError: RefusalCode.MORE_SAID,
    MessageUnknownError: RefusalCode.MESSAGE_UNKNOWN,
    TooLateError: RefusalCode.TOO_LATE,
    NotOfferedError: RefusalCode.NOT_OFFERED,
    NotClosedError: RefusalCode.NOT_CLOSED,
    LoadFullError: RefusalCode.LOAD_FULL,
}


def refusal_of(error: RefusedError | QueueError) -> RefusedError:
    """What is answered for a request, or for a move that the queue does not have."""
    return error if isinstance(error, RefusedError) else RefusedError(REFUSED_MOVES[type(error)])
