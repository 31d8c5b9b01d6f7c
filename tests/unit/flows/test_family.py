"""The family's questionnaire and the fourth door: danger first, every sign a family can know, and nothing told back."""

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from flows.answer import Answer, Chosen, Decline, Declined, Place, When
from flows.definition import Flow, Kind, Question
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.ids import ChoiceId, PhraseId, QuestionId, Tier
from flows.loading import Definitions
from flows.rubric import Rubric
from flows.saying import Speech
from flows.scoring import assess
from flows.session import Session, current
from flows.sharing import shareable
from flows.standing import stand
from flows.summary import CasePart
from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, LocationInput, Screen, TextInput
from flows.writing import contact_safety, summarise

GLANCE = 40
LONGEST_SENTENCE = 15
TELLING = re.compile(
    r"passport|police|guard|boss|sex|hurt|money|pay\b|ransom|help|sold|escape|compound|scam|traffick|violen|torture|"
    r"threat|danger|organi|die\b|life\b|embassy|leave\b",
    re.IGNORECASE,
)
JUDGING = re.compile(r"victim|scam|fraud|illegal|criminal|confess|crime|traffick", re.IGNORECASE)
STATUS = re.compile(
    r"we (know|found|have|hold|see) (of |a |the )?(him|her|them|person|case)|we are looking|located|rescued|"
    r"(he|she|person) is (alive|safe|there|free)\b|on (our|a) list|\{(?!days\})",
    re.IGNORECASE,
)
PLAIN_NO = {"family_now": "none_of_these", "family_more": "to_the_end"}


@pytest.fixture(scope="module")
def whole(definitions: Definitions) -> Flow:
    """Give the questionnaire with all its paths."""
    return definitions.whole


def part(flow: Flow, name: str) -> list[Question]:
    """List the questions of one part."""
    return [question for question in flow.questions if question.part == name]


def texts(definitions: Definitions, name: str) -> Iterator[tuple[str, str]]:
    """List every text that a contact sees in one part: questions, choices, and the phrases above them."""
    for question in part(definitions.whole, name):
        yield question.id, question.text
        choices = () if question.kind is Kind.COUNTRY else question.choices
        yield from ((f"{question.id}.{choice.id}", choice.text) for choice in choices)
        yield from ((note.phrase, definitions.phrases[note.phrase].text) for note in question.notes)


def walk(flow: Flow, *taps: str) -> Session:
    """Begin in English and tap these choices; `done`, `skip` and `unknown` are the controls."""
    session = begin(flow, id="s", now=0, language="en").session
    for tap in taps:
        session = resume(flow, session, given(tap), now=0).session
    return session


def given(tap: str) -> Input:
    """Give the input of a tap."""
    controls = [control for control in Control if control == tap]
    return Command(controls[0]) if controls else ChoiceInput(ChoiceId(tap))


def family(flow: Flow, *taps: str) -> Session:
    """Go through the door of whoever writes about somebody else, agree, and tap on."""
    return walk(flow, "about_other", "keep_it", "family_yes", *taps)


def urgency(flow: Flow, rubric: Rubric, session: Session) -> str:
    """Grade the session as it stands."""
    return assess(rubric, gather(flow, rubric, session)).urgency


def fired(flow: Flow, **answers: Answer) -> frozenset[str]:
    """Tell what these answers fire."""
    return stand(flow, {QuestionId(name): answer for name, answer in answers.items()}).fired


def tap(*choices: str) -> Chosen:
    """Give the answer of tapped choices."""
    return Chosen(tuple(map(ChoiceId, choices)))


def test_right_now_is_told_by_the_fourth_tap(whole: Flow, rubric: Rubric) -> None:
    """Language, door, agreeing: the fourth tap can already raise the alarm."""
    session = begin(whole, id="s", now=0).session
    for step in (
        LanguageInput("en"),
        given("about_other"),
        given("keep_it"),
        given("family_yes"),
        given("hurt_now"),
    ):
        session = resume(whole, session, step, now=0).session

    assert session.waiting_for == "family_now"
    assert urgency(whole, rubric, session) == "critical"


