"""Do no harm: each rule that keeps a contact safe, and each fact that an honest hotline says, has its test here.

The rules are those for whoever interviews people who may be trafficked, as far as a chat can keep them.
"""

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from flows.answer import Chosen
from flows.condition import Chose, leaves
from flows.definition import Kind, Then
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.ids import ChoiceId, FindingId, PhraseId, QuestionId, Tier
from flows.loading import load
from flows.saying import Speech
from flows.scoring import assess
from flows.session import Session, current
from flows.sharing import shareable
from flows.turn import ChoiceInput, Command, Control, Input, LocationInput, Screen, TextInput
from flows.writing import consents, contact_safety, summarise

DEFINITIONS = load()
FLOW, RUBRIC, PHRASES = DEFINITIONS.whole, DEFINITIONS.rubric, DEFINITIONS.phrases
DOORS = {
    "victim": ["agree_safe"],
    "family": ["about_other", "keep_it", "family_yes"],
    "other": ["something_else", "lost_money"],
}
DANGERS = {"victim": "danger", "family": "family_now", "other": "other_now"}
TEXTS = {
    **dict(FLOW.contexts()),
    **{
        f"phrase.{p.id}": p.text
        for p in PHRASES.values()
        if p.group in {"screen", "bot"} and not p.id.endswith("_words")
    },
}
"""Every text that a contact may see."""


def given(tap: str) -> Input:
    """Give the input of a tap; `done`, `skip`, `unknown` and `back` are the controls."""
    controls = [control for control in Control if control == tap]
    return Command(controls[0]) if controls else ChoiceInput(ChoiceId(tap))


def walk(*taps: str) -> Session:
    """Begin in English and tap these."""
    session = begin(FLOW, id="s", now=0, language="en").session
    for tap in taps:
        session = resume(FLOW, session, given(tap), now=0).session
    return session


def onward(session: Session, **wanted: str) -> Iterator[Session]:
    """Skip to the end, but tap what is wanted of a question; gives each session on the way."""
    while not session.ended:
        yield session
        tap = wanted.get(str(session.waiting_for), "skip")
        session = resume(FLOW, session, given(tap), now=0).session
        if session.ticked:
            session = resume(FLOW, session, given("done"), now=0).session
    yield session


def text(name: str) -> str:
    """Give the text of a question or of a phrase."""
    asked = FLOW.by_id.get(QuestionId(name))
    return asked.text if asked else PHRASES[PhraseId(name)].text


def saying(*patterns: str) -> list[str]:
    """Name the texts that say one of these."""
    said = re.compile("|".join(patterns), re.IGNORECASE)
    return [context for context, words in TEXTS.items() if said.search(words)]


def tiers(session: Session) -> tuple[Tier, ...]:
    """Give what of the session would go now."""
    facts = gather(FLOW, RUBRIC, session)
    return shareable(FLOW, RUBRIC, session, facts, assess(RUBRIC, facts))


# 1


def test_rule_1_the_first_screen_asks_whether_it_is_safe_and_lets_go_in_one_tap() -> None:
    """Safe to write, watched or not now: the last leaves a dull screen at once, and how to clear the chat is told."""
    assert FLOW.questions[1].id == "safe"
    assert "Is it safe to write now?" in text("safe")
    left = walk("not_now")
    due = prompt(FLOW, left)

    assert (due.kind, due.question, due.lines) == (Screen.PAUSED, None, ())
    assert len(text("paused")) < 80
    assert "delete the chat yourself" in text("fact_phone")


@pytest.mark.parametrize("taps", [["agree_watched"], ["about_other", "keep_it", "family_watched"]])
def test_rule_1_a_watched_phone_is_never_written_to_first(taps: list[str]) -> None:
    """That somebody may look reaches the responder; hours and a word that only they know are asked for."""
    assert contact_safety(FLOW, walk(*taps))["phone"] == "watched"
    assert DEFINITIONS.desk["safety_unknown"] == "Not said. Write nothing until the person writes first."
    assert {"reply", "reply_hours", "code_word"} <= FLOW.by_id.keys()


# 2


