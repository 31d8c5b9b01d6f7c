"""From an opened case to sentences: what stands first, what is kept apart, what is never shown."""

from __future__ import annotations

import json

import msgspec
import pytest

from flows.definition import question_context
from flows.summary import decode_part
from flows.turn import Command, Control, Input, LanguageInput, LocationInput, TextInput
from protocol.audience import Tier
from protocol.desk import Urgency
from responder.lexicon import lexicon, own_definitions, vocabulary
from responder.lines import clean, short
from responder.opened import OpenedCase, Unread, merge_sessions
from responder.printing import print_case
from responder.reader import read_case
from responder.reading import Reading
from tests.unit.test_responder.told import DANGER, ONLY_HELP, TAKEN_BACK, header, parts, tap, tell


def opened(inputs: tuple[Input, ...], urgency: Urgency = Urgency.CRITICAL) -> OpenedCase:
    """A case as it comes off the desk."""
    found = [(1, decode_part(body)) for body in parts(tell(inputs)).values()]
    return OpenedCase(header("dangerdanger", urgency), merge_sessions(found))


def read(case: OpenedCase) -> Reading:
    """Its reading in English."""
    return read_case(case, *vocabulary("en", ()))


def test_the_rule_is_the_headline() -> None:
    """The first line says in plain words why it is urgent."""
    reading = read(opened(DANGER))

    assert reading.urgency_word == "Critical"
    assert reading.urgency_line.text == "Hurt or threatened now."
    assert reading.urgency_rule == "C1"


def test_what_made_it_urgent_stands_first_with_its_answer() -> None:
    """The finding that the rule names, the question asked and the very choice."""
    first, *others = read(opened(DANGER)).reasons

    assert first.urgent
    assert not any(reason.urgent for reason in others)
    assert [said.answer.text for said in first.evidence] == ["I am hurt or threatened now"]


def test_declined_is_not_no() -> None:
    """A skipped question and one not known read as such, and stay unknown."""
    reading = read(opened(DANGER))
    declined = {said.question.text: said.answer.text for said in reading.answers if said.declined}
    word = next(asked for asked in declined if asked.startswith("Please write one word"))

    assert declined == {
        "How old are you?": "Skipped",
        word: "Skipped",
        "Do you know the place where you are?": "Does not know",
    }
    assert "How old are you?" in [each.question.text for each in reading.unknown]


def test_a_changed_answer_is_shown_with_what_it_was() -> None:
    """Whoever holds the phone may page back: both stand."""
    (changed,) = read(opened(DANGER)).changed

    assert changed.answer.text == "The bosses keep it"
    assert [old.answer.text for old in changed.before] == ["I have it"]


def test_one_more_tick_is_no_change_of_mind() -> None:
    """Each tick of a list is an answer in the log; only what was taken back is a change."""
    ticks = (*DANGER[:3], tap("hurt_now"), tap("sold_soon"), tap("hiding"))
    taken_back = (*ticks, tap("sold_soon"))

    assert read(opened(ticks)).changed == ()
    (changed,) = read(opened(taken_back)).changed
    assert [old.answer.text.count(";") for old in changed.before] == [2]


def test_a_place_that_was_written_again_is_a_change() -> None:
    """What was typed first stands as what it was before."""
    again = (*DANGER[:-3], TextInput("elsewhere", message=7, edited=True))

    (changed,) = read(opened(again)).changed

    assert changed.answer.text == "elsewhere"
    assert [old.answer.text for old in changed.before] == ["KK Park [31mred"]


def test_the_contacts_own_words_stand_beside() -> None:
    """Questions and answers in both languages; what was typed stays, marked with its language."""
    reading = read(opened(DANGER))
    danger = next(said for said in reading.answers if said.answer.text == "I am hurt or threatened now")

    assert danger.own_answer.text == "«I am hurt or threatened now»"
    assert (danger.own_answer.language, danger.own_answer.rtl) == ("ar", True)
    assert reading.words[0].text.text == "أرجوكم ساعدوني"
    assert reading.words[0].during.text == "Tap all that are true for you today. Then tap Done."


def test_own_words_are_not_repeated_for_a_reader_of_that_language() -> None:
    """One column is enough where both read the same."""
    reading = read(opened(ONLY_HELP, Urgency.MEDIUM))

    assert not any(said.own_question for said in reading.answers)


def test_media_is_noted() -> None:
    """What cannot be shown yet is said to have come."""
    words = read(opened(DANGER)).words[1]

    assert words.kind == "Photo"
    assert not words.text


def test_an_edited_message_shows_what_it_said_before() -> None:
    """Nothing that was written is lost by an edit."""
    inputs = (*DANGER[:2], TextInput("first", message=5), TextInput("second", message=5, edited=True))

    (words,) = read(opened(inputs)).words

    assert words.text.text == "second"
    assert [old.text for old in words.before] == ["first"]


def test_the_queue_never_lowers_what_the_answers_say() -> None:
    """The higher of the two stands, and a difference is said."""
    raised = read(opened(ONLY_HELP, Urgency.CRITICAL))
    lowered = read(opened(DANGER, Urgency.LOW))

    assert raised.urgency == "critical"
    assert raised.raised
    assert "Critical" in raised.urgency_line.text
    assert lowered.urgency == "critical"
    assert not lowered.raised


