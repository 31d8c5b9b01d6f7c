"""What the shipped questionnaire must be: short, warm, harmless at a glance, and never a dead end."""

import re

import pytest

from flows.definition import Flow, Kind, Then
from flows.ids import PhraseId, QuestionId, Tier
from flows.loading import Definitions
from flows.rubric import Rubric
from flows.rule import Dimension

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
    assert [question.when for question in flow.questions[:3]] == [None, None, None]


def test_every_question_of_the_first_path_is_there(flow: Flow) -> None:
    """The questions that the domain numbers and this path needs."""
    refs = {question.ref for question in flow.questions}

    assert {f"V{number}" for number in (0, 1, 2, 3, 4, 6, 7, 10, 11, 12, 13, 14, 18, 20, 22)} <= refs


def test_first_screen_says_the_truth(flow: Flow) -> None:
    """Who reads, that Telegram sees it, how long it is kept, how to erase it, and no promise."""
    text = flow.by_id[QuestionId("safe")].text

    for truth in (
        "organisation",
        "Telegram",
        "{days}",
        "erase",
        "cannot promise",
        "before you agree",
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
    texts += [phrase.text for phrase in definitions.phrases.values() if phrase.group in {"screen", "bot"}]

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
    """Whoever is not concerned can say so; `pay_by` is asked only of who said there is a price."""
    without = [
        question.id
        for question in flow.questions
        if question.fires and all(choice.fires for choice in question.choices)
    ]

    assert without == ["pay_by"]


def test_every_multiple_choice_has_one_that_stands_alone(flow: Flow) -> None:
    """'None of these' must not stand beside others."""
    without = [q.id for q in flow.questions if q.kind is Kind.MULTI and not any(c.alone for c in q.choices)]

    assert without == ["reply_hours"]


def test_only_the_safety_screen_pauses_or_ends(flow: Flow) -> None:
    """No other tap stops a conversation."""
    stops = [(q.id, c.id) for q in flow.questions for c in q.choices if c.then is not Then.GO_ON]

    assert stops == [("safe", "not_now"), ("safe", "disagree")]


def test_tiers_are_as_agreed(flow: Flow) -> None:
    """Forced acts, places, words and what identifies stand apart from the core."""
    tiers = {question.id: question.tier for question in flow.questions if question.tier is not Tier.CORE}

    assert tiers == {
        "place": Tier.LOCATION,
        "surroundings": Tier.LOCATION,
        "work": Tier.FORCED_ACTS,
        "sexual_work": Tier.FORCED_ACTS,
        "promise": Tier.WORDS,
        "code_word": Tier.IDENTITY,
    }


def test_free_words_are_never_in_the_core(flow: Flow) -> None:
    """What is typed belongs to a tier of its own."""
    assert not [q.id for q in flow.questions if q.kind in {Kind.TEXT, Kind.PLACE} and q.tier is Tier.CORE]


def test_sexual_harm_is_asked_only_after_a_yes(flow: Flow) -> None:
    """And never of a minor."""
    for name in ("sexual_harm", "sexual_work"):
        assert str(flow.by_id[QuestionId(name)].when) == "Chose(question='private', choices=('may_ask',))"
    assert "minor" in str(flow.by_id[QuestionId("private")].when)


def test_consents_default_to_none(flow: Flow) -> None:
    """Each consent has a yes and a no, and neither is given by anything else."""
    given: dict[str, set[bool]] = {}
    for question in flow.questions:
        for choice in question.choices:
            for name, yes in choice.consents.items():
                given.setdefault(name, set()).add(yes)

    assert given == {"organisation": {True, False}, "embassy": {True, False}, "home_police": {True, False}}


def test_sixty_indicators_and_their_dimensions(rubric: Rubric) -> None:
    """As the domain counts them."""
    counts = {each.value: 0 for each in Dimension}
    for item in rubric.rules.indicators:
        counts[item.dimension] += 1
    asked = [item.asked for item in rubric.rules.indicators]

    assert counts == {"DR": 14, "CR": 6, "VR": 5, "EX": 9, "CD": 21, "VD": 5}
    assert (sum("victim" in each for each in asked), sum("family" in each for each in asked)) == (58, 43)


def test_indicator_is_fired_only_where_the_domain_asks_it(flow: Flow, rubric: Rubric) -> None:
    """A question fires only indicators that name its number."""
    wrong = [
        (question.id, name)
        for question in flow.questions
        for name in question.fires
        if (item := rubric.indicators.get(name)) and question.ref not in item.asked["victim"]
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "ref", ["V2", "V3", "V4", "V5", "V6", "V7", "V10", "V11", "V12", "V13", "V14", "V18", "V20"]
)
def test_question_reveals_what_the_domain_says(flow: Flow, rubric: Rubric, ref: str) -> None:
    """Each indicator that names a question of this path is fired there or at another of its questions."""
    fired = {name for question in flow.questions for name in question.fires}
    missing = [
        item.id
        for item in rubric.rules.indicators
        if ref in item.asked.get("victim", ()) and item.id not in fired
    ]

    assert missing == []


def test_flags_that_nothing_asks_yet_are_known(flow: Flow, rubric: Rubric) -> None:
    """The next questionnaires bring these; `cut_off` comes from silence."""
    fired = {name for question in flow.questions for name in question.fires}

    assert sorted(rubric.flags.keys() - fired) == [
        "contact_lost_after_signs",
        "cut_off",
        "family_threat_dated",
        "others_departing_72h",
        "pregnant_or_disabled_care",
    ]
