"""How long a claim lasts: shorter where the case is critical."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.header import CRITICAL, URGENCIES

CRITICAL_LEASE = timedelta(seconds=600)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator decided of claims: how long one lasts, and how many a responder may hold."""

    lease: timedelta
    most: int

    def ends(self, now: datetime) -> Mapping[int, datetime]:
        """When a claim that is made now ends, by urgency."""
        critical = min(self.lease, CRITICAL_LEASE)
        return {
            urgency: now + (critical if urgency == CRITICAL else self.lease)
            for urgency in range(len(URGENCIES))
        }
