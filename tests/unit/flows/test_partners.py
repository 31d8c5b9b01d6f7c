"""Partners: embassies and police get what was agreed to last, of the country that is certain, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flows.answer import Answer, Chosen, Decline, Declined, Place
from flows.definition import Flow
from flows.facts import gather
from flows.gazetteer import Gazetteer
from flows.ids import ChoiceId, QuestionId, Tier
from flows.loading import Definitions, load
from flows.partners import Partner, PartnersForm, Share, check_partners, lessen, share, where_held
from flows.problems import Code
from flows.rubric import Rubric
from flows.saying import Speech
from flows.scoring import assess
from flows.session import Entry, How, Session
from flows.standing import stand
from flows.veil import draw, lift
from flows.writing import summarise

SOME = (Tier.CORE, Tier.IDENTITY, Tier.LOCATION)
DEFINITIONS = load()
SITES = Gazetteer(DEFINITIONS.tables.sites).countries_of
BORDER = next(site for site in DEFINITIONS.tables.sites if len(site.countries) > 1)


def tapped(*choices: str) -> Chosen:
    """An answer."""
    return Chosen(tuple(map(ChoiceId, choices)))


IN_MYANMAR: Mapping[str, Answer] = {
    "safe": tapped("agree_safe"),
    "country": Place(country="MM"),
    "home_country": Place(country="UG"),
}
ALL_YES: Mapping[str, Answer] = {
    "tell_embassy": tapped("yes_embassy"),
    "tell_home_police": tapped("yes_police"),
    "share_acts": tapped("acts_yes"),
    "tell_local_police": tapped("yes_local"),
}


def session(*answers: Mapping[str, Answer]) -> Session:
    """A session with these answers, in their order."""
    log = tuple(
        Entry(QuestionId(name), answer, order, How.TAPPED)
        for order, (name, answer) in enumerate(each for some in answers for each in some.items())
    )
    flow = DEFINITIONS.whole
    return Session(1, "s", flow.id, flow.revision, "en", 0, None, log=log)


def shared(*answers: Mapping[str, Answer]) -> dict[str, Share | None]:
    """What each class may read."""
    return of(session(*answers))


def of(taken: Session) -> dict[str, Share | None]:
    """What each class may read of this session."""
    flow, rubric = DEFINITIONS.whole, DEFINITIONS.rubric
    facts = gather(flow, rubric, taken)
    return share(DEFINITIONS.tables.partners, flow, rubric, taken, facts, countries=SITES)


def test_nothing_goes_where_nothing_was_said() -> None:
    """Agreeing to the organisation is no yes for anybody else."""
    assert shared(IN_MYANMAR) == {}
    assert shared() == {}


def test_each_yes_opens_its_own_class_alone() -> None:
    """The embassy and police of the home country, the police of where they are; what they were made to do by itself."""
    for question, found in {
        "tell_embassy": {"embassy": Share("UG", SOME)},
        "tell_home_police": {"home_police": Share("UG", SOME)},
        "tell_local_police": {"host_police": Share("MM", SOME)},
    }.items():
        assert shared(IN_MYANMAR, {question: ALL_YES[question]}) == found
    every = (Tier.CORE, Tier.IDENTITY, Tier.LOCATION, Tier.FORCED_ACTS)
    assert shared(IN_MYANMAR, ALL_YES) == {
        "embassy": Share("UG", SOME),
        "home_police": Share("UG", every),
        "host_police": Share("MM", SOME),
    }


@pytest.mark.parametrize("missing", ["tell_home_police", "home_country"])
def test_what_they_were_made_to_do_goes_with_a_case_or_not_at_all(missing: str) -> None:
    """A tier without the core is nothing anybody could use, and a yes without its country is for nobody."""
    said = {name: answer for name, answer in (IN_MYANMAR | ALL_YES).items() if name != missing}

    assert shared(said).get("home_police") is None


def test_taking_a_yes_back_takes_it_all_back() -> None:
    """The last word counts, and the class is named so that what it has goes."""
    for question, no, name in (
        ("tell_embassy", "no_embassy", "embassy"),
        ("tell_home_police", "no_police", "home_police"),
        ("tell_local_police", "no_local", "host_police"),
    ):
        found = shared(IN_MYANMAR, ALL_YES, {question: tapped(no)})
        assert found[name] is None
        assert all(found.values()) is False
    acts = shared(IN_MYANMAR, ALL_YES, {"share_acts": tapped("acts_no")})["home_police"]
    assert acts == Share("UG", SOME)


def test_refusing_us_refuses_everybody() -> None:
    """Nobody reads a case that the organisation may not read."""
    assert shared(IN_MYANMAR, ALL_YES, {"safe": tapped("disagree")}) == {
        "embassy": None,
        "home_police": None,
        "host_police": None,
    }


def test_asking_to_erase_takes_it_from_everybody() -> None:
    """What waits for three days where a life is at stake waits with the organisation alone."""
    assert of(session(IN_MYANMAR, ALL_YES))["embassy"] is not None
    assert set(of(replace(session(IN_MYANMAR, ALL_YES), erased=True)).values()) == {None}


def test_no_police_for_a_minor_by_any_yes() -> None:
    """Also where the age is told last, and where nothing was said of police at all."""
    young = {"age": tapped("under_16")}

    assert shared(IN_MYANMAR, ALL_YES, young) == {
        "embassy": Share("UG", SOME),
        "home_police": None,
        "host_police": None,
    }
    assert shared(IN_MYANMAR, young) == {"home_police": None, "host_police": None}


def test_police_of_the_country_of_captivity_are_never_those_of_home() -> None:
    """Whoever is held at home: a yes to the home police is none to those of the place."""
    at_home = IN_MYANMAR | {"country": Place(country="UG")}

    assert shared(at_home, {"tell_home_police": tapped("yes_police")}) == {"home_police": None}
    assert shared(at_home, {"tell_local_police": tapped("yes_local")}) == {"host_police": Share("UG", SOME)}


def test_where_nobody_knows_where_they_are_no_police_are_guessed() -> None:
    """The home country may be the one; with an offer alone nobody is held yet."""
    unknown = {name: answer for name, answer in IN_MYANMAR.items() if name != "country"}
    yes = {"tell_home_police": tapped("yes_police"), "tell_local_police": tapped("yes_local")}

    assert shared(unknown, yes) == {"home_police": None, "host_police": None}
    offered = unknown | {"stage": tapped("offer")}
    assert shared(offered, yes)["home_police"] == Share("UG", SOME)


def test_at_a_border_no_host_is_guessed() -> None:
    """The place that they named lies in one country or the other: neither's police; the home country is neither."""
    here = {"where_known": tapped("known"), "place": Place(text="x", sites=(BORDER.id,))}
    named = IN_MYANMAR | {"country": Place(country=BORDER.countries[0])} | here

    found = shared(named, ALL_YES)

    assert found["host_police"] is None
    assert found["home_police"] is not None
    of_the_other = named | {"home_country": Place(country=BORDER.countries[1])}
    assert shared(of_the_other, ALL_YES)["home_police"] is None


