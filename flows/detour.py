"""A detour: questions that are asked on request, at any moment and whatever was answered before; then it goes on."""

from msgspec.structs import replace

from flows import passage, veil
from flows.consent import agrees
from flows.definition import Ask, Flow, Kind, Then
from flows.ids import QuestionId
from flows.session import Detour, Session, current
from flows.standing import stand
from flows.turn import Control, SessionCompleted, SessionPaused, Turn

WAYS = {Control.READERS: "readers", Control.ERASE: "erasing"}
"""The control that is tapped or typed, and the flow's list that it asks."""
ASKED = "ask "
"""What stands before the one question that somebody of ours asks."""


def begin(flow: Flow, session: Session, control: Control) -> Turn:
    """Ask the first of these questions; where there is none for this contact, stay."""
    way = WAYS[control]
    first = _next(flow, _begun(session, way), None)
    if first is None:
        return passage.again(replace(session, choosing_language=False))
    return _aside(flow, session, way, first)


def _aside(flow: Flow, session: Session, way: str, first: QuestionId) -> Turn:
    return passage.show(flow, _begun(session, way), first)


def _begun(session: Session, way: str) -> Session:
    on = session.detour
    back = Detour(way, session.waiting_for, len(session.trail), session.paused, session.ending)
    begun = back if on is None else replace(on, way=way)
    return replace(
        session, detour=begun, paused=False, choosing_language=False, trail=session.trail[: begun.depth]
    )


def askable(flow: Flow) -> frozenset[QuestionId]:
    """Give what somebody of ours may ask: no language, no word of one's own, nothing that ends or erases."""
    return frozenset(
        question.id
        for question in flow.questions
        if question.kind not in {Kind.LANGUAGE, Kind.WORD}
        and all(choice.then is Then.GO_ON for choice in question.choices)
    )


def ask(flow: Flow, session: Session, question: QuestionId) -> Turn:
    """Ask one question of the flow, also if it was answered or is not for them; then go on where they were."""
    return _aside(flow, session, f"{ASKED}{question}", question)


def onward(flow: Flow, session: Session, answered: QuestionId) -> Turn | None:
    """Go on after one of these questions; None where the passage itself knows what is due."""
    if session.detour is None:
        return None
    due = _next(flow, session, answered)
    if due is not None:
        return passage.show(flow, replace(session, trail=(*session.trail, answered)), due)
    return over(flow, session)


def over(flow: Flow, session: Session) -> Turn | None:
    """Go back to where it began; None where that question has been answered on the way."""
    was = session.detour
    if was is None:
        return None
    home = replace(session, detour=None, trail=session.trail[: was.depth], ticked=())
    if was.back is None:
        return _ended(flow, home, was)
    if was.paused:
        paused = replace(home, waiting_for=was.back, paused=True, choosing_language=False)
        return Turn(paused, (SessionPaused(),))
    question, position = flow.by_id.get(was.back), stand(flow, current(home))
    asked = {each.question for each in _asks(flow, was.way)}
    if question is None or not question.due(position) or was.back in asked & position.answers.keys():
        return None
    return passage.show(flow, home, was.back)


def _ended(flow: Flow, session: Session, was: Detour) -> Turn:
    """The last screen again: who had not agreed and has now is not told that nobody reads it."""
    agreed = flow.endings is not None and agrees(flow, flow.endings.asking, session)
    ended = replace(
        session,
        waiting_for=None,
        ending=None if agreed else was.ending,
        choosing_language=False,
        paused=False,
    )
    return Turn(ended, (SessionCompleted(passage.last_words(flow, ended)),))


def _next(flow: Flow, session: Session, answered: QuestionId | None) -> QuestionId | None:
    """The next of the list that is for this contact; the order is the list's."""
    asks = _asks(flow, session.detour.way) if session.detour else ()
    names = [each.question for each in asks]
    since = names.index(answered) + 1 if answered in names else 0
    position = stand(flow, veil.known(session, names))
    return next((each.question for each in asks[since:] if each.holds(position)), None)


def _asks(flow: Flow, way: str) -> tuple[Ask, ...]:
    if way.startswith(ASKED):
        return (Ask(QuestionId(way.removeprefix(ASKED))),)
    return flow.erasing if way == "erasing" else flow.readers
