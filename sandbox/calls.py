"""The log of Bot API calls: who called what, when, with which parameters, and what came of it."""

from collections import deque

import msgspec

from sandbox.records import BotId, Json

KEPT = 50_000


class CallRecord(msgspec.Struct, frozen=True):
    """One call; `at` is the sandbox's time in seconds, `seconds` how long the answer took."""

    number: int
    at: float
    bot: BotId
    method: str
    parameters: Json
    status: int
    description: str | None
    seconds: float
    fault: str | None


class CallLog:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        """Begin empty."""
        self._calls: deque[CallRecord] = deque(maxlen=KEPT)
        self._count = 0

    def next_number(self) -> int:
        """Return the number for a call that has just come in."""
        self._count += 1
        return self._count

    def add(self, record: CallRecord) -> None:
        """Keep a call."""
        self._calls.append(record)

    def read(self, since: int = 0, method: str = "", chat: int | None = None) -> list[CallRecord]:
        """Return calls with a number over `since`, of one method and one chat if given."""
        return [
            call
            for call in self._calls
            if call.number > since
            and method.lower() in ("", call.method.lower())
            and (chat is None or str(call.parameters.get("chat_id")) == str(chat))
        ]

    def clear(self) -> None:
        """Forget all calls; numbers go on."""
        self._calls.clear()
