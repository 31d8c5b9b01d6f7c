"""The engine: a session and one input in, the next session and what happened out."""

from msgspec.structs import replace

from flows import passage
from flows.accept import accept, chosen, pick
from flows.answer import Chosen, Decline, Declined, Place
from flows.definition import Choice, Flow, Kind, Question, Then
from flows.ids import PhraseId, QuestionId
from flows.passage import Arrival, prompt
from flows.session import SCHEMA, Entry, How, Note, Session, current
from flows.turn import (
    ChoiceInput,
    Command,
    Control,
    Input,
    InputRejected,
    LanguageChanged,
    LanguageInput,
    LocationInput,
    MediaInput,
    NoteKept,
    QuestionAsked,
    Reason,
    SessionPaused,
    TextInput,
    Turn,
)
from flows.vocabulary import SILENT, Vocabulary

KEPT_WORDS, KEPT_MEDIA, KEPT_PLACE = PhraseId("kept_words"), PhraseId("kept_media"), PhraseId("kept_place")
TAP_FIRST = PhraseId("tap_first")


def begin(flow: Flow, *, id: str, now: int, language: str | None = None) -> Turn:  # noqa: A002 - the word for it
    """Start a session; `now` in unix seconds. A language that is known already is not asked again."""
    session = Session(SCHEMA, id, flow.id, flow.revision, language, now, None)
    first = flow.questions[0]
    if language is not None and first.kind is Kind.LANGUAGE:
        return passage.move_on(flow, session, first.id)
    return Turn(replace(session, waiting_for=first.id), (QuestionAsked(first.id),))


def resume(flow: Flow, session: Session, given: Input, *, now: int, vocabulary: Vocabulary = SILENT) -> Turn:
    """Take one input, whatever it is and whenever it comes; `now` in unix seconds. Never raises on input."""
    session = replace(session, aside=None) if session.aside else session
    arrival = Arrival(now, How.TAPPED)
    if isinstance(given, TextInput):
        arrival = Arrival(now, How.TYPED, given.message)
        if given.edited and (turn := _amend(flow, session, given, arrival, vocabulary)) is not None:
            return turn
        given = _meaning(flow, session, given, vocabulary)
    match given:
        case Command():
            return _command(flow, session, given, arrival)
        case LanguageInput(code):
            return _speak(flow, session, code)
        case ChoiceInput():
            return _tap(flow, session, given, arrival)
        case TextInput() | LocationInput() | MediaInput():
            return _sent(flow, session, given, arrival)


def _meaning(flow: Flow, session: Session, given: TextInput, vocabulary: Vocabulary) -> Input:
    question = passage.waiting(flow, session)
    choosing = session.choosing_language or (question is not None and question.kind is Kind.LANGUAGE)
    return vocabulary.meaning(None if session.paused else question, given, languages=choosing)


def _again(session: Session, *events: NoteKept | InputRejected | LanguageChanged) -> Turn:
    """Stay where we are; the same question is due."""
    asked = (QuestionAsked(session.waiting_for),) if session.waiting_for and not session.paused else ()
    return Turn(session, (*events, *asked))


def _reject(session: Session, reason: Reason, aside: PhraseId | None = None) -> Turn:
    return _again(replace(session, aside=aside), InputRejected(reason))


# Controls


def _command(flow: Flow, session: Session, given: Command, arrival: Arrival) -> Turn:  # noqa: PLR0911 - one for each kind
    match given.control:
        case Control.LANGUAGE:
            return Turn(replace(session, choosing_language=True), ())
        case Control.RESUME:
            return _again(replace(session, paused=False, choosing_language=False))
        case Control.BACK if session.choosing_language:
            return _again(replace(session, choosing_language=False))
        case _ if session.paused or given.question not in {None, session.waiting_for}:
            return _reject(session, Reason.OLD_SCREEN)
        case Control.BACK:
            return _back(flow, session)
        case Control.SKIP:
            return _decline(flow, session, Decline.SKIPPED, arrival)
        case Control.UNKNOWN:
            return _decline(flow, session, Decline.UNKNOWN, arrival)
        case Control.DONE:
            return _done(flow, session)


def _back(flow: Flow, session: Session) -> Turn:
    if not session.trail:
        return _reject(session, Reason.NO_WAY_BACK)
    return passage.show(flow, replace(session, trail=session.trail[:-1]), session.trail[-1])


def _decline(flow: Flow, session: Session, how: Decline, arrival: Arrival) -> Turn:
    """Leave the question without an answer; ticks that were made stay its answer."""
    question = passage.waiting(flow, session)
    if question is None or question.kind is Kind.LANGUAGE:
        return _reject(session, Reason.NOT_TAKEN)
    if session.ticked:
        return passage.move_on(flow, session, question.id)
    turn = passage.record(session, question.id, Declined(how), arrival)
    return passage.then(turn, passage.move_on(flow, turn.session, question.id))


def _done(flow: Flow, session: Session) -> Turn:
    if session.waiting_for is None or not session.ticked:
        return _reject(session, Reason.NOTHING_TICKED, TAP_FIRST if session.waiting_for else None)
    return passage.move_on(flow, session, session.waiting_for)


