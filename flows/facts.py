"""Facts: everything that an assessment rests on, gathered from answers and words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.answer import Answer, Declined
from flows.assessment import Evidence
from flows.consent import calls
from flows.definition import Flow
from flows.grading import Answered
from flows.ids import FindingId, QuestionId, Stage
from flows.rubric import Rubric
from flows.session import Promise, Session, current
from flows.standing import Position, stand

NOTHING = Answered(0.0, 0.0)
DURESS = FindingId("duress")
"""What the duress word fires."""
CHECK_IN_MISSED = FindingId("check_in_missed")
"""What a promise fires that was not kept alive by a tap."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What fired and why, the stage, and how much was answered."""

    fired: Mapping[FindingId, tuple[Evidence, ...]]
    stage: Stage = Stage.UNKNOWN
    answered: Answered = NOTHING
    unknown: tuple[QuestionId, ...] = ()
    asked: int = 0
    """Indicator questions that the branch would ask; `given` of them are answered, or declined (`refused`)."""
    given: int = 0
    refused: int = 0
    declined: frozenset[QuestionId] = field(default_factory=frozenset)


def gather(flow: Flow, rubric: Rubric, session: Session, *, flags: Iterable[FindingId] = ()) -> Facts:
    """Gather the facts of a session; `flags` adds what only the caller knows, such as `cut_off`."""
    heard = calls(flow, rubric.rules.free_text, session)
    lengths = [
        len(note.text or "") if hears else None for note, hears in zip(session.words, heard, strict=True)
    ]
    known = (*flags, *((DURESS,) if session.duress else ()))
    if session.promise is Promise.MISSED:
        known = (*known, CHECK_IN_MISSED)
    return read(flow, rubric, current(session), lengths, flags=known)


def read(
    flow: Flow,
    rubric: Rubric,
    answers: Mapping[QuestionId, Answer],
    texts: Sequence[int | None] = (),
    *,
    flags: Iterable[FindingId] = (),
) -> Facts:
    """Gather the facts of answers and of free texts, of which only the lengths in characters matter."""
    return read_at(flow, rubric, stand(flow, answers), texts, flags=flags)


def read_at(
    flow: Flow,
    rubric: Rubric,
    position: Position,
    texts: Sequence[int | None] = (),
    *,
    flags: Iterable[FindingId] = (),
) -> Facts:
    """Gather the facts of a position that is known already.

    A text whose length is None does not count as asking for help.
    A finding that the rubric does not know is left out: a session may be on an older edition of its flow.
    """
    known = rubric.grader.bits
    fired: dict[FindingId, tuple[Evidence, ...]] = {flag: () for flag in flags if flag in known}
    for question, choice, findings in position.signs:
        for finding in findings:
            if finding in known:
                fired[finding] = (*fired.get(finding, ()), Evidence(question=question, answer=choice))
    asking = rubric.rules.free_text
    for place, length in enumerate(texts):
        if length is not None:
            fired[asking] = (*fired.get(asking, ()), Evidence(text=place, start=0, end=length))
    return _facts(flow, rubric, position, fired)


def _facts(
    flow: Flow, rubric: Rubric, position: Position, fired: Mapping[FindingId, tuple[Evidence, ...]]
) -> Facts:
    answers = position.answers
    telling = rubric.telling(flow)
    holds = [condition(position) for condition in telling.conditions]
    due = [told for told in telling.questions if holds[told.due]]
    scored = [told.question for told in due if told.scored]
    declined = frozenset([name for name, answer in answers.items() if answer.__class__ is Declined])
    given = sum([name in answers for name in scored])
    refused = sum([name in declined for name in scored])
    return Facts(
        fired,
        position.stage,
        share(given, refused, len(scored)),
        tuple([name for told in due if (name := told.question) not in answers or name in declined]),
        len(scored),
        given,
        refused,
        declined,
    )


def share(given: int, declined: int, asked: int) -> Answered:
    """Give the answered share of the questions that the branch asks, without and with the declined ones."""
    return Answered((given - declined) / asked, given / asked) if asked else NOTHING