def test_a_danger_that_was_taken_back_stands_under_the_headline() -> None:
    """The rule of the lower grade explains nothing: the queue is named, and what was said and taken back."""
    reading = read(opened(TAKEN_BACK))

    assert reading.urgency == "critical"
    assert reading.urgency_line.text.startswith("The queue says Critical")
    (said,) = reading.taken_back
    assert [old.answer.text for old in said.before] == ["I am hurt or threatened now"]
    assert said.answer.text == "None of these"
    assert reading.history == ()


def test_a_changed_answer_stays_at_the_end_where_the_grade_stands() -> None:
    """Nothing stands before why it is urgent when the answers themselves say why."""
    reading = read(opened(DANGER))

    assert reading.taken_back == ()
    assert reading.history == reading.changed != ()


def test_a_place_is_not_called_missing() -> None:
    """A location is kept, as the answer about the place; a photo is not here yet."""
    place = LocationInput(16.7131, 98.569_6, message=8)
    reading = read(opened((*DANGER[:6], place)))

    assert [(words.kind, words.absent) for words in reading.words] == [("Wrote", False), ("Place", False)]
    assert "16.713100, 98.569600" in [said.answer.text for said in reading.route]
    assert read(opened(DANGER)).words[1].absent


def test_safety_and_consent_come_in_words() -> None:
    """A watched phone stands apart; what was not said is not a yes."""
    reading = read(opened(DANGER))

    assert reading.watched
    assert [(agreement.line.text, agreement.given) for agreement in reading.consents] == [
        ("Our organisation reads it", True),
        ("Tell the embassy", None),
        ("Tell the home police", None),
    ]


def test_words_typed_into_the_tool_later_take_back_nothing_that_was_agreed() -> None:
    """They are a session of their own, in which nothing was asked: the terms and the yes of before still stand."""
    case = opened(DANGER)
    later = [
        (2, decode_part(body)) for body in parts(tell((TextInput("hi", message=9),), session="s2")).values()
    ]
    both = OpenedCase(case.header, (*case.sessions, *merge_sessions(later)))

    assert read(both).consents == read(case).consents
    assert read(both).safety == read(case).safety
    assert read(both).language_name == read(case).language_name


def test_that_somebody_came_back_from_another_account_is_told() -> None:
    """Whoever has the number could be another."""
    case = opened(DANGER)
    back = msgspec.structs.replace(case.sessions[0], returned=2)
    case = OpenedCase(case.header, (back,))

    assert any(text.text.startswith("They went on from another account") for text in read(case).screen)
    assert json.loads(print_case(case))["returned"] == 2


@pytest.mark.parametrize(
    ("left", "wiped", "stuck", "lines"),
    [
        (False, 0, 0, []),
        (False, 2, 0, ["Wiped from the phone: 2 of 2 messages."]),
        (True, 1, 2, ["They closed the chat", "Wiped from the phone: 1 of 3 messages; 2 too old."]),
    ],
)
def test_what_became_of_the_screen_is_told(left: bool, wiped: int, stuck: int, lines: list[str]) -> None:
    """Whoever opens the case knows whether something is left on the phone, beside how they may write."""
    case = opened(DANGER)
    before = msgspec.structs.replace(case.sessions[0], left=left, wiped=wiped, stuck=stuck)
    case = OpenedCase(case.header, (before, *case.sessions))
    document = json.loads(print_case(case))
    said = [text.text for text in read(case).screen]

    assert len(said) == len(lines)
    assert all(text.startswith(line) for text, line in zip(said, lines, strict=True))
    assert document["left_by_exit"] is left
    assert document["screen"] == {"wiped": wiped, "of": wiped + stuck, "too_old": stuck}


def test_the_way_is_gathered() -> None:
    """Stage and place stand together, whatever questions they came from."""
    told = [said.answer.text for said in read(opened(DANGER)).route]

    assert told == ["At the work place", "Cambodia", "KK Park [31mred"]


def test_a_country_is_named_in_the_readers_language() -> None:
    """A tapped one; what somebody typed stands as they typed it."""
    reading = read_case(opened(DANGER), *vocabulary("es", ()))

    assert "Camboya" in [said.answer.text for said in reading.route]
    assert "KK Park [31mred" in [said.answer.text for said in reading.route]


OTHER_TROUBLE = (
    LanguageInput("ar"),
    tap("something_else"),
    tap("hurt_home"),
    tap("hurt_now"),
    Command(Control.DONE),
    tap("PH"),
)
"""Somebody who is hurt at home."""


def test_where_somebody_is_stands_apart_behind_every_door() -> None:
    """Also where it is no compound: who goes there has to know the country first."""
    assert [said.answer.text for said in read(opened(OTHER_TROUBLE)).route] == ["Philippines"]


DEMAND = (
    LanguageInput("ar"),
    tap("about_other"),
    tap("keep_it"),
    tap("family_yes"),
    tap("money"),
    Command(Control.DONE),
    tap("yesterday"),
    TextInput("when the rain ends", message=5),
)
"""A relative who was given a time that no program can read."""


