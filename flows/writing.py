"""Writing a summary: a session and its assessment become the parts of a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from flows.answer import Amount, Answer, Chosen, Counted, Decline, Declined, Place, Repeated, When, Wrote
from flows.assessment import Assessment, Evidence
from flows.definition import Flow, Question, choice_context, question_context
from flows.ids import Tier
from flows.session import Entry, Session, current
from flows.standing import chosen
from flows.summary import AnswerLine, CasePart, Placed, WordLine
from flows.vocabulary import Translate


def summarise(
    flow: Flow, session: Session, assessment: Assessment, *, source: Translate, local: Translate
) -> dict[Tier, CasePart]:
    """Write the parts of a case: core always, the other tiers when they hold something.

    `source` gives the responder's texts (English), `local` the contact's; both are sealed along.
    """
    answers = _answer_lines(flow, session, Voices(source, local))
    texts = _word_lines(session)
    return {
        tier: part
        for tier in Tier
        if (part := _part(flow, session, assessment, tier, answers, texts)) is not None
    }


def _part(
    flow: Flow,
    session: Session,
    assessment: Assessment,
    tier: Tier,
    answers: Iterable[tuple[Tier, AnswerLine]],
    texts: tuple[WordLine, ...],
) -> CasePart | None:
    lines = tuple(line for of, line in answers if of is tier)
    words = texts if tier is Tier.WORDS else ()
    part = CasePart(
        session=session.id,
        flow=session.flow,
        revision=session.revision,
        language=session.language,
        started_at=session.started_at,
        tier=tier,
        answers=lines,
        texts=words,
        findings=tuple(_findings(flow, assessment, tier)),
    )
    if tier is Tier.CORE:
        return replace(
            part,
            assessment=replace(assessment, findings=()),
            consents=consents(flow, session),
            contact_safety=contact_safety(flow, session),
        )
    return part if lines or words else None


def _findings(flow: Flow, assessment: Assessment, tier: Tier) -> Iterable[Placed]:
    """The findings that rest on answers of this tier, with that evidence alone."""
    for order, finding in enumerate(assessment.findings):
        evidence = tuple(each for each in finding.evidence if _tier(flow, each) is tier)
        if evidence or (tier is Tier.CORE and not finding.evidence):
            yield Placed(order, replace(finding, evidence=evidence))


def _tier(flow: Flow, evidence: Evidence) -> Tier:
    """Where evidence belongs; that words came at all is core, the words are not."""
    question = flow.by_id.get(evidence.question) if evidence.question is not None else None
    return question.tier if question else Tier.CORE


def consents(flow: Flow, session: Session) -> Mapping[str, bool]:
    """Give each consent that was given (true) or refused (false); the latest counts."""
    found: dict[str, bool] = {}
    for _, choice in chosen(flow, current(session)):
        found.update(choice.consents)
    return found


def contact_safety(flow: Flow, session: Session) -> Mapping[str, str]:
    """Give what was said about how to reply safely."""
    found: dict[str, str] = {}
    for _, choice in chosen(flow, current(session)):
        found.update(choice.safety)
    return found


@dataclass(frozen=True, slots=True)
class Voices:
    """The two languages that a part carries."""

    source: Translate
    local: Translate


def _answer_lines(flow: Flow, session: Session, voices: Voices) -> list[tuple[Tier, AnswerLine]]:
    last = {entry.question: order for order, entry in enumerate(session.log)}
    return [
        (question.tier, _line(flow, question, entry, order, voices, superseded=last[entry.question] != order))
        for order, entry in enumerate(session.log)
        if (question := flow.by_id.get(entry.question)) is not None
    ]


def _line(
    flow: Flow, question: Question, entry: Entry, order: int, voices: Voices, *, superseded: bool
) -> AnswerLine:
    context = question_context(flow, question)
    return AnswerLine(
        order=order,
        question=question.id,
        ref=question.ref,
        kind=question.kind,
        text=voices.source(context, question.text),
        text_local=voices.local(context, question.text),
        answer=entry.answer,
        answer_text=answer_text(flow, question, entry.answer, voices.source),
        answer_text_local=answer_text(flow, question, entry.answer, voices.local),
        at=entry.at,
        how=entry.how,
        superseded=superseded,
    )


DECLINED = {
    Decline.SKIPPED: ("phrase.declined_skipped", "Skipped"),
    Decline.UNKNOWN: ("phrase.declined_unknown", "Does not know"),
}


def answer_text(flow: Flow, question: Question, answer: Answer, translate: Translate) -> str:
    """Give an answer as one line in one language; what was written is given as it was written."""
    match answer:
        case Chosen(picked):
            choices = [question.by_id[each] for each in picked if each in question.by_id]
            return "; ".join(translate(choice_context(flow, question, each), each.text) for each in choices)
        case Wrote(text):
            return text
        case Counted(number):
            return str(number)
        case Declined(how):
            return translate(*DECLINED[how])
        case Place():
            return _place_text(answer)
        case Amount(amount, currency):
            return f"{amount} {currency or ''}".strip()
        case When(at, days):
            return at or f"{days:+d} d"
        case Repeated(items):
            return "; ".join(_place_text(item.place) for item in items)


def _place_text(place: Place) -> str:
    point = (
        f"{place.latitude:.6f}, {place.longitude:.6f}"
        if place.latitude is not None and place.longitude is not None
        else None
    )
    return ", ".join(part for part in (place.text, place.country, point) if part)


def _word_lines(session: Session) -> tuple[WordLine, ...]:
    last = {note.message: order for order, note in enumerate(session.words) if note.message is not None}
    return tuple(
        WordLine(
            order,
            note.kind,
            note.text,
            note.at,
            note.question,
            superseded=note.message is not None and last[note.message] != order,
        )
        for order, note in enumerate(session.words)
    )
