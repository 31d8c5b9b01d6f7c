"""Texts for an interpreter: which can be chosen, what stands out in them, who can open what, what is not believed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flows.answer import Wrote
from protocol.audience import RecipientClass
from protocol.card import card_id
from protocol.errors import BadSignature, NoMatch, UnknownKey, WrongJob
from protocol.interpreting import (
    MOST_TEXTS,
    Aim,
    CaseJob,
    CaseJobs,
    HandedJob,
    JobState,
    SealedJob,
    SealedRendering,
)
from protocol.roster import Roster, add_card, sign_roster
from protocol.signing import SigningKey
from responder.chosen import (
    LEFT_OUT,
    Chosen,
    choosable,
    choose,
    draft,
    edited,
    leave_out,
    stands_for,
    text_id,
)
from responder.failures import ColleagueUnclear, WordsWrong
from responder.heed import Memory
from responder.interpreted import beside, drafts, job_lines
from responder.interpreting import pick
from responder.jobs import Interpreted, interpreters, open_handed, read_jobs, write_job, write_rendering
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.lexicon import vocabulary
from responder.shift import Shift
from responder.unseal import unseal
from tests.unit.test_responder.invented import ALMAZ, DAWIT, opened

NOW = 1_767_225_600
WORDING, LEXICON = vocabulary("en", ())
SERVER = SigningKey.generate()
KEYS = {SERVER.id: SERVER.verify_key}
ROSA, AMINA, IMAN, IBOU, EVE = (generate_keys() for _ in range(5))
ROSAS, AMINAS = (make_card(keys, name=name, now=NOW) for keys, name in ((ROSA, "Rosa"), (AMINA, "Amina")))
IMANS, IBOUS = (
    make_card(keys, name=name, now=NOW, recipient_class=RecipientClass.INTERPRETER, languages=("am", "en"))
    for keys, name in ((IMAN, "Iman"), (IBOU, "Ibou"))
)
ROSTER = Roster()
for each in (ROSAS, AMINAS, IMANS, IBOUS):
    ROSTER = add_card(ROSTER, each)
CHOSEN = Chosen(Aim.READ, "am", ("ተናገርኩ", "ሌላ"), ((), ()))


def job(chosen: Chosen = CHOSEN) -> SealedJob:
    """One of Rosa's to Iman."""
    return write_job(chosen, "en", IMANS, ROSTER, card=card_id(ROSAS), key=ROSA.signing_key, now=NOW)


def handed(sealed: SealedJob, roster: Roster = ROSTER) -> HandedJob:
    """As the server hands it out."""
    return HandedJob(sealed, sign_roster(Roster((find(roster, "Rosa"),)), SERVER))


def find(roster: Roster, name: str) -> Any:
    """A card by name."""
    return next(card for card in roster.cards if card.name == name)


def answered(sealed: SealedJob, *texts: str) -> SealedRendering:
    """Iman's answer."""
    found = open_handed(handed(sealed), sealed.case, IMAN.identity, card=card_id(IMANS), server_keys=KEYS)
    return write_rendering(found, texts, card=card_id(IMANS), key=IMAN.signing_key, now=NOW + 60)


def read(
    sealed: SealedJob,
    answer: SealedRendering | None = None,
    keys: ResponderKeys = AMINA,
    roster: Roster = ROSTER,
) -> Interpreted:
    """As somebody reads it with the case."""
    moment = datetime.fromtimestamp(NOW, UTC)
    state = JobState.WAITING if answer is None else JobState.ANSWERED
    told = CaseJob(job=sealed, state=state, changed_at=moment, expires_at=moment, answer=answer)
    (found,) = read_jobs(CaseJobs((told,), sign_roster(roster, SERVER)), keys.identity, KEYS)
    return found


def test_what_was_written_can_be_chosen_and_nothing_else() -> None:
    """Not what was tapped, not what was taken back; each once, by an id that follows from its words."""
    case = opened(DAWIT, "help me", "help me", "they beat us")
    texts = {each.text: each for each in choosable(case, WORDING, LEXICON)}

    lines = [line for session in case.sessions for line in session.answers]
    written = {line.answer_text for line in lines if isinstance(line.answer, Wrote)}
    assert {"help me", "they beat us"} | written <= set(texts)
    tapped = {label.text for line in lines for label in line.choices}
    assert not tapped & set(texts)
    assert all(each.id == text_id(each.text) for each in texts.values())
    assert "help me" not in repr(texts["help me"])


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("they beat us every night", ()),
        ("call me at +251 91 123 4567 please", ("+251911234567",)),
        ("my boss is @longhaired_boss", ("@longhaired_boss",)),
        ("we are in KK Park now", ("KK Park",)),
        ("room 12 345", ("12 345",)),
        ("the code is ٤٥٦٧٨", ("45678",)),
        ("write to a.b@example.org", ("a.b@example.org",)),
    ],
)
def test_what_could_say_who_somebody_is_asks_for_a_look(text: str, marked: tuple[str, ...]) -> None:
    """Known sites, numbers in any digits, handles and addresses; other words do not."""
    case = opened({}, text)
    (found,) = choosable(case, WORDING, LEXICON)
    assert set(marked) <= set(found.telling)
    assert bool(found.telling) == bool(marked)
    assert choose(case, [found.id], WORDING, LEXICON).tells == bool(marked)
    assert draft(case, text, "en", WORDING, LEXICON).tells == bool(marked)


