"""What the shipped questionnaire must be: short, warm, harmless at a glance, and never a dead end."""

import re

import pytest

from flows.condition import AllOf, Chose, Fired, Not
from flows.definition import TICKED, Flow, Kind, Then
from flows.engine import begin, resume
from flows.ids import ChoiceId, FindingId, FlowId, PhraseId, QuestionId, Tier
from flows.loading import Definitions
from flows.rubric import Rubric
from flows.rule import Dimension
from flows.session import current
from flows.standing import stand
from flows.turn import ChoiceInput, LanguageInput

GLANCE = 40
TELLING = re.compile(
    r"passport|police|guard|boss|sex|hurt|money|pay\b|ransom|help|sold|escape|compound|scam|traffick|violen|torture|"
    r"threat|danger|organi|die\b|life\b|embassy|leave\b",
    re.IGNORECASE,
)
JUDGING = re.compile(r"victim|scam|fraud|illegal|criminal|confess|crime|traffick", re.IGNORECASE)
LONGEST_SENTENCE = 15


def shown(definitions: Definitions, flow: Flow) -> list[tuple[str, str]]:
    """List every text that a contact can see, with its context."""
    phrases = [
        (f"phrase.{p.id}", p.text) for p in definitions.phrases.values() if p.group in {"screen", "bot"}
    ]
    return [*flow.contexts(), *phrases]


def test_opening_is_language_safety_danger(flow: Flow) -> None:
    """In this one order, so that danger can be told in ninety seconds."""
    assert [question.id for question in flow.questions[:3]] == ["language", "safe", "danger"]
    assert [question.when for question in flow.questions[:2]] == [None, None]


def test_six_taps_tell_danger_age_place_and_a_way_back(flow: Flow) -> None:
    """Whoever is cut off after six taps has said what decides most."""
    session = begin(flow, id="s", now=0).session
    asked = [session.waiting_for]
    for given in ("en", "agree_safe", "none_of_these", "from_18_to_29", "MM", "any_time"):
        tap = LanguageInput(given) if given == "en" else ChoiceInput(ChoiceId(given))
        session = resume(flow, session, tap, now=1).session
        asked.append(session.waiting_for)

    assert asked[:6] == ["language", "safe", "danger", "age", "country", "reply"]


def test_every_door_is_on_the_second_screen(flow: Flow) -> None:
    """Two taps lead a family, or somebody whose trouble is another, to their own questions."""
    for door, path in (("about_other", "family"), ("something_else", "other"), ("agree_safe", "victim")):
        session = resume(flow, begin(flow, id="s", now=0).session, LanguageInput("en"), now=1).session
        session = resume(flow, session, ChoiceInput(ChoiceId(door)), now=2).session

        assert flow.by_id[session.waiting_for or QuestionId("")].part == path
        assert flow.path(stand(flow, current(session))) == path


def test_every_question_that_the_domain_numbers_is_there(definitions: Definitions) -> None:
    """V0 to V22 with V5b, F0 to F15 with F4b."""
    asked = {question.ref for question in definitions.whole.questions}

    assert {*(f"V{number}" for number in range(23)), "V5b"} <= asked
    assert {*(f"F{number}" for number in range(16)), "F4b"} <= asked


def test_first_screen_says_the_truth(flow: Flow) -> None:
    """Who reads, that Telegram sees it, how long it is kept, how to erase it, and no promise."""
    text = flow.by_id[QuestionId("safe")].text

    assert "What you send before you agree is locked too." in flow.by_id[QuestionId("fact_reading")].text
    assert "Without internet it does nothing." in text
    for truth in (
        "{word}",
        "organisation",
        "Telegram",
        "{days}",
        "erase",
        "cannot promise",
        "danger",
    ):
        assert truth in text


def test_screen_after_a_refusal_says_what_writing_means(definitions: Definitions) -> None:
    """Whoever refused is told that words are taken as asking, and so that the organisation reads them."""
    text = definitions.phrases[PhraseId("not_agreed")].text

    assert "If you write here, we take it as asking for help." in text


def test_question_about_life_says_what_it_asks(flow: Flow) -> None:
    """Several lines may have been tapped before: 'it' would not say which one is meant."""
    text = flow.by_id[QuestionId("life")].text

    assert "end your life" in text
    assert "do it" not in text


def test_question_about_police_holds_for_who_is_home_again(flow: Flow) -> None:
    """Nothing there is false for somebody who already is where these police are."""
    question = flow.by_id[QuestionId("tell_home_police")]

    assert "where you are" not in question.text
    assert "any other country" in question.text


def test_room_and_board_alone_is_no_dependency(flow: Flow) -> None:
    """Decent housing for staff is given by the boss too; having nothing without them is another thing."""
    (choice,) = (c for c in flow.by_id[QuestionId("leaving")].choices if "total_dependency" in c.fires)

    assert "no food or money" in choice.text


def test_texts_are_harmless_at_a_glance(definitions: Definitions, flow: Flow) -> None:
    """The first forty characters of a message may show on a locked phone; labels never do."""
    texts = [question.text for question in flow.questions]
    first = (phrase for phrase in definitions.phrases.values() if not phrase.id.startswith("line"))
    texts += [phrase.text for phrase in first if phrase.group in {"screen", "bot"}]

    assert [text[:GLANCE] for text in texts if TELLING.search(text[:GLANCE])] == []


