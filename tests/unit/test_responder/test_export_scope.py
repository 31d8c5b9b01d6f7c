"""What of a case goes into an export: the least at first, no more than was agreed, and what is left out is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flows.definition import Kind
from protocol.audience import RecipientClass, Tier
from protocol.export import ExportFormat
from responder.exports.scope import FILES, NEVER, TEXTS, Scope, allowed, narrow
from responder.exports.standards import standard
from responder.failures import ExportWrong
from responder.messages import Exchange
from responder.opened import OpenedCase, merge_sessions
from responder.printing import print_case
from responder.regrades import History, Regraded
from tests.unit.test_responder.invented import ALMAZ, DAWIT, NOW, opened
from tests.unit.test_responder.told import DEFINITIONS

ALL = frozenset(Tier)
POLICE = RecipientClass.HOME_POLICE


def questions(case: OpenedCase) -> set[str]:
    """What was answered in it."""
    return {str(line.question) for session in case.sessions for line in session.answers}


def found(case: OpenedCase) -> set[str]:
    """What applied in it."""
    return {
        str(each.id)
        for session in case.sessions
        if session.assessment
        for each in session.assessment.findings
    }


def test_the_least_is_what_happened() -> None:
    """Without a choice no identity, place, act or word goes, nor what rests on them; and that is said."""
    kept = narrow(opened(DAWIT, "help me"), Scope())

    assert (
        questions(kept.opened) & {"home_country", "country", "place", "work", "promise", "other_phone"}
        == set()
    )
    assert "danger" in questions(kept.opened)
    assert "forced_scam_work" not in found(kept.opened)
    assert "documents_confiscated" in found(kept.opened)
    assert [session.texts for session in kept.opened.sessions] == [()]
    assert kept.left_out.tiers == (Tier.IDENTITY, Tier.LOCATION, Tier.FORCED_ACTS, Tier.WORDS)


@pytest.mark.parametrize("tier", [tier for tier in Tier if tier is not Tier.CORE])
def test_a_tier_goes_only_when_it_is_chosen(tier: Tier) -> None:
    """Each by itself, with nothing of the others."""
    case = opened(DAWIT, "help me")
    with_it = narrow(case, Scope(tiers=frozenset({Tier.CORE, tier}))).opened

    own = {
        str(line.question) for _, part in case.parts if part.tier.value == tier.value for line in part.answers
    }
    assert questions(with_it) - questions(narrow(case, Scope()).opened) == own - {"own_word"}


def test_that_somebody_asked_for_help_stays_without_their_words() -> None:
    """The sign is core; the words that it rests on are not."""
    kept = narrow(opened(DAWIT, "help me"), Scope()).opened

    assert "asked_for_help" in found(kept)
    assert "help me" not in print_case(kept)


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("phone", {"other_phone"}),
        ("papers", {"papers"}),
        ("route", {"route"}),
        ("amount", {"price_sum"}),
    ],
)
def test_what_is_redacted_is_not_there(name: str, gone: set[str]) -> None:
    """By question or by kind; the rest stays, and the document says what was taken out."""
    case = opened(DAWIT, "help me")
    kept = narrow(case, Scope(tiers=ALL, redact=frozenset({name})))

    assert questions(case) - questions(kept.opened) == gone | {"own_word"}
    assert kept.left_out.redacted == (name,)


def test_a_sign_goes_with_the_answer_that_it_rests_on() -> None:
    """Else it would tell what was taken out."""
    case = opened(DAWIT)

    assert "documents_confiscated" in found(case)
    assert "documents_confiscated" not in found(narrow(case, Scope(redact=frozenset({"papers"}))).opened)


def test_words_and_files_can_be_taken_out_by_themselves() -> None:
    """Files without words, words without files; their names stand with them alone."""
    case = opened(DAWIT, "the door", files=(("photo", "anna.jpg"),))

    no_texts = narrow(case, Scope(tiers=ALL, redact=frozenset({"texts"}))).opened
    no_files = narrow(case, Scope(tiers=ALL, redact=frozenset({"files"}))).opened
    core = narrow(case, Scope()).opened

    assert "the door" not in print_case(no_texts)
    assert "anna.jpg" not in print_case(no_files)
    assert "the door" in print_case(no_files)
    assert not no_files.files.all
    assert not core.files.all


def test_nothing_is_taken_out_that_is_not_there() -> None:
    """A slip of the finger does not pass for a redaction."""
    with pytest.raises(ExportWrong, match="nothing called adress") as refused:
        narrow(opened(DAWIT), Scope(redact=frozenset({"adress"})))
    assert "phone" in refused.value.hint


def test_what_proves_somebody_never_goes() -> None:
    """Neither the watchword, nor that they have words of their own, nor what responders wrote."""
    case = opened(DAWIT | {"warn_word": "kept"})
    reasons = History((Regraded(0, "c" * 16, "Rosa", NOW, "low", "high", "because so"),))  # type: ignore[arg-type]
    case = replace(case, history=reasons, exchange=Exchange(failure="canary"))
    printed = print_case(narrow(case, Scope(tiers=ALL)).opened)

    assert case.sessions[0].watchword == ("river", "river")
    for canary in ("river", "own_word", "warn_word", "because so", "canary", "Rosa"):
        assert canary not in printed
    assert set(NEVER) == {"watchword", "own_words", "messages", "reasons"}


CONSENTS: dict[str, bool] = {"embassy": True, "home_police": True, "local_police": True}


@pytest.mark.parametrize(
    ("who", "consents", "tiers"),
    [
        ("organisation", {}, {"core", "identity", "location", "forced_acts", "words"}),
        ("organisation", {"organisation": False}, {"core"}),
        ("embassy", {"organisation": False, "embassy": True}, set()),
        ("embassy", {}, set()),
        ("embassy", {"home_police": True}, set()),
        ("embassy", {"embassy": False}, set()),
        ("embassy", {"embassy": True}, {"core", "identity", "location"}),
        ("home_police", {"home_police": True}, {"core", "identity", "location"}),
        ("home_police", {"home_police": True, "police_forced_acts": False}, {"core", "identity", "location"}),
        (
            "home_police",
            {"home_police": True, "police_forced_acts": True},
            {"core", "identity", "location", "forced_acts"},
        ),
        ("home_police", {"police_forced_acts": True}, set()),
        ("host_police", {"home_police": True, "police_forced_acts": True}, set()),
        ("host_police", CONSENTS | {"police_forced_acts": True}, {"core", "identity", "location"}),
    ],
)
def test_a_class_gets_what_was_agreed_and_no_more(
    who: str, consents: dict[str, bool], tiers: set[str]
) -> None:
    """Nothing without a yes; what they were made to do goes to police only after a yes of its own; words never."""
    assert {tier.value for tier in allowed(RecipientClass(who), consents)} == tiers


@pytest.mark.parametrize("tier", [Tier.FORCED_ACTS, Tier.WORDS])
def test_a_tier_that_a_class_may_not_open_is_refused(tier: Tier) -> None:
    """It is not quietly dropped: whoever chose it is told."""
    with pytest.raises(ExportWrong, match=f"home police may not be handed {tier.value}"):
        narrow(opened(DAWIT), Scope(POLICE, frozenset({Tier.CORE, tier})))


def test_nothing_goes_to_whom_they_did_not_agree_to() -> None:
    """Not even the core."""
    with pytest.raises(ExportWrong, match="did not agree"):
        narrow(opened(DAWIT), Scope(RecipientClass.HOST_POLICE))
    narrow(opened(DAWIT), Scope(POLICE))


def test_the_last_word_on_a_consent_counts() -> None:
    """A no in a later session takes back the yes of an earlier one."""
    case, later = opened(ALMAZ), opened(ALMAZ | {"family_tell_embassy": "no_embassy"})
    both: Any = replace(case, sessions=(*case.sessions, *later.sessions))

    with pytest.raises(ExportWrong):
        narrow(both, Scope(RecipientClass.EMBASSY))
    assert merge_sessions(case.parts) == case.sessions


CASELESS = {RecipientClass.ANALYST, RecipientClass.INTERPRETER, RecipientClass.DISCLOSED}
HANDED = set(RecipientClass) - CASELESS - {RecipientClass.POLICE}
"""What a file can be for: analysts and interpreters have no case, and police are those of home or of the place."""


def test_everything_that_is_chosen_has_words() -> None:
    """Each tier, class and format, and every kind of answer that can be taken out, is called something."""
    desk = DEFINITIONS.desk
    kinds = {kind.value for kind in Kind} - {Kind.WORD.value}

    assert {f"tier.{tier.value}" for tier in Tier} <= desk.keys()
    assert {f"audience.{each.value}" for each in HANDED} <= desk.keys()
    assert {f"format.{each.value}" for each in ExportFormat} <= desk.keys()
    assert {name.removeprefix("redact.") for name in desk if name.startswith("redact.")} == kinds | {
        TEXTS,
        FILES,
    }
    assert {f"yellow.{line['says']}" for line in standard("yellow")["lines"]} <= desk.keys()


def test_the_tables_have_every_class_and_format() -> None:
    """None is missing, and what a class is handed are tiers and consents that there are."""
    asked = {
        who for question in DEFINITIONS.whole.questions for each in question.choices for who in each.consents
    }
    audiences = standard("audience")

    assert audiences.keys() >= {each.value for each in HANDED}
    assert standard("formats").keys() == {each.value for each in ExportFormat}
    for rule in audiences.values():
        assert set(rule["tiers"]) | rule.get("with", {}).keys() <= {tier.value for tier in Tier}
        assert {*rule.get("with", {}).values(), *([rule["asks"]] if "asks" in rule else [])} <= asked


@pytest.mark.parametrize("age", ["under_16", "from_16_to_17", "about_18"])
def test_no_consent_of_a_minor_hands_them_to_police(age: str) -> None:
    """Whatever was tapped; the embassy is another matter."""
    case = opened(DAWIT | {"age": age})

    with pytest.raises(ExportWrong, match="under 18"):
        narrow(case, Scope(POLICE))
    narrow(case, Scope(RecipientClass.EMBASSY))
    assert allowed(POLICE, {"home_police": True}, minor=True) == frozenset()


def test_a_partner_is_told_nothing_of_others() -> None:
    """Neither what was agreed for others, nor what is asked next."""
    case = opened(DAWIT)
    ours, theirs = (narrow(case, Scope(each)) for each in (RecipientClass.ORGANISATION, POLICE))

    assert ours.consents.keys() == {"organisation", "embassy", "home_police", "police_forced_acts"}
    assert theirs.consents == {"home_police": True, "police_forced_acts": False}
    for session in theirs.opened.sessions:
        assert session.assessment
        assert (session.assessment.unknown, session.assessment.would_change, session.open) == ((), (), ())
    assert ours.opened.sessions[0].open