def test_a_place_that_we_know_is_no_country_that_they_named() -> None:
    """What a program reads out of words decides about no police."""
    alone = next(site for site in DEFINITIONS.tables.sites if len(site.countries) == 1)
    position = stand(DEFINITIONS.whole, {QuestionId("place"): Place(text="x", sites=(alone.id,))})

    found = where_held(DEFINITIONS.whole, position, SITES)

    assert (found.candidates, found.certain) == (frozenset(alone.countries), None)


def test_a_yes_on_another_path_is_not_theirs() -> None:
    """It was given about somebody else."""
    assert shared(IN_MYANMAR, ALL_YES, {"safe": tapped("about_other")})["embassy"] is None


def test_host_police_need_a_yes_of_whoever_has_proved_to_be_the_contact() -> None:
    """Who picked the phone up may tap it; a no needs no proof."""
    before, after = session(IN_MYANMAR, ALL_YES), session(IN_MYANMAR)
    behind = draw(after)
    guarded = replace(behind, log=(*behind.log, *session(ALL_YES).log))

    assert of(draw(before))["host_police"] == Share("MM", SOME)
    assert of(guarded)["host_police"] is None
    assert of(guarded)["embassy"] == Share("UG", SOME)
    assert of(lift(guarded))["host_police"] == Share("MM", SOME)
    veiled = draw(before)
    no = replace(veiled, log=(*veiled.log, *session({"tell_local_police": tapped("no_local")}).log))
    assert of(no)["host_police"] is None


def test_what_an_older_questionnaire_asked_says_nothing(flow: Flow) -> None:
    """A question or a choice that is not there any more gives no consent."""
    gone = {"no_such_question": tapped("yes"), "tell_embassy": tapped("no_such_choice")}

    assert shared(IN_MYANMAR, gone) == {}
    assert shared(IN_MYANMAR, ALL_YES, {"tell_embassy": tapped("no_such_choice")})["embassy"] is None
    assert replace(flow, held=(QuestionId("no_such_question"),)).held