def test_family_is_told_the_truth_before_it_agrees(whole: Flow) -> None:
    """That we check who writes, never say where a person is or whether we know of them, and never ask for money."""
    text = whole.by_id[QuestionId("family_agree")].text

    for truth in (
        "We check who writes",
        "never send back where",
        "never say if we know",
        "never ask for money",
    ):
        assert truth in text


def test_every_number_of_the_domain_is_asked(whole: Flow) -> None:
    """F0 to F15, and F4b."""
    assert {question.ref for question in part(whole, "family")} == {*(f"F{n}" for n in range(16)), "F4b"}


def test_every_indicator_that_a_family_can_know_is_fired_where_the_domain_asks_it(
    whole: Flow, rubric: Rubric
) -> None:
    """All 43, each at every one of its numbers and at no other."""
    asked = {(item.id, ref) for item in rubric.rules.indicators for ref in item.asked.get("family", ())}
    told = {
        (name, question.ref)
        for question in part(whole, "family")
        for name in question.fires
        if name in rubric.indicators
    }

    assert told == asked
    assert len({name for name, _ in told}) == 43


def test_every_flag_that_a_family_can_know_is_fired(whole: Flow, rubric: Rubric) -> None:
    """All but the one that comes from silence."""
    told = {name for question in part(whole, "family") for name in question.fires}

    assert rubric.flags.keys() - told == {"cut_off", "duress", "check_in_missed"}


def test_fourth_door_fires_no_indicator(whole: Flow, rubric: Rubric) -> None:
    """Other trouble is urgent or not; it is never weighed as a sign of being held."""
    told = {name for question in part(whole, "other") for name in question.fires}

    assert told == {
        *("suicide_thoughts", "suicide_imminent", "danger_now", "medical_emergency"),
        *("minor", "device_watched", "asked_for_help"),
    }


TODAY, YESTERDAY, FIVE_DAYS_AGO = tap("today"), tap("yesterday"), When(relative_days=-5)
LONG_AGO, UNKNOWN = tap("long_ago"), Declined(Decline.UNKNOWN)
IN_A_DAY = When(at="2026-05-12T08:00:00+07:00", zone_known=True, hours=(10, 34))
IN_A_MONTH = When(at="2026-06-12", hours=(700, 760))


@pytest.mark.parametrize(
    ("came", "by", "flag"),
    [
        (FIVE_DAYS_AGO, When(relative_days=2), "ransom_deadline_72h"),
        (FIVE_DAYS_AGO, tap("three_days"), "ransom_deadline_72h"),
        (tap("this_week"), tap("three_days"), "ransom_deadline_72h"),
        (TODAY, tap("one_day"), "ransom_deadline_72h"),
        (TODAY, tap("three_days"), "ransom_deadline_72h"),
        (YESTERDAY, tap("one_week"), "ransom_no_date"),
        (TODAY, tap("longer"), "ransom_no_date"),
        (YESTERDAY, tap("no_day"), "ransom_no_date"),
        (UNKNOWN, tap("one_week"), "ransom_deadline_72h"),
        (UNKNOWN, tap("no_day"), "ransom_no_date"),
        (LONG_AGO, tap("longer"), "ransom_deadline_72h"),
        (When(relative_days=-20), IN_A_DAY, "ransom_deadline_72h"),
        (When(relative_days=-20), When(relative_days=1), "ransom_deadline_72h"),
        (When(relative_days=-20), When(relative_days=21), "ransom_deadline_72h"),
        (TODAY, IN_A_MONTH, "ransom_no_date"),
        (TODAY, When(text="before the feast"), "ransom_deadline_72h"),
    ],
)
def test_deadline_counts_from_when_the_demand_arrived(
    whole: Flow, came: Answer, by: Answer, flag: str
) -> None:
    """A typed date stands by itself, typed days may be meant both ways, and doubt is read as urgent."""
    assert fired(whole, family_demand_came=came, family_demand_by=by) == {flag}


def test_money_asked_for_is_urgent_before_any_date_is_known(whole: Flow, rubric: Rubric) -> None:
    """Whoever is cut off before the question about the day has told enough for a high urgency."""
    assert urgency(whole, rubric, family(whole, "money")) == "high"
    assert urgency(whole, rubric, family(whole, "money_sent")) == "high"
    assert urgency(whole, rubric, family(whole, "money_soon")) == "critical"


