"""The veil: after a pause nothing on the screen shows what was answered, until the contact's own word is typed.

Whoever holds the phone by then may be another. Only the question that is due is shown: no way back to what was
answered, no ticks, no remark or telephone line that follows from it. What was answered stands all the same.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from flows.answer import Answer, Chosen
from flows.definition import Question
from flows.ids import ChoiceId, QuestionId
from flows.session import Session, current


def draw(session: Session) -> Session:
    """Put all that was answered so far behind the veil."""
    veiled = tuple(dict.fromkeys((*session.veiled, *session.ticked)))
    return replace(
        session,
        trail=(),
        ticked=(),
        veiled=veiled,
        veiled_at=len(session.log),
        behind=True,
        aside=None,
        choosing_language=False,
    )


def lift(session: Session) -> Session:
    """Show everything again: whoever is there has proved to be the contact."""
    ticked = tuple(dict.fromkeys((*session.veiled, *session.ticked)))
    return replace(
        session,
        ticked=ticked,
        veiled=(),
        veiled_at=0,
        behind=False,
        frozen=False,
        paused=False,
        left=False,
    )


def rise(session: Session) -> Session:
    """Show again what came since the veil was drawn: whoever is there has chosen their word behind it."""
    return replace(lift(session), veiled_at=session.veiled_at, behind=True)


def freeze(session: Session) -> Session:
    """Mark the session: the duress word was typed. From then on the screen has neutral words alone."""
    return replace(draw(session), duress=True, frozen=True, paused=True)


def is_drawn(session: Session) -> bool:
    """Tell whether somebody may be there who is not the contact: since the veil was drawn no own word was typed."""
    return session.behind or session.veiled_at > 0 or session.frozen


def visible(session: Session) -> Mapping[QuestionId, Answer]:
    """Give the answers from which the screen may follow."""
    if not session.veiled_at:
        return current(session)
    return current(replace(session, log=session.log[session.veiled_at :]))


def hidden(session: Session, question: Question) -> Sequence[ChoiceId]:
    """Give what was tapped of a question before the veil was drawn; it may stand in later answers too."""
    if not session.veiled_at:
        return ()
    before = current(replace(session, log=session.log[: session.veiled_at])).get(question.id)
    return before.choices if isinstance(before, Chosen) else ()


def known(session: Session, asked: Collection[QuestionId]) -> Mapping[QuestionId, Answer]:
    """Give the answers, of these questions only what is not behind the veil: which comes next would tell the rest."""
    if not session.veiled_at:
        return current(session)
    log = session.log
    shown = [each for at, each in enumerate(log) if at >= session.veiled_at or each.question not in asked]
    return current(replace(session, log=tuple(shown)))


def whole(session: Session, question: Question, answer: Answer) -> Answer:
    """Give the answer with the ticks behind the veil: whoever cannot see them has not taken them back."""
    if not session.veiled or not isinstance(answer, Chosen) or _stands_alone(question, answer.choices):
        return answer
    return Chosen(tuple(dict.fromkeys((*session.veiled, *answer.choices))))


def _stands_alone(question: Question, choices: Sequence[ChoiceId]) -> bool:
    return any(question.by_id[each].alone for each in choices)
