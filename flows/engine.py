"""The engine: a session and one input in, the next session and what happened out."""

from typing import assert_never

from msgspec.structs import replace

from flows import detour, passage, veil
from flows.accept import pick, tapped
from flows.answer import Answer, Chosen, Decline, Declined, Repeated
from flows.definition import SEVERAL, Choice, Flow, Kind, Question, Then
from flows.edits import amend, legs_of, with_room
from flows.following import follow, mark
from flows.guide import UNGUIDED, Guide
from flows.ids import PhraseId, QuestionId
from flows.passage import Arrival, prompt
from flows.reader import PLAIN, Reader
from flows.script import Script, heard, keep
from flows.session import SCHEMA, How, Session, Surge, current
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
    NumberAsked,
    QuestionAsked,
    Reason,
    SessionErased,
    SessionLeft,
    SessionPaused,
    TextInput,
    Turn,
)
from flows.vocabulary import SILENT, Vocabulary, fold

TAP_FIRST, LEG_KEPT = PhraseId("tap_first"), PhraseId("leg_kept")
LONGEST_WORD = 20
"""Letters of a word of the contact's own."""


def begin(
    flow: Flow,
    *,
    id: str,  # noqa: A002 - the word for it
    now: int,
    language: str | None = None,
    guide: Guide = UNGUIDED,
    surge: bool = False,
) -> Turn:
    """Start a session; `now` in unix seconds. A language that is known already is not asked again.

    `surge`: very many people write, so it is asked the core first.
    """
    session = Session(SCHEMA, id, flow.id, flow.revision, language, now, None)
    session = replace(session, surge=Surge.CORE) if surge and flow.core is not None else session
    first = flow.questions[0]
    if language is not None and first.kind is Kind.LANGUAGE:
        return passage.move_on(flow, session, first.id, guide)
    return Turn(replace(session, waiting_for=first.id), (QuestionAsked(first.id),))


def resume(
    flow: Flow,
    session: Session,
    given: Input,
    *,
    now: int,
    vocabulary: Vocabulary = SILENT,
    guide: Guide = UNGUIDED,
    reader: Reader = PLAIN,
) -> Turn:
    """Take one input, whatever it is and whenever it comes; `now` in unix seconds. Never raises on input."""
    script = Script(flow, vocabulary, guide, reader)
    if leaves(given, vocabulary):
        given = Command(Control.EXIT)
    if isinstance(given, LocationInput) and given.moved:
        return follow(script, session, given, now)
    session = replace(session, aside=None) if session.aside else session
    arrival = Arrival(now, How.TAPPED)
    if isinstance(given, TextInput):
        arrival = Arrival(now, How.TYPED, given.message)
        if given.edited and (turn := amend(script, session, given, arrival)) is not None:
            return turn
        given = _meaning(flow, session, given, vocabulary)
    match given:
        case Command():
            return _command(script, session, given, arrival)
        case LanguageInput(code):
            return _speak(script, session, code)
        case ChoiceInput():
            return _tap(script, session, given, arrival)
        case TextInput() | LocationInput() | MediaInput():
            return _sent(script, session, given, arrival)
        case _:
            assert_never(given)


def leaves(given: Input, vocabulary: Vocabulary) -> bool:
    """Tell whether this is the way out, whatever is on the screen and whatever else the word may mean there."""
    if isinstance(given, TextInput):
        given = vocabulary.control(given) or given
    return isinstance(given, Command) and given.control is Control.EXIT


def _meaning(flow: Flow, session: Session, given: TextInput, vocabulary: Vocabulary) -> Input:
    question = passage.waiting(flow, session)
    choosing = session.choosing_language or (question is not None and question.kind is Kind.LANGUAGE)
    return vocabulary.meaning(None if session.paused else question, given, languages=choosing)


def _reject(session: Session, reason: Reason, aside: PhraseId | None = None) -> Turn:
    return passage.again(replace(session, aside=aside), InputRejected(reason))


# Controls


def _command(script: Script, session: Session, given: Command, arrival: Arrival) -> Turn:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    match given.control:
        case Control.EXIT:
            return Turn(replace(session, left=True), (SessionLeft(),))
        case _ if session.frozen:
            return _reject(session, Reason.OLD_SCREEN)
        case Control.LANGUAGE:
            return Turn(replace(session, choosing_language=True), ())
        case Control.RESUME:
            shown = replace(session, paused=False, choosing_language=False)
            return passage.go_on(script.flow, shown, script.guide)
        case Control.READERS | Control.ERASE as asked:
            return detour.begin(script.flow, session, asked)
        case Control.LATER:
            return mark(session)
        case Control.CODE:
            return passage.again(session, NumberAsked())
        case Control.BACK if session.choosing_language:
            return passage.again(replace(session, choosing_language=False))
        case _ if session.paused or given.question not in {None, session.waiting_for}:
            return _reject(session, Reason.OLD_SCREEN)
        case Control.BACK:
            return _back(script.flow, session)
        case Control.SKIP:
            return _decline(script, session, Decline.SKIPPED, arrival)
        case Control.UNKNOWN:
            return _decline(script, session, Decline.UNKNOWN, arrival)
        case Control.DONE:
            return _done(script, session)
        case _:
            assert_never(given.control)


def _back(flow: Flow, session: Session) -> Turn:
    if session.detour is not None and len(session.trail) <= session.detour.depth:
        home = detour.over(flow, session)
        session = replace(session, detour=None)
        if home is not None:
            return home
    if not session.trail:
        return _reject(session, Reason.NO_WAY_BACK)
    return passage.show(flow, replace(session, trail=session.trail[:-1]), session.trail[-1])