def test_day_of_the_demand_is_asked_at_once_wherever_it_is_told(whole: Flow) -> None:
    """Right after the right-now question, or as soon as it is told later."""
    first = family(whole, "money", "done")
    later = replace(family(whole, "none_of_these"), waiting_for=QuestionId("family_demands"))
    told = resume(whole, later, given("money"), now=0).session

    assert first.waiting_for == "family_demand_came"
    assert prompt(whole, first).note == "family_money"
    assert resume(whole, first, given("skip"), now=0).session.waiting_for == "family_demand_by"
    assert resume(whole, told, given("done"), now=0).session.waiting_for == "family_demand_came"


def test_wish_to_die_is_asked_about_first(whole: Flow) -> None:
    """Before the money, whatever else was tapped."""
    session = family(whole, "money", "end_life", "done")

    assert session.waiting_for == "family_life"
    assert (
        "suicide_imminent"
        in stand(whole, current(resume(whole, session, given("soon"), now=0).session)).fired
    )


def test_first_taps_come_in_their_order(whole: Flow) -> None:
    """Age, where they are, how to write back, home, and where the family is; then where things stand."""
    session, seen = family(whole, "none_of_these"), []
    for _ in range(6):
        seen.append(session.waiting_for)
        session = resume(whole, session, given("skip"), now=0).session

    assert seen == [
        *("family_age", "family_country", "family_reply", "family_home", "family_here", "family_stage")
    ]


def test_family_that_wants_to_be_brief_sees_some_25_screens(whole: Flow) -> None:
    """From the first question of theirs to the last one of their part."""
    session, seen = walk(whole, "about_other"), []
    while not session.ended and session.waiting_for is not None:
        seen.append(session.waiting_for)
        wanted = {"family_agree": "family_yes", **PLAIN_NO}.get(session.waiting_for, "skip")
        session = resume(whole, session, given(wanted), now=0).session

    assert len([name for name in seen if whole.by_id[name].part == "family"]) == 25


def test_lines_are_for_where_the_family_is(whole: Flow) -> None:
    """A number that works where the missing person is cannot be dialled from home."""
    session = family(whole, "hurt_now", "done", "skip", "MM", "skip", "VN", "PH")
    due = prompt(whole, session)

    assert (session.waiting_for, due.note, due.where, due.home) == (
        "family_stage",
        "danger_lines",
        "PH",
        "VN",
    )


def test_country_of_another_path_does_not_count(whole: Flow) -> None:
    """Whoever goes back and takes another door is asked again where they are."""
    victim = walk(whole, "agree_safe", "none_of_these", "skip", "KH")
    there = resume(whole, victim, ChoiceInput(ChoiceId("about_other"), QuestionId("safe")), now=0).session

    assert prompt(whole, replace(victim, waiting_for=None)).where == "KH"
    assert prompt(whole, replace(there, waiting_for=None)).where is None


def test_point_that_is_sent_is_the_last_known_place(whole: Flow) -> None:
    """On this path a location belongs to the person they write about."""
    session = resume(whole, family(whole, "none_of_these"), LocationInput(16.7, 98.5), now=0).session

    assert "family_place" in current(session)


def test_who_agrees_on_a_watched_phone_has_agreed(whole: Flow, rubric: Rubric) -> None:
    """The answers go to the organisation, the reply takes care, and nobody is asked for the same yes again."""
    session = walk(whole, "about_other", "keep_it", "family_watched", "none_of_these")
    facts = gather(whole, rubric, session)
    held = stand(whole, current(session))

    assert set(shareable(whole, rubric, session, facts, assess(rubric, facts))) == set(Tier)
    assert contact_safety(whole, session) == {"keep_chat": "yes", "phone": "watched"}
    assert not whole.by_id[QuestionId("share")].due(held)


def test_family_that_does_not_agree_is_still_heard(whole: Flow, rubric: Rubric) -> None:
    """It is asked on; danger alone goes, and the yes is asked for again at the end."""
    session = walk(whole, "about_other", "keep_it", "family_no", "hurt_now")
    facts = gather(whole, rubric, session)

    assert shareable(whole, rubric, session, facts, assess(rubric, facts)) == (Tier.CORE,)
    assert whole.by_id[QuestionId("share")].due(stand(whole, current(session)))