@pytest.mark.parametrize("path", DOORS)
def test_rule_2_danger_is_asked_before_anything_else(path: str) -> None:
    """On every path it is the first question after what has to be read before."""
    assert walk(*DOORS[path]).waiting_for == DANGERS[path]


@pytest.mark.parametrize(
    ("path", "taps"),
    [
        ("victim", ["skip", "hurt_now", "done", "skip", "MM"]),
        ("family", ["about_other", "skip", "skip", "hurt_now", "done", "skip", "skip", "skip", "skip", "PH"]),
        ("other", ["something_else", "hurt_home", "hurt_now", "done", "PH"]),
    ],
)
def test_rule_2_numbers_to_call_need_no_yes_and_no_data(path: str, taps: list[str]) -> None:
    """Who tapped a danger sees them as soon as a country is known, whatever they agreed to, and without a name."""
    session = walk(*taps)
    due = prompt(FLOW, session)

    assert consents(FLOW, session) == {}
    assert due.lines
    assert due.where == ("MM" if path == "victim" else "PH")


# 3


def test_rule_3_consent_comes_in_steps_and_begins_with_no() -> None:
    """One screen gives one consent, skipping gives none, each can be refused, and the last word counts."""
    for question in FLOW.questions:
        assert len({name for choice in question.choices for name in choice.consents}) <= 1
    for path, taps in DOORS.items():
        agreed = consents(FLOW, list(onward(walk(*taps)))[-1])

        assert agreed == ({"organisation": True} if path != "other" else {})
    refused = walk("agree_safe", "back", "disagree")

    assert consents(FLOW, refused) == {"organisation": False}
    assert tiers(refused) == ()


def test_rule_3_exceptions_and_erasing_are_said_before_anybody_agrees() -> None:
    """Danger is told at once; what was kept can be erased sooner than by itself."""
    assert "In danger, or if you ask for help, our people get it at once." in text("safe")
    assert "or if you ask." in text("safe")
    assert "Is a life or somebody under 18 in danger? Then we tell our people without asking you." in text(
        "fact_choice"
    )


# 4


def test_rule_4_nothing_goes_to_the_police_of_where_they_are_held() -> None:
    """By no rule: only by a yes of their own, after the risk, last; the one for the police at home is not for them."""
    asked = {name for q in FLOW.questions for choice in q.choices for name in choice.consents}
    assert FLOW.endings is not None
    shown = {kind for question in FLOW.questions for note in question.notes for kind in note.lines}
    shown |= {kind for lines in FLOW.endings.lines for kind in lines.kinds}

    others = {"embassy", "home_police", "police_forced_acts", "local_police", "statistics"}
    assert asked == {"organisation", *others}
    place = FLOW.by_id[QuestionId("tell_local_police")]
    assert [choice.consents for choice in place.choices] == [{"local_police": False}, {"local_police": True}]
    assert "In some places the police send people back or jail them." in place.text
    assert "If you are not sure, tap No." in place.text
    assert not any(
        "local" in c for q in FLOW.questions if q.part == "family" for x in q.choices for c in x.consents
    )
    for name in ("tell_home_police", "family_tell_home_police"):
        assert "It is not for the police of any other country." in text(name)
    assert not {"police", "emergency"} & shown


# 5


SAME = ("days", "word", "numbers", "staffing", "duty")
"""What stands in a text for everybody alike: settings, telephone numbers, and what is said of those who read."""
OWN = ("number", "theirs", "utc", "words", "after", "stop")
"""What stands for what this contact chose or was given themselves, and for no case of anybody else."""


def test_rule_5_a_family_is_never_told_where_somebody_is_or_whether_we_know_of_them() -> None:
    """Whoever writes may only say that they are family: every text is the same for all, and says so."""
    spoken = {name: words for name, words in TEXTS.items() if name != "family.family_agree"}
    agree = text("family_agree")

    assert "We never say if we know of them. This is so for everybody." in agree
    assert "We check who writes" in agree
    assert [
        n for n, words in spoken.items() if re.search(r"\bwe (know|found|have) (of |a )?(them|case)", words)
    ] == []
    assert {hole for words in TEXTS.values() for hole in re.findall(r"\{(\w+)\}", words)} <= {*SAME, *OWN}


