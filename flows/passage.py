"""The passage through a flow: recording an answer, and finding the question that is due."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from flows import local_time
from flows.answer import Answer, Chosen, Place, Repeated
from flows.condition import Standing
from flows.consent import agrees
from flows.definition import SEVERAL, Flow, Kind, Question, Remark
from flows.guide import Guide, ahead
from flows.ids import PhraseId, QuestionId
from flows.session import Entry, How, Note, Session, Surge, current
from flows.standing import Position, chosen, stand
from flows.turn import (
    AnswerRecorded,
    Control,
    Hours,
    InputRejected,
    LanguageChanged,
    NoteKept,
    NumberAsked,
    Prompt,
    QuestionAsked,
    Screen,
    SessionCompleted,
    Time,
    Turn,
)
from flows.veil import hidden, visible

ENDED = PhraseId("ended")
KEPT_MEDIA = PhraseId("kept_media")
PAUSED = PhraseId("paused")
HOURS_SAID = PhraseId("hours_said")
"""Says the agreed hours back, in both clocks."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When an input came (unix seconds), how, and in which message."""

    now: int
    how: How
    message: int | None = None


def then(first: Turn, second: Turn) -> Turn:
    """Join what happened; the second has the later session."""
    return Turn(second.session, first.events + second.events)


def again(session: Session, *events: NoteKept | InputRejected | LanguageChanged | NumberAsked) -> Turn:
    """Stay where we are; the same question is due."""
    asked = (QuestionAsked(session.waiting_for),) if session.waiting_for and not session.paused else ()
    return Turn(session, (*events, *asked))


def waiting(flow: Flow, session: Session) -> Question | None:
    """Give the question that the session waits for."""
    return flow.by_id.get(session.waiting_for) if session.waiting_for is not None else None


def record(session: Session, question: QuestionId, answer: Answer, arrival: Arrival) -> Turn:
    """Append the answer. Ticks that only grow amend their own entry; what is taken back stays in the log."""
    entry = Entry(question, answer, arrival.now, arrival.how, arrival.message)
    grows = bool(session.log) and _grows(session.log[-1], entry)
    log = (*session.log[:-1], entry) if grows else (*session.log, entry)
    return Turn(replace(session, log=log), (AnswerRecorded(question, answer),))


def _grows(before: Entry, after: Entry) -> bool:
    match before.answer, after.answer:
        case Chosen(old), Chosen(new):
            same = before.question == after.question and before.how == after.how
            return same and 0 < len(old) < len(new) and set(old) < set(new)
        case _:
            return False


def move_on(flow: Flow, session: Session, answered: QuestionId, guide: Guide) -> Turn:
    """Leave the answered question for the one that is due; when none is left, end."""
    trailed = replace(session, trail=(*session.trail, answered), choosing_language=False)
    due = _due(flow, trailed, guide)
    return end(flow, session, answered) if due is None else show(flow, trailed, due)


def _due(flow: Flow, session: Session, guide: Guide) -> QuestionId | None:
    """The first question that holds and has no answer: what was passed over comes before what is later.

    Before all comes what is to be asked at once. While time is short, the question of a section that tells most
    comes before the rest of it.
    """
    position = ahead(flow, guide, stand(flow, current(session)))
    asked = (*flow.at_once, *_asked(flow, session))
    due = (question for question in asked if _is_open(question, position))
    first = next(due, None)
    if first is None or first.at_once or not first.section or not flow.is_short(position):
        return first.id if first else None
    return guide.best(
        flow, position.position, [first.id, *(each.id for each in due if each.section == first.section)]
    )


def _asked(flow: Flow, session: Session) -> Sequence[Question]:
    """While very many people write, only the core; what is to be asked at once is asked all the same."""
    if session.surge is Surge.NO or flow.core is None:
        return flow.questions
    core = flow.core.questions
    return [question for question in flow.questions if question.id in core]


def go_on(flow: Flow, session: Session, guide: Guide) -> Turn:
    """Show what was waited for; after the core alone was asked, the rest."""
    if session.over or not session.ended:
        return again(session)
    whole = replace(session, surge=Surge.NO, ending=None)
    due = _due(flow, whole, guide)
    return (
        Turn(whole, (SessionCompleted(last_words(flow, whole)),)) if due is None else show(flow, whole, due)
    )


def _is_open(question: Question, position: Standing) -> bool:
    missing = question.id not in position.answers and question.kind is not Kind.LANGUAGE
    return missing and question.due(position)


def show(flow: Flow, session: Session, due: QuestionId) -> Turn:
    """Wait for this question; ticks made on it before are there again, on the screen or behind the veil."""
    question = flow.by_id[due]
    before = current(session).get(due) if question.kind in SEVERAL else None
    ticks = before.choices if isinstance(before, Chosen) else ()
    veiled = hidden(session, question)
    shown = replace(
        session,
        waiting_for=due,
        ticked=tuple(each for each in ticks if each not in veiled),
        veiled=tuple(each for each in ticks if each in veiled and not question.by_id[each].alone),
        choosing_language=False,
        ending=None,
    )
    return Turn(shown, (QuestionAsked(due),))


def end(flow: Flow, session: Session, answered: QuestionId, ending: PhraseId | None = None) -> Turn:
    """Wait for nothing more; the phrase is the last screen's. Without one, what was agreed decides."""
    ended = replace(session, waiting_for=None, trail=(*session.trail, answered), ticked=(), ending=ending)
    phrase = ending or last_words(flow, ended)
    return Turn(replace(ended, choosing_language=False, paused=False), (SessionCompleted(phrase),))


