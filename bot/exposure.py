"""What a card had opened, by what the audit says: for the day on which its key is lost."""

from collections import defaultdict

import msgspec

from bot.auditing import facts_of
from bot.opening_rate import OPENS
from bot.settings import Places
from bot.store import opened
from protocol.audit import Act
from protocol.document import Moment
from storage import audit
from storage.audit import Row


class Exposed(msgspec.Struct, frozen=True, kw_only=True):
    """A case that a card had open: when, how often, which tiers of which classes, and what else of it.

    `jobs`: those that an interpreter opened.
    """

    case: str
    first_at: Moment
    last_at: Moment
    times: int = 0
    tiers: list[str]
    classes: list[str]
    attachments: list[str]
    messages: bool = False
    exports: list[str]
    jobs: list[str]


class Exposure(msgspec.Struct, frozen=True, tag_field="schema", tag="exposure/1", kw_only=True):
    """Everything that a card had opened, in the order in which it first did."""

    card: str
    cases: list[Exposed]


READS = (*OPENS, Act.ATTACHMENT_FETCHED, Act.MESSAGES_READ, Act.REGRADES_READ, Act.JOBS_READ, Act.JOB_OPENED)
"""What hands out something sealed of a case."""


async def exposure(settings: Places, card: str) -> Exposure:
    """What a card had opened, by what the audit says."""
    async with opened(settings) as database, database.read() as tx:
        rows = await audit.done_by(tx, card, acts=READS)
        sent = await audit.done(tx, Act.JOB_SENT)
    of_job = {facts_of(row).get("job"): row.case for row in sent}
    by_case: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        facts = facts_of(row)
        if "refused" not in facts:
            # An interpreter's request names a job alone; which case it was of, the entry of whoever sent it says.
            by_case[row.case or of_job.get(facts.get("job"), "")].append(row)
    return Exposure(card=card, cases=[_exposed(case, given) for case, given in by_case.items()])


def _exposed(case: str, given: list[Row]) -> Exposed:
    facts = [facts_of(row) for row in given]

    def words(fact: str) -> list[str]:
        return sorted({word for each in facts for word in str(each.get(fact, "")).split()})

    acts = [row.act for row in given]
    return Exposed(
        case=case,
        first_at=given[0].at,
        last_at=given[-1].at,
        times=sum(act in OPENS for act in acts),
        tiers=words("tiers"),
        classes=words("classes"),
        attachments=words("attachment"),
        messages=Act.MESSAGES_READ in acts,
        exports=words("format"),
        jobs=words("job"),
    )