def _decline(script: Script, session: Session, how: Decline, arrival: Arrival) -> Turn:
    """Leave the question without an answer; ticks that were made stay its answer."""
    question = passage.waiting(script.flow, session)
    if question is None or question.kind is Kind.LANGUAGE:
        return _reject(session, Reason.NOT_TAKEN)
    if session.ticked or session.veiled or (question.kind is Kind.ROUTE and legs_of(session, question)):
        return script.move_on(session, question.id)
    turn = passage.record(session, question.id, Declined(how), arrival)
    return passage.then(turn, script.move_on(turn.session, question.id))


def _done(script: Script, session: Session) -> Turn:
    question = passage.waiting(script.flow, session)
    if question is None or not (session.ticked or legs_of(session, question)):
        return _reject(session, Reason.NOTHING_TICKED, TAP_FIRST if question else None)
    return script.move_on(session, question.id)


def _speak(script: Script, session: Session, code: str) -> Turn:
    spoken = replace(session, language=code, choosing_language=False)
    question = passage.waiting(script.flow, session)
    if question is not None and question.kind is Kind.LANGUAGE:
        return passage.then(Turn(spoken, (LanguageChanged(code),)), script.move_on(spoken, question.id))
    return passage.again(spoken, LanguageChanged(code))


# Taps


def _tap(script: Script, session: Session, given: ChoiceInput, arrival: Arrival) -> Turn:
    question = script.flow.by_id.get(given.question or session.waiting_for or QuestionId(""))
    choice = pick(question, given) if question else None
    if question is None or choice is None:
        return _reject(session, Reason.NOT_A_CHOICE)
    if session.paused or (question.id != session.waiting_for and choice.then is Then.GO_ON):
        return _correct(session, question, choice, arrival)
    answer = tapped(question, session.ticked, choice)
    spoken = veil.whole(session, question, answer) if question.id == session.waiting_for else answer
    turn = passage.record(replace(session, choosing_language=False), question.id, spoken, arrival)
    return passage.then(turn, _follow(script, turn.session, question, choice, answer))


def _follow(script: Script, session: Session, question: Question, choice: Choice, answer: Answer) -> Turn:
    match choice.then:
        case Then.PAUSE:
            paused = replace(session, waiting_for=question.id, paused=True, trail=(), ticked=(), ending=None)
            return Turn(paused, (SessionPaused(),))
        case Then.END:
            return passage.end(script.flow, session, question.id, choice.ending)
        case Then.ERASE:
            return Turn(replace(session, left=True, erased=True), (SessionErased(),))
        case Then.GO_ON if question.kind in SEVERAL and isinstance(answer, Chosen) and not choice.alone:
            return passage.again(replace(session, ticked=answer.choices))
        case Then.GO_ON:
            return script.move_on(session, question.id)
        case _:
            assert_never(choice.then)


def _correct(session: Session, question: Question, choice: Choice, arrival: Arrival) -> Turn:
    """A tap on a screen that went by: a second tap changes nothing, another choice corrects the answer."""
    before = current(session).get(question.id)
    ticked = before.choices if isinstance(before, Chosen) else ()
    if session.paused or choice.id in ticked:
        return _reject(session, Reason.OLD_SCREEN)
    answer = tapped(question, ticked, choice)
    turn = passage.record(session, question.id, answer, Arrival(arrival.now, How.EDITED))
    return passage.then(turn, passage.again(turn.session))


# Words, media, places


def _sent(
    script: Script, session: Session, given: TextInput | LocationInput | MediaInput, arrival: Arrival
) -> Turn:
    flow = script.flow
    question = passage.waiting(flow, session)
    listening = question is not None and not session.paused and not session.choosing_language
    if question is None or not listening or isinstance(given, MediaInput):
        return keep(script, session, given, arrival)
    answer = _word(script, question, given) or script.accept(session, question, given, arrival)
    if isinstance(given, LocationInput):
        arrival = Arrival(arrival.now, arrival.how, given.message)
    if isinstance(answer, Repeated):
        answer = with_room(Repeated((*legs_of(session, question), *answer.items)))
    if answer is None:
        return keep(script, session, given, arrival)
    if question.kind is Kind.WORD:
        arrival = Arrival(arrival.now, arrival.how)  # to edit the message is not to choose another
    session = heard(script, session, question, given, arrival)
    if isinstance(answer, Repeated):
        return _go_along(session, question, answer, arrival)
    turn = passage.record(session, question.id, answer, arrival)
    return passage.then(turn, script.move_on(turn.session, question.id))


def _word(script: Script, question: Question, given: TextInput | LocationInput) -> Answer | None:
    """That a word was chosen, never which; more than a word is something that they tell, and is kept as that."""
    if question.kind is not Kind.WORD or not isinstance(given, TextInput) or not is_word(given.text):
        return None
    return None if script.reader.hears_a_call(given.text) else Chosen((question.choices[0].id,))


def is_word(text: str) -> bool:
    """Tell whether it is one word, by its length where a script has no spaces."""
    word = fold(text)
    return 1 < len(word) <= LONGEST_WORD and " " not in word


def _go_along(session: Session, question: Question, route: Repeated, arrival: Arrival) -> Turn:
    """A route grows place by place; the question stays until the contact is done."""
    turn = passage.record(session, question.id, route, arrival)
    return passage.then(turn, passage.again(replace(turn.session, aside=LEG_KEPT)))


__all__ = ["begin", "is_word", "leaves", "prompt", "resume"]