def test_rule_5_no_phrase_to_a_family_depends_on_another_case() -> None:
    """What they see follows from their own answers alone: the same taps bring the same screens."""
    taps = (
        "about_other",
        "family_yes",
        "hurt_now",
        "done",
        "under_16",
        "MM",
        "any_time",
        "MM",
        "PH",
        "inside",
    )
    screens = [prompt(FLOW, replace(walk(*taps), id=name)) for name in ("one", "another")]

    assert screens[0] == screens[1]


def test_rule_5_a_family_is_asked_who_else_knows_and_warned_of_rescuers() -> None:
    """Nothing in public, and nobody trusted who wants money to free somebody."""
    knows = text("family_reported")

    assert "Who else knows about this?" in knows
    assert "Please post nothing in public for now." in knows
    assert "Take care with people who offer to free somebody for money." in knows
    assert "before you trust them" in text("family_rescuers")


# 6


PAY = r"(pay|send (the |any )?money|give them (the |any )?money)\b"
PAYING = (
    rf"(^|[.\n:] ?)(do not |don't |never |please )?{PAY}",
    rf"\byou (should|must|must not|should not) {PAY}",
)


def test_rule_6_nobody_is_told_to_pay_or_not_to_pay() -> None:
    """Only to keep proof, to agree to no day alone, and to tell somebody at once."""
    assert saying(*PAYING) == []
    for words in (
        "Keep every message",
        "Do not agree alone to a day for the money",
        "Tell us, or the police at home, at once",
    ):
        assert words in text("family_money")
    asked = walk("about_other", "keep_it", "family_yes", "money", "done")
    assert prompt(FLOW, asked).note == "family_money"


# 7


@pytest.mark.parametrize("path", DOORS)
def test_rule_7_every_screen_offers_skip_and_i_do_not_know(path: str) -> None:
    """And the way back; whoever stops has lost nothing, for each answer is kept when it is given."""
    for session in onward(walk(*DOORS[path])):
        due = prompt(FLOW, session)
        if due.kind is Screen.QUESTION:
            assert {Control.SKIP, Control.UNKNOWN, Control.BACK, Control.LANGUAGE} <= set(due.controls)
    assert "You can go on or stop here." in text("danger_shared")
    assert "You can skip any question, stop, or ask us to erase." in text("fact_choice")


CONFESSING = (
    r"how (many|much) (people|persons|money|did you|victims)? ?(did|have) you (cheat|deceive|trick|take|earn|make)",
    r"\b(script|target list|names of (the )?(people|customers|clients))\b",
    r"\bwho(m)? did you (cheat|deceive|trick|hurt)",
    r"\b(customers|clients|prey)\b",
    r"\bwhat did you do to\b",
)


def test_rule_7_no_question_asks_for_a_confession() -> None:
    """No sums taken, no scripts, no numbers of people deceived: only whether they were made to."""
    sums = [question.id for question in FLOW.questions if question.kind is Kind.AMOUNT]
    numbers = [question.id for question in FLOW.questions if question.kind is Kind.NUMBER]

    assert saying(*CONFESSING) == []
    assert sums == ["price_sum", "family_sent", "family_sum"]
    assert numbers == ["people", "family_born"]
    for name in ("work", "kinds", "family_work"):
        assert re.search(r"make you do|make people do|made to do", text(name))
        assert FLOW.by_id[QuestionId(name)].tier is Tier.FORCED_ACTS


# 8


def test_rule_8_sexual_harm_and_drugs_are_asked_after_a_yes_in_one_tap_without_details() -> None:
    """Whoever says no, or skips, is asked none of it; organs are not asked about at all."""
    opened = {
        "sexual_harm": Chose(QuestionId("private"), (ChoiceId("may_ask"),)),
        "sexual_work": Chose(QuestionId("private"), (ChoiceId("may_ask"),)),
        "drugs": Chose(QuestionId("private"), (ChoiceId("may_ask"),)),
        "family_sexual_harm": Chose(QuestionId("family_private"), (ChoiceId("may_ask"),)),
    }
    intimate = {
        q.id for q in FLOW.questions if re.search(r"\bsexual (way|acts|harm in)|give you drugs", q.text)
    }

    assert intimate == opened.keys()
    for name, condition in opened.items():
        question = FLOW.by_id[QuestionId(name)]
        assert condition in leaves(question.when)
        assert question.kind is Kind.CHOICE
        assert name == "drugs" or "details" in question.text
    assert saying(r"\borgans?\b", r"\bkidney\b") == []