def test_consents_speak_of_the_home_of_the_person(whole: Flow) -> None:
    """Each path has its own wording; nobody is asked twice, and the fourth door not at all."""
    asked = ["tell_embassy", "tell_home_police", "family_tell_embassy", "family_tell_home_police"]

    def due(*taps: str) -> list[str]:
        position = stand(whole, current(walk(whole, *taps)))
        return [name for name in asked if whole.by_id[QuestionId(name)].due(position)]

    assert due("agree_safe") == asked[:2]
    assert due("about_other", "keep_it", "family_yes") == asked[2:]
    assert due("something_else", "lost_money", "none_of_these", "skip", "skip", "other_yes") == []


def test_acts_stay_apart_and_who_they_are_too(whole: Flow) -> None:
    """What the person is made to do, what identifies, where they are, and all free words have tiers of their own."""
    tiers = {q.id: q.tier for q in (*part(whole, "family"), *part(whole, "other"))}
    free = {Kind.TEXT, Kind.PLACE, Kind.ROUTE, Kind.PHONE, Kind.WALLET, Kind.AMOUNT, Kind.COUNTRY}

    assert tiers[QuestionId("family_work")] is Tier.FORCED_ACTS
    assert {
        tiers[QuestionId(f"family_{name}")] for name in ("name", "born", "sex", "phone", "here", "home")
    } == {Tier.IDENTITY}
    assert not [name for name, tier in tiers.items() if whole.by_id[name].kind in free and tier is Tier.CORE]


def test_harm_of_a_sexual_kind_is_asked_only_after_a_yes(whole: Flow) -> None:
    """And never about a minor."""
    violent = {"family_told": tap("beaten")}

    def due(name: str, **answers: Answer) -> bool:
        named = {QuestionId(key): value for key, value in {"safe": tap("about_other"), **answers}.items()}
        return whole.by_id[QuestionId(name)].due(stand(whole, named))

    assert due("family_private", **violent)
    assert not due("family_private", **violent, family_age=tap("under_16"))
    assert not due("family_sexual_harm", **violent)
    assert due("family_sexual_harm", **violent, family_private=tap("may_ask"))


HOLES = re.compile(r"\{(staffing|duty|words|number|after|stop)\}")


def test_nothing_that_is_shown_reveals_a_person(definitions: Definitions) -> None:
    """Every text is the same for everybody: no placeholder, no status, no word on whether anyone is known."""
    phrases = [(p.id, p.text) for p in definitions.phrases.values() if p.group == "screen"]
    told = [*texts(definitions, "family"), *texts(definitions, "closing")]
    of_lines = {"line_emergency", "hours_said"}
    told = [(name, text.replace("We never say if we know of them.", "")) for name, text in told]
    # What is the same for all, and what they chose or were given themselves: test_do_no_harm.py has both lists.
    plain = [(name, HOLES.sub("", text)) for name, text in (*told, *phrases)]

    assert [name for name, text in plain if STATUS.search(text) and name not in of_lines] == []


def test_screens_hang_on_the_family_s_own_answers_alone(whole: Flow, definitions: Definitions) -> None:
    """Two families with the same answers see the same, whatever a case elsewhere holds: notes rest on answers."""
    one = family(whole, "hurt_now", "done", "under_16")
    other = replace(family(whole, "hurt_now", "done", "under_16"), id="another")

    assert prompt(whole, one) == prompt(whole, other)


@pytest.mark.parametrize("name", ["family", "other", "closing"])
def test_no_text_says_what_to_do_about_the_money(definitions: Definitions, name: str) -> None:
    """Neither to give it nor to keep it: 'pay' is not even said as a verb."""
    saying = re.compile(
        r"\b(do not|don't|never|not|please|should|must|to|can) (pay|send money)\b|(^|\n|\. )pay\b",
        re.IGNORECASE,
    )

    assert [context for context, text in texts(definitions, name) if saying.search(text)] == []


def test_family_hears_what_is_safe_about_the_demand(definitions: Definitions) -> None:
    """Keep proof, no day agreed alone, tell us or the police at once; nothing in public, nobody who wants money."""
    money = definitions.phrases[PhraseId("family_money")].text
    knows = definitions.whole.by_id[QuestionId("family_reported")].text

    assert all(
        said in money
        for said in ("Keep every message", "Do not agree alone to a day", "Tell us, or the police")
    )
    assert "post nothing in public" in knows
    assert "Take care with people who offer to free somebody for money" in knows


