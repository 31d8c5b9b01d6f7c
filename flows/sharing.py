"""Sharing: which tiers of a case may go to the organisation, by what was agreed, asked and found."""

from flows.answer import Chosen
from flows.assessment import Assessment
from flows.definition import Flow
from flows.facts import Facts
from flows.ids import Tier
from flows.rubric import Rubric
from flows.rule import Likelihood, Urgency
from flows.session import Entry, Session

ORGANISATION = "organisation"


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
    said = [
        (entry.at, order, told)
        for order, entry in enumerate(session.log)
        if (told := _told(flow, entry)) is not None
    ]
    if not said:
        return rubric.rules.free_text in facts.fired
    at, _, told = said[-1]
    return told or any(note.at > at for note in session.words)


def _told(flow: Flow, entry: Entry) -> bool | None:
    question = flow.by_id.get(entry.question)
    if question is None or not isinstance(entry.answer, Chosen):
        return None
    choices = (question.by_id[each] for each in entry.answer.choices if each in question.by_id)
    return next(
        (choice.consents[ORGANISATION] for choice in choices if ORGANISATION in choice.consents), None
    )


def shows_risk(assessment: Assessment) -> bool:
    """Tell whether an unfinished conversation that fell silent is worth forwarding.

    It follows findings, never the grade alone: any indicator or flag counts.
    """
    return bool(assessment.findings) or assessment.likelihood not in {
        Likelihood.NONE,
        Likelihood.INSUFFICIENT,
    }
