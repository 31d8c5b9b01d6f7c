"""Locking: when the desk locks by itself, and how long wrong passphrases make one wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LOCK_AFTER = 600.0
"""Seconds without a person's input."""
LOOK_EVERY = 15.0
"""Seconds between two looks; a computer that slept is found locked soon after it wakes, and at any request at once."""
FREE_TRIES = 3
LONGEST_WAIT = 300.0


@dataclass(slots=True)
class Idle:
    """How long ago a person did something here; by wall time, since other clocks stand still while a laptop sleeps."""

    clock: Callable[[], float]
    after: float = LOCK_AFTER
    last: float = 0.0

    def touch(self) -> None:
        """Note that a person did something."""
        self.last = self.clock()

    @property
    def is_over(self) -> bool:
        """Say whether it has been too long; a clock that was set back counts as too long."""
        return not 0 <= self.clock() - self.last < self.after


@dataclass(slots=True)
class Tries:
    """Wrong passphrases in a row: after three, each makes one wait twice as long as the one before."""

    clock: Callable[[], float]
    wrong: int = 0
    last: float = 0.0

    def fail(self) -> None:
        """Note a wrong passphrase."""
        self.wrong, self.last = self.wrong + 1, self.clock()

    def succeed(self) -> None:
        """Begin anew."""
        self.wrong = 0

    @property
    def wait(self) -> float:
        """Return how many seconds are left to wait before the next try."""
        if self.wrong < FREE_TRIES:
            return 0.0
        due = self.last + min(2.0 ** (self.wrong - FREE_TRIES + 1), LONGEST_WAIT)
        return max(0.0, due - self.clock())