def test_no_word_judges(definitions: Definitions, flow: Flow) -> None:
    """Nobody is called anything, and nothing sounds like an accusation."""
    assert [context for context, text in shown(definitions, flow) if JUDGING.search(text)] == []


def test_sentences_are_short(definitions: Definitions, flow: Flow) -> None:
    """About fifteen words at most, so that a tired person understands."""
    long = [
        (context, sentence)
        for context, text in shown(definitions, flow)
        for sentence in re.split(r"[.?!:\n]+", text)
        if len(sentence.split()) > LONGEST_SENTENCE
    ]

    assert long == []


def test_every_question_has_an_answer_that_fires_nothing(flow: Flow) -> None:
    """Whoever is not concerned can say so."""
    without = [
        question.id
        for question in flow.questions
        if question.choices and question.fires and all(choice.fires for choice in question.choices)
    ]

    assert without == []


def test_every_multiple_choice_has_one_that_stands_alone(flow: Flow) -> None:
    """'None of these' must not stand beside others."""
    without = [q.id for q in flow.questions if q.kind is Kind.MULTI and not any(c.alone for c in q.choices)]

    assert without == ["reply_hours", "family_reply_hours"]


def test_only_the_safety_screen_pauses_or_ends(flow: Flow) -> None:
    """No other tap stops a conversation."""
    stops = [(q.id, c.id) for q in flow.questions for c in q.choices if c.then is not Then.GO_ON]

    assert stops == [("safe", "not_now"), ("safe", "disagree"), ("erase_all", "erase_now")]


def test_forced_acts_stand_apart(flow: Flow) -> None:
    """What somebody was made to do, and accounts in their name, are a part of the case of their own."""
    telling = {"forced_scam_work", "accounts_or_identity_used", "sexual_exploitation", "forced_to_recruit"}
    wrong = [
        question.id
        for question in flow.questions
        if not telling.isdisjoint(question.fires) and question.tier is not Tier.FORCED_ACTS
    ]

    assert wrong == []
    assert {q.tier for q in flow.questions if q.ref in {"V18", "F11"}} <= {Tier.FORCED_ACTS}


def test_free_words_are_never_in_the_core(flow: Flow) -> None:
    """What is typed belongs to a tier of its own."""
    typed = set(Kind) - TICKED - {Kind.LANGUAGE, Kind.NUMBER, Kind.WHEN, Kind.LOCAL_TIME}

    assert not [q.id for q in flow.questions if q.kind in typed and q.tier is Tier.CORE]


def test_sexual_harm_is_asked_only_after_a_yes(flow: Flow) -> None:
    """And never of a minor."""
    for name in ("sexual_harm", "sexual_work", "drugs"):
        parts = flow.by_id[QuestionId(name)].when
        assert isinstance(parts, AllOf)
        assert Chose(QuestionId("private"), (ChoiceId("may_ask"),)) in parts.of
        assert Not(Fired((FindingId("minor"),))) in parts.of


def test_consents_default_to_none(flow: Flow) -> None:
    """Each consent has a yes and a no, and neither is given by anything else."""
    given: dict[str, set[bool]] = {}
    for question in flow.questions:
        for choice in question.choices:
            for name, yes in choice.consents.items():
                given.setdefault(name, set()).add(yes)

    both = {True, False}
    assert given == dict.fromkeys(
        ("organisation", "embassy", "home_police", "police_forced_acts", "local_police", "statistics"), both
    )


def test_sixty_indicators_and_their_dimensions(rubric: Rubric) -> None:
    """As the domain counts them."""
    counts = {each.value: 0 for each in Dimension}
    for item in rubric.rules.indicators:
        counts[item.dimension] += 1
    asked = [item.asked for item in rubric.rules.indicators]

    assert counts == {"DR": 14, "CR": 6, "VR": 5, "EX": 9, "CD": 21, "VD": 5}
    assert (sum("victim" in each for each in asked), sum("family" in each for each in asked)) == (58, 43)


PATHS = {"victim": "V", "family": "F"}


@pytest.mark.parametrize("path", PATHS)
def test_indicator_is_fired_only_where_the_domain_asks_it(
    definitions: Definitions, rubric: Rubric, path: str
) -> None:
    """A question fires only indicators that name its number."""
    wrong = [
        (question.id, name)
        for question in definitions.flows[FlowId(path)].questions
        for name in question.fires
        if (item := rubric.indicators.get(name)) and question.ref not in item.asked.get(path, ())
    ]

    assert wrong == []


@pytest.mark.parametrize("path", PATHS)
def test_every_indicator_is_asked_on_each_path_that_it_claims(
    definitions: Definitions, rubric: Rubric, path: str
) -> None:
    """No sign is in the rubric that nobody can tell."""
    fired = {name for question in definitions.flows[FlowId(path)].questions for name in question.fires}
    claimed = {item.id for item in rubric.rules.indicators if path in item.asked}

    assert claimed - fired == set()


def test_every_flag_can_be_told(flow: Flow, rubric: Rubric) -> None:
    """`cut_off` comes from silence, `check_in_missed` from the clock, `duress` from a word."""
    fired = {name for question in flow.questions for name in question.fires}

    assert sorted(rubric.flags.keys() - fired) == ["check_in_missed", "cut_off", "duress"]
