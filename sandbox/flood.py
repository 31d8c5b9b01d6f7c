"""Telegram's flood limits, about 1 message a second in a chat and 30 over all; off unless asked for."""

import math
from dataclasses import dataclass

from sandbox.refusals import TooManyRequests

LIMITED = frozenset(
    {
        "sendmessage", "sendphoto", "sendvoice", "senddocument", "sendaudio", "sendvideo", "sendvideonote",
        "sendanimation", "sendsticker", "sendlocation", "sendcontact", "forwardmessage", "copymessage",
        "editmessagetext", "editmessagecaption", "editmessagereplymarkup",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls a second in the long run, and so many at once."""

    per_second: float
    burst: int


PER_CHAT = Rate(1.0, 20)
OVERALL = Rate(30.0, 30)


class _Bucket:
    """A token bucket; times are in seconds of a clock that never runs backwards."""

    def __init__(self, rate: Rate, now: float) -> None:
        self.rate, self.level, self.at = rate, float(rate.burst), now

    def wait(self, now: float) -> float:
        """Return the seconds until a call may pass."""
        self.level = min(self.rate.burst, self.level + (now - self.at) * self.rate.per_second)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate.per_second


class FloodLimits:
    """What each chat and each bot has left; one chat's limit does not hold up another chat."""

    def __init__(self, per_chat: Rate = PER_CHAT, overall: Rate = OVERALL) -> None:
        """Begin with every bucket full."""
        self._per_chat, self._overall = per_chat, overall
        self._buckets: dict[tuple[int, int | None], _Bucket] = {}

    def pass_or_refuse(self, bot: int, chat: int | None, now: float) -> None:
        """Let a call pass, or refuse it with the whole seconds to wait."""
        buckets = [
            self._bucket((bot, None), self._overall, now),
            self._bucket((bot, chat), self._per_chat, now),
        ]
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            raise TooManyRequests(math.ceil(wait))
        for bucket in buckets:
            bucket.level -= 1

    def _bucket(self, key: tuple[int, int | None], rate: Rate, now: float) -> _Bucket:
        return self._buckets.setdefault(key, _Bucket(rate, now))