# 9


NOT_ASKED = (
    r"passport number|number of (your|the) passport|id number",
    r"\b(full|last|family|real) name\b|surname",
    r"\b(religion|faith|church|mosque|temple|pray)\b",
    r"\b(ethnic|tribe|caste|race|clan)\b",
    r"sexual(ity| history| partners)|\bvirgin",
    r"did you (cross|enter) illegally|overstay",
    r"(send|take) (us )?(a )?(photo|picture|video)s? (of|as) (it|them|the|proof|evidence)",
    r"\b(exact|which) (date|day) (did|were) you",
)


def test_rule_9_what_nobody_needs_is_not_asked() -> None:
    """No passport number, full name, religion, ethnicity, sexual history, offence at a border, or picture as proof."""
    assert saying(*NOT_ASKED) == []
    assert "A first name is enough." in text("family_name")


def test_rule_9_what_a_police_report_needs_is_asked_of_a_family_after_a_yes_alone() -> None:
    """The year of birth and what the person is called, as far as the family wants to."""
    for name in ("family_born", "family_name", "family_sex"):
        question = FLOW.by_id[QuestionId(name)]

        assert Chose(QuestionId("family_report"), (ChoiceId("may_ask"),)) in leaves(question.when)
        assert question.tier is Tier.IDENTITY


# 10


DEED = r"(escape|run( away)?|flee|leave|fight|resist|refuse|confront|film|record|steal|hide|break out|jump)\b"
DARING = (
    rf"(^|[.\n:] ?)(please |you can |you could |try to |now )?{DEED}",
    rf"\b(should|must|try to) {DEED}",
)


def test_rule_10_nobody_is_advised_to_escape_resist_film_or_confront() -> None:
    """What a person dares is theirs to weigh: a wrong word from us can kill."""
    assert saying(*DARING) == []


# 11


def test_rule_11_no_word_judges_and_no_blame_is_laid() -> None:
    """Nobody is called a scammer or illegal, nothing is proven; that it is not their fault is said."""
    assert saying(r"scam|fraud|illegal|criminal|crime|guilty|proven|victim|traffick|confess") == []
    for name in ("ended", "ended_unread"):
        assert "None of this is your fault." in text(name)
    assert "What they make you do is not your fault." in text("work")
    assert "What somebody is made to do is not their fault." in text("family_work")


def test_rule_11_the_contact_decides() -> None:
    """Who may read it, who may be told, and whether to go on: each is asked, and each no is taken."""
    for name in ("tell_embassy", "tell_home_police", "family_tell_embassy", "family_tell_home_police"):
        answers = [choice.consents for choice in FLOW.by_id[QuestionId(name)].choices]
        assert sorted(yes for consent in answers for yes in consent.values()) == [False, True]
    assert "You need not allow this." in text("share_acts")


# 12


def test_rule_12_places_are_a_tier_of_their_own() -> None:
    """A pin is sent only if they want to, is never put into the core, and names no country by itself."""
    places = {q.id: q.tier for q in FLOW.questions if q.kind in {Kind.PLACE, Kind.ROUTE}}
    where = {name: FLOW.by_id[name].tier for name in FLOW.where}
    session = resume(FLOW, walk("agree_safe"), LocationInput(16.7, 98.5), now=0).session
    core = summarise(FLOW, session, assess(RUBRIC, gather(FLOW, RUBRIC, session)), source=PLAIN, local=PLAIN)[
        Tier.CORE
    ]

    assert set(places.values()) == {Tier.LOCATION}
    assert set(where.values()) <= {Tier.LOCATION, Tier.IDENTITY}
    assert "If you want, send your location" in text("place")
    assert "16.7" not in repr(core)