@pytest.mark.parametrize("name", ["family", "other", "closing"])
def test_words_are_harmless_short_and_do_not_judge(definitions: Definitions, name: str) -> None:
    """As everywhere: forty quiet characters, sentences of fifteen words, nobody called anything."""
    all_texts = list(texts(definitions, name))
    labels = {f"{q.id}.{c.id}" for q in part(definitions.whole, name) for c in q.choices}
    long = [
        (context, sentence)
        for context, text in all_texts
        for sentence in re.split(r"[.?!:\n]+", text)
        if len(sentence.split()) > LONGEST_SENTENCE
    ]

    assert [c for c, text in all_texts if c not in labels and TELLING.search(text[:GLANCE])] == []
    assert [c for c, text in all_texts if JUDGING.search(text)] == []
    assert long == []


@pytest.mark.parametrize("name", ["family", "other"])
def test_each_question_that_fires_has_a_choice_that_fires_nothing(
    definitions: Definitions, name: str
) -> None:
    """Whoever does not know or is not concerned can say so."""
    asked = [q for q in part(definitions.whole, name) if q.choices]
    no_way = [q.id for q in asked if q.fires and all(c.fires for c in q.choices)]
    not_alone = [q.id for q in asked if q.kind is Kind.MULTI and not any(c.alone for c in q.choices)]

    assert no_way == []
    assert not_alone == (["family_reply_hours"] if name == "family" else [])


def test_fourth_door_asks_what_it_is_about_within_two_taps(whole: Flow, rubric: Rubric) -> None:
    """The door, then one tap: a wish to die is then in our people's queue, and asked about at once."""
    door = walk(whole, "something_else")
    told = resume(whole, door, given("end_life"), now=0).session

    assert door.waiting_for == "trouble"
    assert told.waiting_for == "other_life"
    assert urgency(whole, rubric, told) == "high"
    assert urgency(whole, rubric, resume(whole, told, given("soon"), now=0).session) == "critical"


@pytest.mark.parametrize(
    ("taps", "note", "lines"),
    [
        (("end_life", "soon", "PH"), "life_lines", ("suicide",)),
        (("lost_money", "end_life", "done", "not_soon", "PH"), "life_lines", ("suicide",)),
        (("hurt_home", "none_of_these", "PH"), "other_home", ("domestic_violence",)),
        (("pictures", "none_of_these", "PH", "under_16"), "other_pictures", ("child",)),
        (("pictures", "none_of_these", "PH", "from_18"), "other_pictures", ("scam_victims",)),
        (("lost_money", "none_of_these", "PH", "from_18"), "other_money", ("scam_victims",)),
        (("something", "hurt_now", "done", "PH"), "danger_lines", ("domestic_violence",)),
    ],
)
def test_fourth_door_shows_the_lines_that_fit(
    whole: Flow, taps: tuple[str, ...], note: str, lines: tuple[str, ...]
) -> None:
    """As soon as the country is known."""
    due = prompt(whole, walk(whole, "something_else", *taps))

    assert (due.note, due.lines, due.where) == (note, lines, "PH")