def test_what_could_not_be_read_is_told_beside_the_reason_that_rests_on_it() -> None:
    """Doubt counts as the more urgent: the reader sees that it was doubt."""
    proofs = [said for reason in read(opened(DEMAND)).reasons for said in reason.evidence]
    told = {said.answer.text: said.remark.text for said in proofs}

    assert told["when the rain ends"] == "could not be read as a time"


def test_a_question_without_its_question_mark_is_its_first_lines() -> None:
    """Bullets are for whoever reads the chat, not for whoever reads the case."""
    assert short("Here is how.\n\n• One.\n• Two?") == "Here is how."
    assert short("• One.\n• Two.") == "• One. • Two."


def test_every_question_is_read_in_the_readers_language() -> None:
    """Whichever part of the questionnaire it stands in."""
    found = own_definitions()
    words = lexicon(found, lambda context, source: f"<{context}> {source}")

    for question in found.whole.questions:
        told = f"<{question_context(found.whole, question)}> {question.text}"
        assert words.question(question.id, question.worded(question.text)) == question.worded(told)


def test_unread_parts_are_counted() -> None:
    """One sentence says how many and which checks."""
    case = opened(DANGER)
    one = OpenedCase(case.header, case.sessions, (Unread(1, Tier.WORDS, "BadSignature"),))
    two = OpenedCase(case.header, case.sessions, (*one.unread, Unread(2, Tier.WORDS, "WrongCase")))

    assert read(one).warnings == ("One part of this case failed its check and is not shown (BadSignature).",)
    assert "2 parts" in read(two).warnings[0]
    assert "BadSignature, WrongCase" in read(two).warnings[0]


def test_a_case_without_its_core_still_reads() -> None:
    """Words alone are read; the grade is the queue's."""
    found = [(1, decode_part(parts(tell(DANGER))[Tier.WORDS]))]
    reading = read(OpenedCase(header("c", Urgency.HIGH), merge_sessions(found)))

    assert reading.urgency == "high"
    assert reading.likelihood_word == "Too little is known"
    assert reading.reasons == ()
    assert [words.text.text for words in reading.words] == ["أرجوكم ساعدوني", ""]


def test_the_gravest_session_gives_the_grade() -> None:
    """Somebody who comes back calm has not made the first call untrue."""
    first = [(1, decode_part(body)) for body in parts(tell(DANGER)).values()]
    second = parts(tell(ONLY_HELP, session="s2", began=1_772_500_000)).values()
    both = merge_sessions([*first, *((2, decode_part(body)) for body in second)])

    reading = read(OpenedCase(header("c", Urgency.CRITICAL), both))

    assert reading.urgency_rule == "C1"
    assert [words.text.text for words in reading.words] == ["أرجوكم ساعدوني", "", "help"]


def test_an_empty_conversation_reads() -> None:
    """A language and nothing else is a case too."""
    reading = read(opened((LanguageInput("zh_Hans"),), Urgency.LOW))

    assert reading.language == "zh-Hans"
    assert reading.answers == ()


def test_another_organisations_flow_reads_from_its_own_texts() -> None:
    """Question and choice texts come with the case: the flow need not be here."""
    case = opened(DANGER)
    foreign = msgspec.structs.replace(case.sessions[0], flow="theirs")

    reading = read(OpenedCase(case.header, (foreign,)))

    assert reading.answers[1].answer.text == "I am hurt or threatened now"
    assert "How old are you?" in [each.question.text for each in reading.unknown]


def test_the_contract_is_kept() -> None:
    """`open --json` is case/1 with header/1 and assessment/1 inside."""
    document = json.loads(print_case(opened(DANGER)))

    assert document["schema"] == "case/1"
    assert document["header"]["schema"] == "header/1"
    assert document["summary"]["assessment"]["schema"] == "assessment/1"
    assert {"messages", "attachments", "links", "unread"} <= document.keys()
    assert document["summary"]["answers"][1]["answer"] == ["hurt_now"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\x1b[2Jgone", "[2Jgone"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\x00\x7f\x9b31m", "31m"),
    ],
)
def test_typed_text_cannot_steer_a_terminal(typed: str, shown: str) -> None:
    """Escape sequences and direction marks go; joiners that scripts need stay."""
    assert clean(typed) == shown


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Please tap the line that is true.\n\nWhere are you?", "Where are you?"),
        ("Tap all that are true. Then tap Done.", "Tap all that are true. Then tap Done."),
        ("Hello.\n\nWo bist du\uff1f\nNoch eine Zeile.", "Wo bist du\uff1f"),
        ("مرحبا\n\nأين أنت؟", "أين أنت؟"),
    ],
)
def test_a_question_is_shown_by_the_line_that_asks(question: str, asked: str) -> None:
    """The lines around it make the contact's screen safe and tell a responder nothing."""
    assert short(question) == asked


def test_english_needs_no_catalogue() -> None:
    """A card of languages that nobody translated reads in English."""
    wording, _ = vocabulary(None, ["xx"])

    assert wording.language == "en"