PLAIN = Speech(lambda _context, source: source)


# 13


def test_rule_13_we_never_ask_for_money_and_say_so() -> None:
    """Families hear it before they agree, everybody can read it, and who asks in our name is not one of us."""
    assert "We never ask for money. Whoever asks for it in our name is not one of us." in text("family_agree")
    assert "None of us asks for money" in text("fact_contact")
    assert saying(r"\b(donat|fee for|pay us|send us money)") == []


# 14


def test_rule_14_what_is_missing_never_lowers() -> None:
    """A grade is no lower where everything that is left is declined."""
    session = walk("agree_safe", "hurt_now", "done", "under_16", "skip", "skip", "inside")
    before = assess(RUBRIC, gather(FLOW, RUBRIC, session))
    after = assess(RUBRIC, gather(FLOW, RUBRIC, list(onward(session))[-1]))

    assert (after.likelihood, after.urgency) == (before.likelihood, before.urgency)


def test_rule_14_contradictions_are_passed_on_and_not_scored() -> None:
    """'I have my passport' takes nothing from 'they took it'; both stand in the case, also what was changed."""
    both = walk("agree_safe", "none_of_these", *["skip"] * 4, "inside", *["skip"] * 5, "with_me")
    journey = replace(both, waiting_for=QuestionId("journey"))
    told = resume(FLOW, journey, given("passport"), now=0).session
    changed = resume(FLOW, told, ChoiceInput(ChoiceId("with_bosses"), QuestionId("papers")), now=0).session
    assessed = assess(RUBRIC, gather(FLOW, RUBRIC, told))
    core = summarise(FLOW, changed, assessed, source=PLAIN, local=PLAIN)[Tier.CORE]

    assert [each.id for each in assessed.findings] == ["documents_taken_in_transit"]
    assert [line.superseded for line in core.answers if line.question == "papers"] == [True, False]


# 15


NOT_FOR_CHILDREN = {
    "victim": {
        *(
            "treatment",
            "pressed",
            "threats",
            "moved",
            "contact",
            "hours",
            "health",
            "kinds",
            "private",
            "permit",
        ),
        *("work", "price", "differences", "others_soon"),
        *("hearing", "offer", "costs", "promise", "journey", "route"),
        *("tell_home_police", "tell_local_police", "may_count"),
    },
    "family": {"family_before", "family_private", "may_count"},
}


@pytest.mark.parametrize("path", NOT_FOR_CHILDREN)
def test_rule_15_a_minor_is_asked_less_and_nothing_about_abuse(path: str) -> None:
    """Not how they are treated, threatened or touched; who tells an age below eighteen is asked the rest alone."""
    ages = {"victim": "age", "family": "family_age"}
    wanted = {
        "stage": "inside",
        "family_stage": "inside",
        "family_told": "beaten",
        "family_more": "more",
        "work": "chats",
    }
    asked = {
        age: {s.waiting_for for s in onward(walk(*DOORS[path]), **wanted, **{ages[path]: age})}
        for age in ("under_16", "from_18_to_29")
    }

    assert asked["from_18_to_29"] - asked["under_16"] == NOT_FOR_CHILDREN[path]
    assert asked["under_16"] - asked["from_18_to_29"] <= {"tell_more"}


def test_rule_15_a_minor_goes_straight_to_a_person() -> None:
    """One sign, or asking for help, and the case is among those that cannot wait."""
    held = walk("agree_safe", "none_of_these", "from_16_to_17", *["skip"] * 9, "with_bosses")
    asking = resume(FLOW, walk("agree_safe", "none_of_these", "under_16"), TextInput("help"), now=0).session

    for session in (held, asking):
        assert assess(RUBRIC, gather(FLOW, RUBRIC, session)).urgency_rule == "H3"


# 16


LIVES = {
    "life": ("agree_safe", "end_life", "done"),
    "family_life": ("about_other", "keep_it", "family_yes", "end_life", "done"),
    "other_life": ("something_else", "end_life"),
}


