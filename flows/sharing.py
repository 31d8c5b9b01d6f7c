"""Sharing: which tiers of a case may go to the organisation, by what was agreed, asked and found."""

from flows.answer import Amount, Answer, Place, Repeated, When, Wrote
from flows.assessment import Assessment
from flows.consent import ASIDE, said, stands
from flows.definition import Flow
from flows.facts import Facts
from flows.ids import Tier
from flows.rubric import Rubric
from flows.rule import Likelihood, Urgency
from flows.session import Session, current


def shareable(
    flow: Flow, rubric: Rubric, session: Session, facts: Facts, assessment: Assessment
) -> tuple[Tier, ...]:
    """Give the tiers that may be put into the queue now.

    All of them once the contact agreed or asked for help (the screen says that asking is agreeing); the core
    alone when they are in danger; none otherwise.
    """
    if agreed(flow, rubric, session, facts):
        return tuple(Tier)
    return (Tier.CORE,) if assessment.urgency is Urgency.CRITICAL else ()


def agreed(flow: Flow, rubric: Rubric, session: Session, facts: Facts) -> bool:
    """Tell whether the organisation may read all; what was said last counts, agreeing, refusing or asking."""
    asking = rubric.rules.free_text
    last = said(flow, asking, session)
    if last is None:
        return asking in facts.fired
    return stands(flow, asking, session, last)


def refused(flow: Flow, rubric: Rubric, session: Session) -> bool:
    """Tell whether the last word on it was a no: not the same as never having been asked."""
    asking = rubric.rules.free_text
    last = said(flow, asking, session)
    return last is not None and not stands(flow, asking, session, last)


def is_worth_reading(session: Session, assessment: Assessment) -> bool:
    """Tell whether what may go has to go, when the conversation is over or has fallen silent.

    Whoever came to the end was told that people read the answers; and words may say what no program sees, also those
    that were typed into a cover which had come down meanwhile.
    """
    beside = any(note.kind == ASIDE for note in session.words)
    written = beside or any(map(_in_own_words, current(session).values()))
    return shows_risk(assessment) or session.ended or written


def _in_own_words(answer: Answer) -> bool:
    match answer:
        case Wrote() | Amount() | Repeated() | Place(text=str()) | Place(latitude=float()) | When(text=str()):
            return True
        case _:
            return False


def shows_risk(assessment: Assessment) -> bool:
    """Tell whether an unfinished conversation that fell silent is worth forwarding.

    It follows findings, never the grade alone: any indicator or flag counts.
    """
    return bool(assessment.findings) or assessment.likelihood not in {
        Likelihood.NONE,
        Likelihood.INSUFFICIENT,
    }
