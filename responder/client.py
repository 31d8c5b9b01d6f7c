"""The client: what the responder API offers, call by call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.attachment import Attachments
from protocol.desk import (
    Cases,
    Claim,
    Close,
    ClosedCases,
    HandOver,
    Header,
    Nothing,
    Offer,
    Outcome,
    RefusalCode,
    SealedCase,
)
from protocol.disclosure import Disclosures
from protocol.export import Exported, Noted
from protocol.extract import Extracts, Left
from protocol.interpreting import CaseJobs, HandedJob, Jobs
from protocol.linkage import Linkage
from protocol.message import Messages
from protocol.people import People
from protocol.regrade import Regrades
from protocol.roster import Roster
from responder.failures import Refused
from responder.line import CASE_ID, LONG, Line, case_path, read_reply

if TYPE_CHECKING:
    from protocol.attachment import AttachmentId
    from protocol.card import CardId
    from protocol.disclosure import Confirmation, SealedDisclosure
    from protocol.extract import Leave
    from protocol.interpreting import SealedJob, SealedRendering
    from protocol.linkage import SealedLinkage
    from protocol.message import Say
    from protocol.people import Agreed
    from protocol.regrade import SealedRegrade
    from protocol.revision import CaseId
    from protocol.rewrap import Rewrapped
    from protocol.suspension import Lift, Suspension


@dataclass(frozen=True, slots=True)
class Client(Line):
    """Speaks the responder API; every method raises Unreachable, Refused or Garbled."""

    async def cases(self) -> tuple[Header, ...]:
        """Return the headers of what waits or is claimed, most urgent first."""
        reply = await self.ask("GET", "/v1/cases")
        return read_reply(reply, Cases).cases

    async def next(self) -> Claim | None:
        """Claim the most urgent waiting case; None when nothing waits."""
        reply = await self.ask("POST", "/v1/next", Nothing())
        return read_reply(reply, Claim) if reply else None

    async def header(self, case: CaseId) -> Header:
        """Return what the server knows of one case."""
        return read_reply(await self.ask("GET", case_path(case)), Header)

    async def claim(self, case: CaseId) -> Claim:
        """Claim one case."""
        return read_reply(await self.ask("POST", case_path(case, "/claim"), Nothing()), Claim)

    async def renew(self, case: CaseId) -> Claim:
        """Lengthen the lease on a claimed case."""
        return read_reply(await self.ask("POST", case_path(case, "/renew"), Nothing()), Claim)

    async def sealed(self, case: CaseId) -> SealedCase:
        """Return every sealed revision of a claimed case."""
        return read_reply(await self.ask("GET", case_path(case, "/sealed")), SealedCase)

    async def regrades(self, case: CaseId) -> Regrades:
        """Return every sealed regrade of a claimed case, and the cards to seal another to."""
        return read_reply(await self.ask("GET", case_path(case, "/regrades")), Regrades)

    async def attachments(self, case: CaseId) -> Attachments:
        """Return which files a claimed case has, and what has become of each."""
        return read_reply(await self.ask("GET", case_path(case, "/attachments")), Attachments)

    async def attachment(self, case: CaseId, attachment: AttachmentId) -> bytes:
        """Return the age file of one file of a claimed case."""
        if CASE_ID.fullmatch(attachment) is None:
            raise Refused(RefusalCode.ATTACHMENT_UNKNOWN)
        return await self.ask("GET", case_path(case, f"/attachments/{attachment}"), timeout=LONG)

    async def regrade(self, case: CaseId, sealed: SealedRegrade) -> Header:
        """Give a claimed case another urgency, with the sealed reason."""
        return read_reply(await self.ask("POST", case_path(case, "/regrade"), sealed), Header)

    async def sealed_again(self, case: CaseId) -> SealedCase:
        """Return the same as `sealed`, to compare with and not to show: nothing counts as read."""
        return read_reply(await self.ask("GET", case_path(case, "/sealed/again")), SealedCase)

    async def messages(self, case: CaseId) -> Messages:
        """Return every message of a claimed case; of a colleague's, those that need a second look."""
        return read_reply(await self.ask("GET", case_path(case, "/messages")), Messages)

    async def say(self, case: CaseId, say: Say) -> Messages:
        """Add a message to a claimed case."""
        return read_reply(await self.ask("POST", case_path(case, "/messages"), say), Messages)

    async def confirm(self, case: CaseId, number: int) -> Messages:
        """Let a reply go that needed a second look."""
        return read_reply(
            await self.ask("POST", case_path(case, f"/messages/{number}/confirm"), Nothing()), Messages
        )

    async def withdraw(self, case: CaseId, number: int) -> Messages:
        """Take back a reply that the contact has not been told of."""
        return read_reply(
            await self.ask("POST", case_path(case, f"/messages/{number}/withdraw"), Nothing()), Messages
        )

    async def people(self) -> People:
        """Return the roster's log, what is proposed, and whose keys are stopped."""
        return read_reply(await self.ask("GET", "/v1/roster"), People)

    async def countersign(self, agreed: Agreed) -> People:
        """Say yes to a change of the roster."""
        return read_reply(await self.ask("POST", "/v1/roster/countersign", agreed), People)

    async def suspend(self, suspension: Suspension) -> People:
        """Stop a key at once."""
        return read_reply(await self.ask("POST", "/v1/roster/suspend", suspension), People)

    async def lift(self, lift: Lift) -> People:
        """Say yes to letting a stopped key go."""
        return read_reply(await self.ask("POST", "/v1/roster/lift", lift), People)

    async def to_rewrap(self) -> tuple[Header, ...]:
        """Return the cases that may be sealed again, closed ones included."""
        return read_reply(await self.ask("GET", "/v1/rewrap"), Cases).cases

    async def sealed_to_rewrap(self, case: CaseId) -> SealedCase:
        """Return the files of a case that need not be claimed, to seal them again."""
        return read_reply(await self.ask("GET", case_path(case, "/rewrap")), SealedCase)

    async def rewrap(self, case: CaseId, again: Rewrapped) -> SealedCase:
        """Bring files that were sealed again."""
        return read_reply(await self.ask("POST", case_path(case, "/rewrap"), again), SealedCase)

    async def disclosures(self, case: CaseId) -> Disclosures:
        """Return what was released of a case in an emergency, as far as it is for this card or to be confirmed."""
        return read_reply(await self.ask("GET", case_path(case, "/disclosures")), Disclosures)

    async def disclose(self, case: CaseId, proposal: SealedDisclosure) -> Disclosures:
        """Propose an emergency release of a claimed case."""
        return read_reply(await self.ask("POST", case_path(case, "/disclosures"), proposal), Disclosures)

    async def confirm_disclosure(self, case: CaseId, number: int, signed: Confirmation) -> Disclosures:
        """Sign for a colleague's emergency release as the second."""
        path = case_path(case, f"/disclosures/{number}/confirm")
        return read_reply(await self.ask("POST", path, signed), Disclosures)

    async def exported(self, case: CaseId, exported: Exported) -> Noted:
        """Have an export of a claimed case written down, before it is released."""
        return read_reply(await self.ask("POST", case_path(case, "/exported"), exported), Noted)

    async def mine(self) -> tuple[Header, ...]:
        """Return the headers of the cases that this card holds or closed."""
        return read_reply(await self.ask("GET", "/v1/mine"), Cases).cases

    async def linkage(self) -> Linkage:
        """Return every file of the linkage keys, and the cards of those who may have one."""
        return read_reply(await self.ask("GET", "/v1/linkage"), Linkage)

    async def share_linkage(self, sealed: SealedLinkage) -> Linkage:
        """Add another file of the newest linkage key, or the first of the next."""
        return read_reply(await self.ask("POST", "/v1/linkage", sealed), Linkage)

    async def leave(self, case: CaseId, leave: Leave) -> Left:
        """Leave the extract of a case, and what links it to others."""
        return read_reply(await self.ask("POST", case_path(case, "/extract"), leave), Left)

    async def extracts(self, after: str) -> Extracts:
        """Return some extracts, those whose names come after one."""
        return read_reply(await self.ask("GET", f"/v1/extracts/{after}"), Extracts)

    async def release(self, case: CaseId) -> Header:
        """Give a claimed case back to the queue."""
        return read_reply(await self.ask("POST", case_path(case, "/release"), Nothing()), Header)

    async def colleagues(self) -> Roster:
        """Return the cards of this card's class, signed by the server."""
        return read_reply(await self.ask("GET", "/v1/colleagues"), Roster)

    async def offer(self, case: CaseId, to: CardId) -> Header:
        """Offer a claimed case to a colleague."""
        return read_reply(await self.ask("POST", case_path(case, "/offer"), Offer(to)), Header)

    async def revoke(self, case: CaseId) -> Header:
        """Take back what was offered."""
        return read_reply(await self.ask("POST", case_path(case, "/revoke"), Nothing()), Header)

    async def accept(self, case: CaseId) -> Claim:
        """Claim a case that was offered to this card."""
        return read_reply(await self.ask("POST", case_path(case, "/accept"), Nothing()), Claim)

    async def decline(self, case: CaseId) -> Header:
        """Leave a case that was offered to this card with its holder."""
        return read_reply(await self.ask("POST", case_path(case, "/decline"), Nothing()), Header)

    async def hand_over(self, to: CardId | None) -> tuple[Header, ...]:
        """Offer all claimed cases to a colleague, or give them back; return which those were."""
        return read_reply(await self.ask("POST", "/v1/hand-over", HandOver(to)), Cases).cases

    async def closed(self) -> ClosedCases:
        """Return what is closed and still kept."""
        return read_reply(await self.ask("GET", "/v1/closed"), ClosedCases)

    async def reopen(self, case: CaseId) -> Header:
        """Let a closed case wait again."""
        return read_reply(await self.ask("POST", case_path(case, "/reopen"), Nothing()), Header)

    async def close(self, case: CaseId, outcome: Outcome) -> Header:
        """Close a claimed case."""
        return read_reply(await self.ask("POST", case_path(case, "/close"), Close(outcome)), Header)

    async def case_jobs(self, case: CaseId) -> CaseJobs:
        """Return every job of a claimed case, and the cards that one can be sent to."""
        return read_reply(await self.ask("GET", case_path(case, "/jobs")), CaseJobs)

    async def send_job(self, case: CaseId, sealed: SealedJob) -> CaseJobs:
        """Hand chosen texts of a claimed case to an interpreter."""
        return read_reply(await self.ask("POST", case_path(case, "/jobs"), sealed), CaseJobs)

    async def withdraw_job(self, case: CaseId, job: str) -> CaseJobs:
        """Take back a job that was not answered yet."""
        path = case_path(case, f"/jobs/{job_id(job)}/withdraw")
        return read_reply(await self.ask("POST", path, Nothing()), CaseJobs)

    async def jobs(self) -> Jobs:
        """Return what waits for this interpreter."""
        return read_reply(await self.ask("GET", "/v1/jobs"), Jobs)

    async def job(self, job: str) -> HandedJob:
        """Return one of them."""
        return read_reply(await self.ask("GET", f"/v1/jobs/{job_id(job)}"), HandedJob)

    async def answer_job(self, job: str, sealed: SealedRendering) -> Jobs:
        """Send what the texts of a job became."""
        return read_reply(await self.ask("POST", f"/v1/jobs/{job_id(job)}/answer", sealed), Jobs)

    async def decline_job(self, job: str) -> Jobs:
        """Give a job back."""
        return read_reply(await self.ask("POST", f"/v1/jobs/{job_id(job)}/decline", Nothing()), Jobs)


def job_id(job: str) -> str:
    """Return what can be a job's id; anything else is unknown without asking."""
    if CASE_ID.fullmatch(job) is None:
        raise Refused(RefusalCode.JOB_UNKNOWN)
    return job