@pytest.mark.parametrize("name", LIVES)
def test_rule_16_a_wish_to_die_is_asked_about_plainly_and_next(name: str) -> None:
    """One screen, two answers, the words said: plan, way, and whether it could be soon."""
    session = walk(*LIVES[name])
    question = FLOW.by_id[QuestionId(name)]

    assert session.waiting_for == name
    assert re.search(r"a plan or a way to end (your|their) life", question.text)
    assert "in the next 2 days" in question.text
    assert [choice.text for choice in question.choices] == ["Yes", "No"]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("life", ["soon", "skip", "PH"]),
        ("family_life", ["soon", *["skip"] * 4, "PH"]),
        ("other_life", ["soon", "PH"]),
    ],
)
def test_rule_16_then_come_warm_words_a_human_and_a_line_or_two(name: str, rest: list[str]) -> None:
    """Not a list: the words first, and the line to talk with someone before any other."""
    heard = prompt(FLOW, walk(*LIVES[name], "soon"))
    due = prompt(FLOW, walk(*LIVES[name], *rest))

    assert heard.note in {"life_heard", "family_life_heard"}
    assert re.search(r"You can write here", text(str(heard.note)))
    assert due.note == "life_lines"
    assert due.lines[0] == "suicide"
    assert len(due.lines) <= 3


@pytest.mark.parametrize(
    ("patterns", "harm"),
    [
        (PAYING, "Keep calm. Do not pay."),
        (PAYING, "You should send money."),
        (CONFESSING, "How many people did you deceive?"),
        (CONFESSING, "Which script did you use?"),
        (NOT_ASKED, "What is your passport number?"),
        (NOT_ASKED, "Which church do you go to?"),
        (NOT_ASKED, "Please send us a photo as proof."),
        (DARING, "Wait for the night. Run away."),
        (DARING, "You must resist them."),
    ],
)
def test_harm_would_be_found(patterns: tuple[str, ...], harm: str) -> None:
    """The lists of words above catch what they are for."""
    assert re.search("|".join(patterns), harm, re.IGNORECASE)


# What an honest hotline says about itself


FACTS = {
    1: [("safe", "Telegram can see it too"), ("fact_reading", "Telegram can read this chat")],
    2: [
        ("safe", "We lock it."),
        ("fact_reading", "Our program sees your words for a moment. Then it locks them."),
        ("fact_reading", "Only people whom you allow can open them. Nobody can on our server."),
    ],
    3: [
        (
            "fact_reading",
            "Telegram knows your phone number and where you connect. Authorities may get that from it.",
        ),
        ("fact_reading", "We do not see your phone number. We do see your Telegram id, name and username."),
    ],
    4: [
        ("fact_phone", "Whoever has the phone can read this chat until it is deleted."),
        ("fact_phone", "So can other devices with this account."),
        ("fact_phone", "New messages may show on a locked screen."),
    ],
    5: [
        ("fact_phone", "We can take away only what was sent in the last 48 hours."),
        ("fact_phone", "The chat stays in your list. Pictures of the screen and copies stay too."),
        ("fact_phone", "So delete the chat yourself."),
    ],
    6: [
        ("fact_phone", "Telegram also has a timer for it, which only you can set."),
        ("fact_phone", "We are not told when you delete something."),
    ],
    7: [
        (
            "fact_phone",
            "Others may notice that you use this chat. Then another phone or a relative may be safer.",
        )
    ],
    8: [("fact_contact", "We never write first. Only if you ask for it, and then when it is safe for you.")],
    9: [
        ("safe", "We cannot promise to get anyone out."),
        ("fact_contact", "We are no emergency service. Nobody can promise a way out or a time."),
    ],
    10: [
        ("fact_contact", "None of us asks for money, passwords or codes. None of us asks to meet you alone."),
        ("fact_contact", "You can choose a word that only you know. If we write, we use it."),
    ],
    11: [
        ("safe", "or if you ask."),
        ("fact_choice", "You can skip any question, stop, or ask us to erase."),
        ("fact_choice", "We cannot take back what others have opened already."),
    ],
    12: [
        ("safe", "In danger, or if you ask for help, our people get it at once."),
        (
            "fact_choice",
            "Is a life or somebody under 18 in danger? Then we tell our people without asking you.",
        ),
    ],
    13: [
        ("fact_choice", "What people are made to do is done to them. We write it down like that."),
        ("fact_choice", "We cannot promise how a court will see it."),
    ],
}
ABOUT = ("fact_reading", "fact_phone", "fact_contact", "fact_choice")