def _speak(flow: Flow, session: Session, code: str) -> Turn:
    spoken = replace(session, language=code, choosing_language=False)
    question = passage.waiting(flow, session)
    if question is not None and question.kind is Kind.LANGUAGE:
        return passage.then(
            Turn(spoken, (LanguageChanged(code),)), passage.move_on(flow, spoken, question.id)
        )
    return _again(spoken, LanguageChanged(code))


# Taps


def _tap(flow: Flow, session: Session, given: ChoiceInput, arrival: Arrival) -> Turn:
    question = flow.by_id.get(given.question or session.waiting_for or QuestionId(""))
    choice = pick(question, given) if question else None
    if question is None or choice is None:
        return _reject(session, Reason.NOT_A_CHOICE)
    if session.paused or (question.id != session.waiting_for and choice.then is Then.GO_ON):
        return _correct(session, question, choice, arrival)
    answer = chosen(question, session.ticked, choice)
    turn = passage.record(replace(session, choosing_language=False), question.id, answer, arrival)
    return passage.then(turn, _follow(flow, turn.session, question, choice, answer))


def _follow(flow: Flow, session: Session, question: Question, choice: Choice, answer: Chosen) -> Turn:
    match choice.then:
        case Then.PAUSE:
            paused = replace(session, waiting_for=question.id, paused=True, trail=(), ticked=(), ending=None)
            return Turn(paused, (SessionPaused(),))
        case Then.END:
            return passage.end(flow, session, question.id, choice.ending)
        case Then.GO_ON if question.kind is Kind.MULTI and not choice.alone:
            return _again(replace(session, ticked=answer.choices))
        case Then.GO_ON:
            return passage.move_on(flow, session, question.id)


def _correct(session: Session, question: Question, choice: Choice, arrival: Arrival) -> Turn:
    """A tap on a screen that went by: a second tap changes nothing, another choice corrects the answer."""
    before = current(session).get(question.id)
    ticked = before.choices if isinstance(before, Chosen) else ()
    if session.paused or choice.id in ticked:
        return _reject(session, Reason.OLD_SCREEN)
    answer = chosen(question, ticked, choice)
    turn = passage.record(session, question.id, answer, Arrival(arrival.now, How.EDITED))
    return passage.then(turn, _again(turn.session))


# Words, media, places


def _sent(
    flow: Flow, session: Session, given: TextInput | LocationInput | MediaInput, arrival: Arrival
) -> Turn:
    question = passage.waiting(flow, session)
    listening = question is not None and not session.paused and not session.choosing_language
    if question is None or not listening or isinstance(given, MediaInput):
        return _keep(flow, session, given, arrival)
    answer = accept(question, given)
    if answer is None:
        return _keep(flow, session, given, arrival)
    turn = passage.record(session, question.id, answer, arrival)
    return passage.then(turn, passage.move_on(flow, turn.session, question.id))


def _keep(
    flow: Flow, session: Session, given: TextInput | LocationInput | MediaInput, arrival: Arrival
) -> Turn:
    """Keep what the question does not take, for the responder."""
    match given:
        case TextInput(text):
            return _note(session, "text", text, arrival, KEPT_WORDS)
        case MediaInput(kind, message, caption):
            return _note(session, kind, caption, Arrival(arrival.now, arrival.how, message), KEPT_MEDIA)
        case LocationInput():
            return _locate(flow, session, given, arrival)


def _note(session: Session, kind: str, text: str | None, arrival: Arrival, aside: PhraseId) -> Turn:
    note = Note(kind, text, arrival.now, session.waiting_for, arrival.message, len(session.log))
    return _again(replace(session, words=(*session.words, note), aside=aside), NoteKept(kind))


def _locate(flow: Flow, session: Session, given: LocationInput, arrival: Arrival) -> Turn:
    """A point answers the flow's question about the place, whichever question is due."""
    asked = next((question.id for question in flow.questions if question.kind is Kind.PLACE), None)
    point = f"{given.latitude:.6f} {given.longitude:.6f}" if asked is None else None
    kept = _note(session, "location", point, Arrival(arrival.now, arrival.how, given.message), KEPT_PLACE)
    if asked is None:
        return kept
    place = Place(latitude=given.latitude, longitude=given.longitude)
    turn = passage.record(kept.session, asked, place, arrival)
    return Turn(turn.session, (*turn.events, *kept.events))


# Edits


def _amend(
    flow: Flow, session: Session, given: TextInput, arrival: Arrival, vocabulary: Vocabulary
) -> Turn | None:
    """Let an edited message supersede what it said before; None when it is not known."""
    entry = next((entry for entry in reversed(session.log) if _of(entry, given)), None)
    question = flow.by_id.get(entry.question) if entry else None
    if entry is None or question is None:
        known = any(note.message == given.message for note in session.words)
        return _keep(flow, session, given, arrival) if known and given.message is not None else None
    meant = vocabulary.meaning(question, given, languages=False)
    choice = pick(question, meant) if isinstance(meant, ChoiceInput) else None
    answer = Chosen((choice.id,)) if choice else accept(question, given)
    if answer is None:
        return _keep(flow, session, given, arrival)
    edited = passage.record(session, question.id, answer, Arrival(arrival.now, How.EDITED, given.message))
    return passage.then(edited, _again(edited.session))


def _of(entry: Entry, given: TextInput) -> bool:
    return given.message is not None and entry.message == given.message


__all__ = ["begin", "prompt", "resume"]