SAID: Mapping[str, tuple[Answer, ...]] = {
    "safe": tuple(map(tapped, ("agree_safe", "agree_watched", "disagree", "about_other", "something_else"))),
    "stage": tuple(map(tapped, ("offer", "no_such_choice"))),
    "age": tuple(map(tapped, ("under_16", "from_30_to_49"))),
    "country": (Place(country="MM"), Place(country="UG"), Declined(Decline.SKIPPED)),
    "home_country": (Place(country="UG"), Place(country="MM"), Declined(Decline.SKIPPED)),
    "family_agree": (tapped("family_yes"), tapped("family_no")),
    "family_home": (Place(country="UG"), Place(country="MM")),
    "family_country": (Place(country="MM"), Place(country="UG")),
    "place": (Place(text="x", sites=(BORDER.id,)), Place(text="x")),
    "share": (tapped("yes_share"), tapped("no_share")),
    "tell_embassy": (tapped("yes_embassy"), tapped("no_embassy"), Declined(Decline.SKIPPED)),
    "tell_home_police": (tapped("yes_police"), tapped("no_police"), Declined(Decline.SKIPPED)),
    "share_acts": (tapped("acts_yes"), tapped("acts_no"), Declined(Decline.SKIPPED)),
    "tell_local_police": (tapped("yes_local"), tapped("no_local"), Declined(Decline.SKIPPED)),
    "family_tell_embassy": (tapped("yes_embassy"), tapped("no_embassy")),
    "family_tell_home_police": (tapped("yes_police"), tapped("no_police")),
}
entries = st.sampled_from(sorted(SAID)).flatmap(
    lambda name: st.sampled_from(SAID[name]).map(lambda answer: {name: answer})
)
logs = st.lists(entries, max_size=14)


@given(logs)
def test_no_class_gets_a_tier_that_was_not_agreed_to(said: list[dict[str, Answer]]) -> None:
    """Whatever was answered in whatever order: each tier has a yes that is the last word on its consent."""
    last: dict[str, bool] = {}
    for each in said:
        for name, answer in each.items():
            question = DEFINITIONS.whole.by_id[QuestionId(name)]
            if isinstance(answer, Chosen):
                for choice in answer.choices:
                    last |= question.by_id[choice].consents if choice in question.by_id else {}

    for name, found in shared(*said).items():
        partner = next(each for each in DEFINITIONS.tables.partners if each.name == name)
        given_now = {consent for consent in partner.consents if last.get(consent)}
        allowed = {tier for consent in given_now for tier in partner.consents[consent]}
        assert set(found.tiers if found else ()) <= allowed
        assert Tier.WORDS not in (found.tiers if found else ())


@given(logs, st.sampled_from(sorted(SAID)))
def test_declining_never_adds(said: list[dict[str, Answer]], question: str) -> None:
    """A skipped question opens nothing that was closed."""
    before = shared(*said)
    after = shared(*said, {question: Declined(Decline.SKIPPED)})

    for name, found in after.items():
        earlier = before.get(name)
        assert set(found.tiers if found else ()) <= set(earlier.tiers if earlier else ())


def part_of(answers: Mapping[str, Answer], definitions: Definitions, rubric: Rubric, **more: Any) -> Any:
    """The core of a case with these answers."""
    taken, flow = session(answers), definitions.whole
    said = Speech(lambda _context, text: text, lambda code: code)
    found = assess(rubric, gather(flow, rubric, taken))
    return summarise(flow, taken, found, source=said, local=said, watchword=("a b", "c d"), **more)


def test_a_partner_gets_no_word_to_pass_for_us(definitions: Definitions, rubric: Rubric) -> None:
    """Not the watchword, not their code word, no consent for others, nothing of what we would ask next."""
    parts = part_of(IN_MYANMAR | ALL_YES | {"code_word": Declined(Decline.SKIPPED)}, definitions, rubric)
    embassy = next(each for each in definitions.tables.partners if each.name == "embassy")

    core = lessen(embassy, parts[Tier.CORE])

    assert parts[Tier.CORE].watchword
    assert parts[Tier.CORE].open
    assert (core.watchword, core.open, core.consents) == ((), (), {"embassy": True})
    assert core.assessment is not None
    assert (core.assessment.unknown, core.assessment.would_change) == ((), ())
    assert core.contact_safety == parts[Tier.CORE].contact_safety
    assert lessen(embassy, parts[Tier.LOCATION]) == parts[Tier.LOCATION]
    assert definitions.whole.by_id[QuestionId("code_word")].tier is Tier.WORDS


def test_every_consent_of_the_table_is_asked_for(definitions: Definitions) -> None:
    """A name that no choice gives would never open anything."""
    asked = {
        name for each in definitions.whole.questions for choice in each.choices for name in choice.consents
    }

    assert {name for each in definitions.tables.partners for name in each.consents} <= asked
    assert all(
        Tier.WORDS not in tiers for each in definitions.tables.partners for tiers in each.consents.values()
    )


def test_a_class_that_is_there_twice_is_told() -> None:
    """The second would undo the first."""
    row = {"class": "embassy", "of": "home", "consents": {"embassy": ["core"]}}
    form = PartnersForm.model_validate({"partners": [row, row]}, strict=False)

    assert [trouble.code for trouble in check_partners(form)] == [Code.DUPLICATE_ID]
    assert isinstance(definitions_partner(), Partner)


def definitions_partner() -> Partner:
    """One of ours."""
    return DEFINITIONS.tables.partners[0]