def test_an_answer_about_who_or_where_asks_for_a_look_whatever_it_says() -> None:
    """By its question; a name that was given there is found in every other text too."""
    case = opened(DAWIT, "all is quiet")
    named = {each.text: each.telling for each in choosable(case, WORDING, LEXICON)}
    assert named["all is quiet"] == ()
    asked = {str(line.question): line.answer_text for session in case.sessions for line in session.answers}
    assert WORDING("interpret_named") in named[asked["place"]]
    missing = opened(ALMAZ, "they say that hanna is ill")
    told = {each.text: each.telling for each in choosable(missing, WORDING, LEXICON)}
    assert told["they say that hanna is ill"] == ("hanna",)
    assert WORDING("interpret_named") in told["Hanna B."]


def test_a_look_is_not_needed_once_it_is_taken_out() -> None:
    """And what stands there instead tells the interpreter that something was left out."""
    case = opened({}, "call +251 91 123 4567 tonight")
    (found,) = choosable(case, WORDING, LEXICON)
    chosen = choose(case, [found.id], WORDING, LEXICON, without=["+251 91 123 4567"])
    assert (chosen.texts, chosen.tells) == ((f"call {LEFT_OUT} tonight",), False)
    again = edited(case, chosen, [f"call {LEFT_OUT} at 0911 234 567"], WORDING, LEXICON)
    assert again.tells
    assert leave_out("Maria and maria", ["MARIA", " "]) == f"{LEFT_OUT} and {LEFT_OUT}"


@pytest.mark.parametrize(
    "texts", [(), ("",), (LEFT_OUT,), (f" {LEFT_OUT} ",), ("x",) * (MOST_TEXTS + 1), ("x" * 4097,)]
)
def test_nothing_and_too_much_do_not_go(texts: tuple[str, ...]) -> None:
    """An interpreter has to have something to read, and not a whole case."""
    with pytest.raises(WordsWrong):
        edited(opened({}, "x"), CHOSEN, texts, WORDING, LEXICON)


def test_an_id_that_names_no_one_text_is_refused() -> None:
    """None, and one that is not there; the beginning of one is enough."""
    case = opened({}, "help me")
    for name in ("", "ffffffff0"):
        with pytest.raises(WordsWrong):
            choose(case, [name], WORDING, LEXICON)
    assert choose(case, [text_id("help me")[:4]], WORDING, LEXICON).texts == ("help me",)


@given(st.lists(st.text(alphabet="ab c", max_size=6), min_size=2, max_size=5))
def test_a_text_with_words_taken_out_stands_for_its_original(pieces: list[str]) -> None:
    """Whatever stood there; other words around it do not."""
    original = "XYZ".join(pieces)
    assert stands_for(LEFT_OUT.join(pieces), original)
    assert stands_for(original, original)
    assert not stands_for(f"q{LEFT_OUT.join(pieces)}", original)
    assert not stands_for(f"{LEFT_OUT.join(pieces)}q", original)
    assert not stands_for(f"{LEFT_OUT}q{LEFT_OUT}", original)


def test_only_the_named_interpreter_and_the_class_open_a_job() -> None:
    """The interpreter learns who asks, and of the readers their keys alone; what it is called follows from nothing."""
    sealed = job()
    found = open_handed(handed(sealed), sealed.case, IMAN.identity, card=card_id(IMANS), server_keys=KEYS)
    assert found.content.texts == CHOSEN.texts
    assert (found.content.language, found.content.into, found.asker.name) == ("am", "en", "Rosa")
    assert set(found.content.readers) == {ROSAS.recipient, AMINAS.recipient}
    assert "Amina" not in str(found)
    assert job().case != sealed.case
    assert read(sealed).texts == CHOSEN.texts
    for keys in (IBOU, EVE):
        with pytest.raises(NoMatch):
            unseal(sealed.sealed, [keys.identity])
    assert not any(text in f"{sealed!r}{found!r}" for text in CHOSEN.texts)


def test_an_answer_opens_for_the_readers_whom_the_asker_named() -> None:
    """Not for the interpreter, nor for whoever the server would add: it is not asked."""
    sealed = job()
    answer = answered(sealed, "I spoke", "another")
    found = read(sealed, answer)
    assert (found.answers, found.name, found.by, found.failure) == (
        ("I spoke", "another"),
        "Iman",
        "Rosa",
        "",
    )
    for keys in (IMAN, IBOU, EVE):
        with pytest.raises(NoMatch):
            unseal(answer.sealed, [keys.identity])


