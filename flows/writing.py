"""Writing a summary: a session and its assessment become the parts of a case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from flows import promise
from flows.answer import Answer, Chosen, Declined
from flows.assessment import Assessment, Evidence
from flows.consent import ORGANISATION, spoken
from flows.definition import (
    ABROAD,
    NAMED,
    Choice,
    Flow,
    Kind,
    Question,
    choice_context,
    question_context,
)
from flows.ids import FlowId, RuleId, Tier
from flows.local_time import UNKNOWN
from flows.rubric import Rubric
from flows.saying import Speech
from flows.session import Entry, Note, Session, current, standing
from flows.standing import chosen, stand
from flows.summary import AnswerLine, CasePart, Labelled, OpenLine, Placed, WordLine


@dataclass(frozen=True, slots=True)
class Voices:
    """The two languages that a part carries."""

    source: Speech
    local: Speech

    def question(self, flow: Flow, question: Question) -> tuple[str, str]:
        """Give the question's text in both."""
        texts = self._both(question_context(flow, question), question.text)
        return question.worded(texts[0]), question.worded(texts[1])

    def _both(self, context: str, text: str) -> tuple[str, str]:
        return self.source.translate(context, text), self.local.translate(context, text)

    def choices(self, flow: Flow, question: Question, choices: Iterable[Choice]) -> tuple[Labelled, ...]:
        """Give the choices with their texts in both."""
        return tuple(Labelled(choice.id, *self._label(flow, question, choice)) for choice in choices)

    def _label(self, flow: Flow, question: Question, choice: Choice) -> tuple[str, str]:
        if question.kind in ABROAD:
            return self.source.country(choice.id), self.local.country(choice.id)
        if question.kind in NAMED:
            return choice.text, choice.text
        return self._both(choice_context(flow, question, choice), choice.text)


def summarise(
    flow: Flow,
    session: Session,
    assessment: Assessment,
    *,
    source: Speech,
    local: Speech,
    rubric: Rubric | None = None,
    watchword: tuple[str, ...] = (),
) -> dict[Tier, CasePart]:
    """Write the parts of a case: core always, the other tiers when they hold something.

    `source` gives the responder's texts (English), `local` the contact's; both are sealed along, and with a
    rubric also what its rules say that gave the grade. `watchword` is the case's, in both.
    """
    voices = Voices(source, local)
    bare = CasePart(
        session.id, path_of(flow, session), session.revision, session.language, session.started_at, Tier.CORE
    )
    answers = _answer_lines(flow, session, voices)
    placed = _placed(flow, assessment)
    texts = _word_lines(flow, session, voices)
    parts = {tier: replace(bare, tier=tier, **_held(answers, placed, tier)) for tier in Tier}
    parts[Tier.WORDS] = replace(parts[Tier.WORDS], texts=texts)
    parts[Tier.CORE] = replace(
        parts[Tier.CORE],
        assessment=replace(assessment, findings=()),
        consents=consents(flow, session),
        contact_safety=contact_safety(flow, session),
        stage=stand(flow, current(session)).stage,
        left=session.left,
        wiped=session.wiped,
        stuck=session.stuck,
        duress=session.duress,
        erasing=session.erased,
        returned=session.returned,
        open=tuple(_open_lines(flow, assessment, voices)),
        rules=_rules(assessment, rubric),
        watchword=watchword,
        promise=promise.state(flow, session),
    )
    return {tier: part for tier, part in parts.items() if tier is Tier.CORE or part.answers or part.texts}


def path_of(flow: Flow, session: Session) -> FlowId:
    """Name the path that the contact is on."""
    return flow.path(stand(flow, current(session)))


def _held(
    answers: Iterable[tuple[Tier, AnswerLine]], placed: Mapping[Tier, Sequence[Placed]], tier: Tier
) -> dict[str, Any]:
    """The answers of a tier, and what rests on them."""
    lines = tuple(line for of, line in answers if of is tier)
    return {"answers": lines, "findings": tuple(placed.get(tier, ()))}


def _open_lines(flow: Flow, assessment: Assessment, voices: Voices) -> Iterable[OpenLine]:
    changing = {(change.question, change.answer) for change in assessment.would_change}
    for name in assessment.unknown:
        question = flow.by_id[name]
        telling = tuple(choice for choice in question.choices if (name, choice.id) in changing)
        texts = voices.question(flow, question)
        yield OpenLine(name, question.ref, *texts, voices.choices(flow, question, telling))