def last_words(flow: Flow, session: Session) -> PhraseId:
    """The last screen never says that people read what they will not; words that come later can change it."""
    if flow.endings is None:
        return ENDED
    if not agrees(flow, flow.endings.asking, session):
        return flow.endings.unread
    if session.surge is Surge.NO or flow.core is None:
        return flow.endings.read
    return flow.core.enough if session.surge is Surge.CORE else flow.core.rest


def prompt(flow: Flow, session: Session, *, now: int = 0) -> Prompt:
    """Tell which screen is due; it follows from the session alone, but for what clocks show `now` (unix seconds)."""
    question = waiting(flow, session)
    if session.left:
        return Prompt(Screen.LEFT, None, (), (), None)
    if session.frozen:
        return Prompt(Screen.PAUSED, None, (), (Control.EXIT,), None, PAUSED)
    if session.choosing_language or (question is not None and question.kind is Kind.LANGUAGE):
        back = (Control.BACK,) if session.choosing_language else ()
        return Prompt(Screen.LANGUAGE, question, (), (*back, Control.EXIT), session.aside)
    if session.paused:
        way_on = (*_later(session), Control.RESUME, Control.CODE, Control.LANGUAGE, Control.EXIT)
        return Prompt(Screen.PAUSED, None, (), way_on, None, PAUSED)
    if question is None:
        ending = session.ending or last_words(flow, session)
        rest = () if session.surge is Surge.NO else (Control.RESUME,)
        asking = (Control.CODE, Control.READERS, Control.ERASE, Control.LANGUAGE, Control.EXIT)
        controls = (*_later(session), *rest, *_back(session), *asking)
        lines = _last_lines(flow, session)
        places = _places(flow, session)
        return Prompt(Screen.END, None, (), controls, session.aside, ending, lines, *places)
    return _asking(flow, session, question, now)


def _asking(flow: Flow, session: Session, question: Question, now: int) -> Prompt:
    remark = _remark(flow, session, question) if session.aside is None else None
    note = remark.phrase if remark else session.aside
    lines = remark.lines if remark else ()
    controls, places = _controls(session, question), _places(flow, session) if note else (None, None)
    times = offered(flow, session, question, now) if question.kind is Kind.LOCAL_TIME else ()
    hours = _hours(flow, session) if note == HOURS_SAID else None
    return Prompt(
        Screen.QUESTION,
        question,
        session.ticked,
        controls,
        note,
        None,
        lines,
        *places,
        times=times,
        hours=hours,
    )


def offered(flow: Flow, session: Session, question: Question, now: int) -> tuple[Time, ...]:
    """The clocks of where the contact is, with the time that each shows."""
    where = country(flow, flow.where, stand(flow, visible(session)))
    return local_time.times(flow.zones, question.choices, where, now)


def _hours(flow: Flow, session: Session) -> Hours | None:
    """What was agreed about hours, in both clocks."""
    position = stand(flow, visible(session))
    safety = {
        key: said for _, choice in chosen(flow, position.answers) for key, said in choice.safety.items()
    }
    return local_time.hours(safety, country(flow, flow.where, position))


def _last_lines(flow: Flow, session: Session) -> tuple[str, ...]:
    if flow.endings is None:
        return ()
    position = stand(flow, visible(session))
    return next((lines.kinds for lines in flow.endings.lines if lines.holds(position)), ())


def _places(flow: Flow, session: Session) -> tuple[str | None, str | None]:
    """Where the contact is, and the home country: wherever telephone numbers may stand beside a note or an ending."""
    position = stand(flow, visible(session))
    return country(flow, flow.where, position), country(flow, flow.home, position)


def country(flow: Flow, asked: Sequence[QuestionId], position: Position) -> str | None:
    """Give the country (ISO 3166 alpha-2) that was answered to the first of these that is on this path."""
    for name in asked:
        question, answer = flow.by_id.get(name), position.answers.get(name)
        if question is not None and isinstance(answer, Place) and question.due(position):
            return answer.country
    return None


def _controls(session: Session, question: Question) -> tuple[Control, ...]:
    begun = question.kind is Kind.ROUTE and isinstance(visible(session).get(question.id), Repeated)
    usual = (Control.SKIP, Control.UNKNOWN, *_back(session), Control.LANGUAGE, Control.EXIT)
    done = (Control.DONE,) if session.ticked or begun else ()
    return (*_later(session), *done, *usual)


def _later(session: Session) -> tuple[Control, ...]:
    """What has just been noted may be marked for later."""
    may = session.aside == KEPT_MEDIA and is_before_the_veil(session, session.words[-1])
    return (Control.LATER,) if may else ()


def is_before_the_veil(session: Session, note: Note) -> bool:
    """Tell whether a note is certain to have come since the veil was drawn, where there is one."""
    return not session.veiled_at or note.after > session.veiled_at


def _back(session: Session) -> tuple[Control, ...]:
    return (Control.BACK,) if session.trail else ()


def _remark(flow: Flow, session: Session, question: Question) -> Remark | None:
    if not question.notes:
        return None
    position = stand(flow, visible(session))
    return next((note for note in question.notes if note.holds(position)), None)
