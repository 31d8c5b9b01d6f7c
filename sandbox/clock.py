"""The sandbox's clock, which may be set ahead of the machine's, so that 48 hours pass in a test."""

import time


class Clock:
    """Seconds since 1970; it never runs backwards, and waiting in real time is not affected by it."""

    def __init__(self, ahead: float = 0.0) -> None:
        """Start `ahead` seconds in front of the machine's clock."""
        self.ahead = ahead

    def now(self) -> float:
        """Return the sandbox's time in seconds since 1970."""
        return time.time() + self.ahead