@pytest.mark.parametrize(
    ("taps", "lines"),
    [
        (("agree_safe",), ("trafficking", "consular", "embassy")),
        (
            ("about_other", "keep_it", "family_yes", "end_life", "done"),
            ("suicide", "trafficking", "consular", "embassy"),
        ),
        (("something_else", "end_life"), ("suicide",)),
        (("something_else", "hurt_home"), ("domestic_violence",)),
        (("something_else", "something", "none_of_these", "skip", "under_16"), ("child",)),
        (("something_else", "lost_money"), ("scam_victims",)),
        (("something_else", "ask_only"), ()),
    ],
)
def test_last_screen_shows_the_lines_that_fit(
    whole: Flow, taps: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    """Whoever has other trouble is not given the numbers for people held at work."""
    session = walk(whole, *taps)
    while not session.ended:
        session = resume(whole, session, given("skip"), now=0).session
    due = prompt(whole, session)

    assert (due.kind, due.lines) == (Screen.END, lines)


def test_who_wants_an_answer_has_asked_for_help(whole: Flow, rubric: Rubric) -> None:
    """It counts as agreeing, as the screen says, and asks how to write back."""
    taps = ("lost_money", "none_of_these", "skip", "skip", "other_no", "skip", "answer_me")
    session = walk(whole, "something_else", *taps)
    facts = gather(whole, rubric, session)

    assert set(shareable(whole, rubric, session, facts, assess(rubric, facts))) == set(Tier)
    assert session.waiting_for == "other_reply"


FACTS = [
    ("safe", "Telegram can see it too"),
    ("fact_reading", "Telegram can read this chat"),
    ("fact_reading", "Then it locks them"),
    ("fact_reading", "We do not see your phone number"),
    ("fact_phone", "Whoever has the phone can read this chat"),
    ("fact_phone", "in the last 48 hours"),
    ("fact_phone", "a timer for it, which only you can set"),
    ("fact_phone", "Others may notice"),
    ("fact_contact", "We never write first"),
    ("fact_contact", "no emergency service"),
    ("fact_contact", "asks for money, passwords or codes"),
    ("fact_choice", "skip any question, stop, or ask us to erase"),
    ("fact_choice", "we tell our people without asking you"),
    ("fact_choice", "is done to them"),
    ("fact_choice", "cannot promise how a court"),
]


@pytest.mark.parametrize(("question", "words"), FACTS)
def test_facts_about_the_chat_are_said(whole: Flow, question: str, words: str) -> None:
    """What an honest line must say about Telegram and itself."""
    assert words in whole.by_id[QuestionId(question)].text


def test_who_only_asks_reads_how_the_chat_works(whole: Flow) -> None:
    """Their own words, then four screens; nothing else is asked of them."""
    session, seen = walk(whole, "something_else", "ask_only"), []
    while session.waiting_for is not None:
        seen.append(session.waiting_for)
        session = resume(whole, session, given("skip"), now=0).session

    assert seen == ["other_words", "fact_reading", "fact_phone", "fact_contact", "fact_choice"]


@pytest.mark.parametrize("trouble", ["help_others", "ask_only"])
def test_who_wrote_what_they_want_to_ask_is_asked_whether_it_may_be_read(whole: Flow, trouble: str) -> None:
    """Without that question nobody could ever read the words that were asked for."""
    session = walk(whole, "something_else", trouble)
    session = resume(whole, session, TextInput("How do I report a false offer?"), now=0).session

    assert session.waiting_for == "share"


def test_mother_with_a_video_is_graded_as_the_domain_says(whole: Flow, rubric: Rubric) -> None:
    """Worked case T4: money within two days, a beating on video, last seen at a gateway: probable and critical."""
    answers = {
        "family_now": tap("money_soon"),
        "family_stage": tap("inside"),
        "family_contact": tap("hidden"),
        "family_demands": tap("seen_hurt"),
        "family_offer": tap("online"),
    }
    session = walk(whole, "about_other", "keep_it", "family_yes")
    for name, answer in answers.items():
        session = replace(session, waiting_for=QuestionId(name), ticked=())
        for choice in answer.choices:
            session = resume(whole, session, given(choice), now=0).session
    assessment = assess(rubric, gather(whole, rubric, session))
    parts = summarise(
        whole, session, assessment, source=Speech(lambda _, text: text), local=Speech(lambda _, text: text)
    )
    core: CasePart = parts[Tier.CORE]

    assert (assessment.likelihood, assessment.urgency, assessment.urgency_rule) == (
        "probable",
        "critical",
        "C5",
    )
    assert core.flow == "family"


def test_last_place_on_a_known_way_is_a_sign(whole: Flow) -> None:
    """The gazetteer says whether it is on one; another place fires nothing."""
    assert fired(whole, family_place=Place("Mae Sot", on_route=True)) == {"last_seen_on_known_route"}
    assert fired(whole, family_place=Place("at home")) == frozenset()


def test_flow_without_endings_shows_no_lines(whole: Flow) -> None:
    """A questionnaire need not name any."""
    bare = replace(whole, endings=None, where=())
    session = begin(bare, id="s", now=0, language="en").session

    assert prompt(bare, replace(session, waiting_for=None)).lines == ()