def says(number: int) -> None:
    """Look for every line of a fact where it is told."""
    for name, words in FACTS[number]:
        assert words in text(name), f"{name} no longer says: {words}"


def test_fact_1_telegram_reads_this_chat_too() -> None:
    """It is an ordinary chat with a program, and the first screen says so."""
    says(1)


def test_fact_2_what_is_sent_is_locked_once_our_program_has_read_it() -> None:
    """Only those whom they allow open it; the program sees it for a moment."""
    says(2)


def test_fact_3_telegram_knows_the_number_and_we_know_the_name() -> None:
    """What authorities may get from it, and what we see of them with every message."""
    says(3)


def test_fact_4_whoever_holds_the_phone_reads_along() -> None:
    """Other devices too, and banners show on a locked screen."""
    says(4)


def test_fact_5_we_take_away_what_is_younger_than_two_days_and_no_more() -> None:
    """The row in the list, pictures and copies stay; deleting is theirs."""
    says(5)


def test_fact_6_the_timer_is_theirs_to_set() -> None:
    """We cannot, and we are not told what they delete."""
    says(6)


def test_fact_7_using_this_chat_may_be_noticed() -> None:
    """Another phone, or a relative, may be safer."""
    says(7)


def test_fact_8_we_do_not_write_first() -> None:
    """Unless they ask for it, and then when it is safe."""
    says(8)
    (first,) = (c for c in FLOW.by_id[QuestionId("reply")].choices if c.id == "i_write_first")
    assert first.safety == {"reply": "contact_writes_first"}


def test_fact_9_we_are_no_emergency_service_and_promise_no_time() -> None:
    """How long an answer took last week is not said yet: the program does not measure it."""
    says(9)
    for name in ("danger_shared", "life_heard", "ended"):
        assert "We cannot say how soon" in text(name)


def test_fact_10_nobody_of_us_asks_for_money_codes_or_a_meeting() -> None:
    """And a word that only they know tells us from others."""
    says(10)
    assert "Then you know that it is us." in text("code_word")


def test_fact_11_what_can_be_skipped_stopped_and_erased_and_what_cannot_be_recalled() -> None:
    """What others have opened stays with them."""
    says(11)


def test_fact_12_whom_we_tell_without_asking() -> None:
    """Our own people, when a life or a child is in danger."""
    says(12)
    assert tiers(walk("disagree", "back", "skip", "hurt_now")) == (Tier.CORE,)


def test_fact_13_being_made_to_deceive_is_done_to_them() -> None:
    """We record it as that, and promise nothing about a court."""
    says(13)


@pytest.mark.parametrize("path", DOORS)
def test_everybody_is_offered_the_facts_and_nobody_has_to_read_them(path: str) -> None:
    """At the end of each path; whoever only asks, or helps others, sees them at once."""
    seen = [s.waiting_for for s in onward(walk(*DOORS[path]), about_chat="read_it")]
    short = [s.waiting_for for s in onward(walk(*DOORS[path]), about_chat="not_needed")]
    only = [s.waiting_for for s in onward(walk("something_else", "ask_only"))]

    assert [name for name in seen if name in ABOUT] == list(ABOUT)
    assert not set(short) & set(ABOUT)
    assert [name for name in only if name in ABOUT] == list(ABOUT)


def test_first_words_of_a_refusal_end_it() -> None:
    """Who does not agree is asked nothing more, and nothing of it goes."""
    session = walk("disagree")

    assert session.ended
    assert [c.then for c in FLOW.by_id[QuestionId("safe")].choices if c.id == "disagree"] == [Then.END]
    assert tiers(session) == ()
    assert isinstance(current(session)[QuestionId("safe")], Chosen)
    assert FindingId("asked_for_help") not in gather(FLOW, RUBRIC, session).fired