@pytest.mark.parametrize("texts", [(), ("one",), ("one", " "), ("one", "two", "three"), ("one", "x" * 8193)])
def test_each_text_needs_its_answer(texts: tuple[str, ...]) -> None:
    """Neither fewer nor more, none empty, none without end."""
    with pytest.raises(WordsWrong):
        answered(job(), *texts)


def test_what_fails_a_check_is_not_believed() -> None:
    """A job of another asker or for another; an answer to another job, by another, with another number of texts."""
    sealed, other = job(), job()
    answer = answered(sealed, "a", "b")
    assert read(sealed, answered(other, "a", "b")).failure == "WrongRendering"
    assert read(replace(sealed, card=card_id(AMINAS))).failure == "BadSignature"
    assert read(sealed, replace(answer, card=card_id(IBOUS))).failure == "BadSignature"
    one = job(Chosen(Aim.READ, "am", ("ተናገርኩ",), ((),)))
    short = open_handed(handed(one), one.case, IMAN.identity, card=card_id(IMANS), server_keys=KEYS)
    cut = write_rendering(short, ("a",), card=card_id(IMANS), key=IMAN.signing_key, now=NOW)
    assert read(sealed, cut).failure == "WrongRendering"
    gone = Roster(tuple(card for card in ROSTER.cards if card.name != "Iman"))
    assert (found := read(sealed, answer, roster=gone)).failure == "UnknownKey"
    assert (found.texts, found.answers) == ((), ())
    later = read(sealed, answer, keys=EVE)
    assert (later.failure, later.aim, later.texts) == ("", None, ())


def test_an_interpreter_takes_only_what_they_asked_for() -> None:
    """Another job, one for another, one by somebody whom the server does not name, one of another server."""
    sealed = job()

    def opening(
        told: HandedJob, name: str = sealed.case, keys: ResponderKeys = IMAN, card: Any = IMANS
    ) -> None:
        open_handed(told, name, keys.identity, card=card_id(card), server_keys=KEYS)

    with pytest.raises(WrongJob):
        opening(handed(sealed), job().case)
    with pytest.raises(WrongJob):
        opening(handed(sealed), card=IBOUS)
    with pytest.raises(UnknownKey):
        opening(HandedJob(sealed, sign_roster(Roster((AMINAS,)), SERVER)))
    with pytest.raises(UnknownKey):
        opening(HandedJob(sealed, sign_roster(Roster((ROSAS,)), SigningKey.generate())))
    with pytest.raises(BadSignature):
        opening(HandedJob(sealed, Roster((ROSAS,))))


def test_what_came_back_stands_beside_its_original_and_says_who_made_it() -> None:
    """Beside a text with words taken out too; a draft of ours stands beside nothing, and is known by its words."""
    sealed = job(Chosen(Aim.READ, "am", (f"call {LEFT_OUT} now",), ((),)))
    found = read(sealed, answered(sealed, "ring \u202e me"))
    made = beside([found], ["call 123 now", "call now", "other"], WORDING)
    assert list(made) == ["call 123 now"]
    ((rendered,),) = made.values()
    assert (rendered.text.text, rendered.credit) == ("ring  me", "Interpreted by Iman, not checked")
    (line,) = job_lines([found], WORDING)
    assert (line.state, line.may_withdraw, line.may_take) == ("Answered by Iman", False, False)
    (waits,) = job_lines([read(sealed)], WORDING)
    assert (waits.may_withdraw, waits.credit) == (True, "")

    own = job(Chosen(Aim.WRITE, "en", ("We shall write.",), ((),)))
    back = read(own, answered(own, " እንጽፋለን "))
    assert beside([back], ["We shall write."], WORDING) == {}
    assert dict(drafts([found, back])) == {"እንጽፋለን": "Iman"}
    assert job_lines([back], WORDING)[0].may_take


def test_the_language_of_an_interpreters_words_is_not_doubted() -> None:
    """Of exactly these words in this case; what belongs to another case still is; the lock forgets them."""
    shift, case, other = Shift(lambda: 0.0), opened({}).header.id, opened({}).header.id + "x"
    words = "Thank you, we will help you today"
    assert shift.doubts(words, "sw", case, WORDING)
    shift.memory.drafts[case] = {words: "Iman"}
    assert shift.doubts(words, "sw", case, WORDING) == ()
    assert shift.doubts(words + " all", "sw", case, WORDING)
    assert shift.doubts(words, "sw", other, WORDING)  # type: ignore[arg-type]
    shift.memory.forget()
    assert shift.doubts(words, "sw", case, WORDING)
    assert Memory().drafts == {}


def test_an_interpreter_is_named_by_name_or_id() -> None:
    """One of them, and nobody of another class."""
    cards = interpreters(ROSTER)
    assert [card.name for card in cards] == ["Iman", "Ibou"]
    assert pick(cards, " iman ") == IMANS
    assert pick(cards, card_id(IBOUS)[:6]) == IBOUS
    for named in ("", "Rosa", card_id(ROSAS)):
        with pytest.raises(ColleagueUnclear):
            pick(cards, named)
