"""How long the sender waits before it tries again, and when it gives up."""

from datetime import timedelta

from telegram.error import RetryAfter

from bot.outcomes import WIPE
from storage.outbox import SCREEN, Intent

# A person waits for the screen, and what is to be removed is a danger while it stands there.
LONGEST_PAUSE = timedelta(seconds=30)
# A day, and for as long as Telegram lets a message be deleted, once the pauses are at their longest.
_MOST_SHOWS = 3000
_MOST_REMOVALS = 6000


def pause(intent: Intent) -> timedelta:
    """How long to wait before another try; what must leave the screen is tried again soon for a while."""
    seconds = 1 + intent.attempts // 2 if intent.slot == WIPE else 2 ** min(intent.attempts, 10)
    return min(timedelta(seconds=seconds), LONGEST_PAUSE)


def asked_pause(refusal: RetryAfter) -> timedelta:
    """How long Telegram wants us to wait."""
    given = refusal.retry_after
    return given if isinstance(given, timedelta) else timedelta(seconds=given)


def gives_up(intent: Intent) -> bool:
    """Whether it was tried often enough. What is to leave the screen is tried for as long as it can be deleted."""
    return intent.attempts > (_MOST_SHOWS if intent.slot == SCREEN else _MOST_REMOVALS)