def _rules(assessment: Assessment, rubric: Rubric | None) -> dict[RuleId, str]:
    """What the two rules say that gave the grade."""
    if rubric is None:
        return {}
    rules = rubric.rules
    texts = {rule.id: rule.text for rule in rules.likelihood} | {rule.id: rule.text for rule in rules.urgency}
    return {name: texts[name] for name in (assessment.urgency_rule, assessment.likelihood_rule)}


def _placed(flow: Flow, assessment: Assessment) -> Mapping[Tier, Sequence[Placed]]:
    """The findings by the tier of the answers that they rest on, each with that evidence alone."""
    placed: dict[Tier, list[Placed]] = {}
    for order, finding in enumerate(assessment.findings):
        by_tier: dict[Tier, list[Evidence]] = {} if finding.evidence else {Tier.CORE: []}
        for each in finding.evidence:
            by_tier.setdefault(_tier(flow, each), []).append(each)
        for tier, evidence in by_tier.items():
            placed.setdefault(tier, []).append(Placed(order, replace(finding, evidence=tuple(evidence))))
    return placed


def _tier(flow: Flow, evidence: Evidence) -> Tier:
    """Where evidence belongs; that words came at all is core, the words are not."""
    question = flow.by_id.get(evidence.question) if evidence.question is not None else None
    return question.tier if question else Tier.CORE


def consents(flow: Flow, session: Session) -> Mapping[str, bool]:
    """Give each consent that was given (true) or refused (false); the latest counts.

    What was said about the organisation stands until something else is said about it, also at another door.
    """
    found = dict(spoken(flow, session))
    for _, choice in chosen(flow, current(session)):
        found.update({reader: yes for reader, yes in choice.consents.items() if reader != ORGANISATION})
    return found


def contact_safety(flow: Flow, session: Session) -> Mapping[str, str]:
    """Give what was said about how to reply safely."""
    found: dict[str, str] = {}
    answers = current(session)
    for _, choice in chosen(flow, answers):
        found.update(choice.safety)
    asked = (answers.get(question.id) for question in flow.questions if question.kind is Kind.LOCAL_TIME)
    if "clock" not in found and any(isinstance(answer, Declined) for answer in asked):
        found["clock"] = UNKNOWN
    return found


def _answer_lines(flow: Flow, session: Session, voices: Voices) -> list[tuple[Tier, AnswerLine]]:
    last = standing(session)
    return [
        (question.tier, _line(flow, question, entry, order, voices, superseded=last[entry.question] != order))
        for order, entry in enumerate(session.log)
        if (question := flow.by_id.get(entry.question)) is not None
    ]


def _line(
    flow: Flow, question: Question, entry: Entry, order: int, voices: Voices, *, superseded: bool
) -> AnswerLine:
    text, text_local = voices.question(flow, question)
    choices = voices.choices(flow, question, _picked(question, entry.answer))
    return AnswerLine(
        order=order,
        question=question.id,
        ref=question.ref,
        kind=question.kind,
        text=text,
        text_local=text_local,
        answer=entry.answer,
        answer_text=voices.source.answer(entry.answer, [each.text for each in choices]),
        answer_text_local=voices.local.answer(entry.answer, [each.text_local for each in choices]),
        remark=voices.source.remark(entry.answer),
        at=entry.at,
        how=entry.how,
        superseded=superseded,
        choices=choices,
    )


def _picked(question: Question, answer: Answer) -> Iterable[Choice]:
    picked = answer.choices if isinstance(answer, Chosen) else ()
    return (question.by_id[each] for each in picked if each in question.by_id)


def _word_lines(flow: Flow, session: Session, voices: Voices) -> tuple[WordLine, ...]:
    last = {note.message: order for order, note in enumerate(session.words) if note.message is not None}
    return tuple(
        _word_line(flow, note, order, voices, superseded=_later(note, last, order))
        for order, note in enumerate(session.words)
    )


def _later(note: Note, last: Mapping[int, int], order: int) -> bool:
    return note.message is not None and last[note.message] != order


def _word_line(flow: Flow, note: Note, order: int, voices: Voices, *, superseded: bool) -> WordLine:
    question = flow.by_id.get(note.question) if note.question is not None else None
    texts = voices.question(flow, question) if question else (None, None)
    line = WordLine(order, note.kind, note.text, note.at, note.question, superseded, *texts)
    return replace(line, attached=note.attached, later=note.later)
