"""A family's report as PFIF, as a Primero tracing request and as help for a police report."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from flows.answer import When
from protocol.audience import Tier
from responder.exports.pfif import pfif, written
from responder.exports.primero import primero_json
from responder.exports.scope import Scope, narrow
from responder.exports.standards import standard
from responder.exports.statement import Statement, day_of
from responder.exports.yellow import misp_json, yellow
from responder.failures import ExportWrong
from tests.unit.test_responder.invented import ALMAZ, NOW, opened
from tests.unit.test_responder.told import DEFINITIONS

ALL = frozenset(Tier)
PERSON = [
    "person_record_id",
    "entry_date",
    "expiry_date",
    "author_name",
    "author_email",
    "author_phone",
    "source_name",
    "source_date",
    "source_url",
    "full_name",
    "given_name",
    "family_name",
    "alternate_names",
    "description",
    "sex",
    "date_of_birth",
    "age",
    "home_street",
    "home_neighborhood",
    "home_city",
    "home_state",
    "home_postal_code",
    "home_country",
    "photo_url",
    "profile_urls",
]
NOTE = [
    "note_record_id",
    "person_record_id",
    "linked_person_record_id",
    "entry_date",
    "author_name",
    "author_email",
    "author_phone",
    "source_date",
    "author_made_contact",
    "status",
    "email_of_found_person",
    "phone_of_found_person",
    "last_known_location",
    "text",
    "photo_url",
]
MUST = {"person_record_id", "source_date", "full_name"}
NOTE_MUST = {"note_record_id", "author_name", "source_date", "text"}
STATUS = {"", "information_sought", "is_note_author", "believed_alive", "believed_missing", "believed_dead"}
"""PFIF 1.4, from Person Finder's own source (domain research 6.3)."""
PRIMERO = {
    "inquirer": """inquiry_date status relation_name relation_nickname relation_age relation_date_of_birth
    relation_language relation_nationality relation_address_current relation_location_current relation_telephone
    date_of_separation separation_cause location_separation location_last telephone_last disclosure_other_orgs""",
    "traced_person": """name relation name_nickname name_other sex age date_of_birth tracing_request_status
    date_of_separation separation_cause location_separation location_last telephone_last""",
    "protection": """protection_status urgent_protection_concern risk_level protection_concerns unhcr_needs_codes""",
    "consent": """interview_subject consent_for_services consent_reporting consent_for_tracing consent_info_sharing
    disclosure_deny_details withholding_info_reason legitimate_basis unhcr_export_opt_in""",
}
"""Primero's forms (domain research 6.5)."""
MISP = {
    "notice-color",
    "present-family-name",
    "forename",
    "alias",
    "father-s-family-name-&-forename",
    "mother-s-family-name-&-forename",
    "sex",
    "date-of-birth",
    "place-of-birth",
    "nationality",
    "language-spoken",
    "height",
    "weight",
    "colour-of-hair",
    "colour-of-eyes",
    "distinguishing-marks-and-characteristics",
    "date-of-disappearance",
    "place-of-disappearance",
    "portrait",
    "charges",
}
"""The object `interpol-notice` (domain research 6.4)."""


def stated(
    answers: dict[str, Any] = ALMAZ, *texts: str, tiers: frozenset[Tier] = ALL, **fields: Any
) -> Statement:
    """What a report states."""
    return Statement(narrow(opened(answers, *texts, **fields), Scope(tiers=tiers)))


def record(answers: dict[str, Any] = ALMAZ, **fields: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The person's fields and the note's, in their order."""
    root = ET.fromstring(pfif(stated(answers), now=NOW, **fields))  # noqa: S314 - our own
    space = "{http://zesty.ca/pfif/1.4}"
    (person,) = root
    (note,) = person.findall(f"{space}note")
    assert root.tag == f"{space}pfif"
    assert person.tag == f"{space}person"
    assert list(person)[-1] is note
    read = [{each.tag.removeprefix(space): each.text or "" for each in part} for part in (person, note)]
    read[0].pop("note")
    return read[0], read[1]


# --- PFIF


def test_fields_stand_in_the_order_of_pfif() -> None:
    """The order matters; the mandatory ones are there, the note inside the person and last."""
    person, note = record()

    assert list(person) == [name for name in PERSON if name in person]
    assert list(note) == [name for name in NOTE if name in note]
    assert person.keys() >= MUST
    assert note.keys() >= NOTE_MUST
    assert (standard("pfif")["person"], standard("pfif")["note"]) == (PERSON, NOTE)


def test_a_record_always_ends() -> None:
    """Times are UTC with Z; the end is there whatever was asked, and after the entry."""
    for days, ends in ((None, "2026-05-01T09:30:00Z"), (7, "2026-03-09T09:30:00Z")):
        person, note = record(expires_days=days)
        assert person["expiry_date"] == ends
        assert person["entry_date"] == note["entry_date"] == "2026-03-02T09:30:00Z"
    for name in ("entry_date", "source_date", "expiry_date"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", person[name])


def test_a_record_says_what_is_known() -> None:
    """Name, sex, year, age, country; how the contact is; the last place."""
    person, note = record()

    assert (person["full_name"], person["sex"], person["date_of_birth"]) == ("Hanna B.", "female", "1999")
    assert (person["age"], person["home_country"]) == ("18-29", "ET")
    assert (note["status"], note["last_known_location"]) == ("believed_missing", "Shwe Kokko, MM")
    assert "Never publish" in note["text"]
    assert "watchword" in note["text"]


@pytest.mark.parametrize("contact", ["freely", "hidden", "stopped_since_journey", "stopped_otherwise", None])
def test_a_status_is_one_of_pfifs(contact: str | None) -> None:
    """Never dead, never is_note_author; without an answer information is sought."""
    _, note = record(ALMAZ | {"family_contact": contact})

    assert note["status"] in STATUS - {"believed_dead", "is_note_author", ""}
    assert (note["status"] == "information_sought") == (contact in {None, "stopped_otherwise"})
    assert note.get("author_made_contact", "true") == "true"


def test_there_is_no_record_without_a_name() -> None:
    """It is mandatory: without it, or without its tier, the export says so."""
    for given in (stated(ALMAZ | {"family_name": None}), stated(tiers=frozenset({Tier.CORE}))):
        with pytest.raises(ExportWrong, match="full_name") as refused:
            pfif(given, now=NOW)
        assert "identity" in refused.value.hint


@pytest.mark.parametrize(
    "text", ["<b>&\"'", "\x00\x0b\x1b[31m", "\ufffe\uffff", "\u202eabc", "😀 ሰላም", "x" * 10_000]
)
def test_whatever_was_written_is_read_back_as_xml(text: str) -> None:
    """What XML cannot hold is not there; what it can is the same."""
    back = ET.fromstring(f"<a>{written(text)}</a>").text or ""  # noqa: S314 - our own
    kept = "".join(mark for mark in text if mark not in "\x00\x0b\x1b\ufffe\uffff")

    assert back == kept
    if text.isprintable():
        assert record(ALMAZ | {"family_name": text})[0]["full_name"] == " ".join(kept.split())


# --- Primero


def request(answers: dict[str, Any] = ALMAZ, **fields: Any) -> dict[str, Any]:
    """The tracing request as a reader has it."""
    document: dict[str, Any] = json.loads(primero_json(stated(answers, **fields)))
    return document


def test_a_request_has_primeros_fields_alone() -> None:
    """Every name is one of its forms', in its order, and religion and ethnicity are not asked."""
    document = request()
    for form, names in PRIMERO.items():
        assert standard("primero")["fields"][form] == names.split()
        assert list(document[form]) == [name for name in names.split() if name in document[form]]


def test_a_request_says_what_is_known() -> None:
    """Who asks, who is looked for, since when, where last."""
    document = request()

    assert document["traced_person"] == {
        "name": "Hanna B.",
        "relation": "sibling",
        "sex": "female",
        "age": 27,
        "tracing_request_status": "open",
        "date_of_separation": "2026-02-24",
        "location_last": "Shwe Kokko, MM",
    }
    assert document["inquirer"]["relation_telephone"] == "+254712345678"
    assert document["protection"]["protection_concerns"] == ["trafficked_smuggled"]


@pytest.mark.parametrize(
    ("urgency", "risk", "urgent"),
    [("critical", "high", True), ("high", "high", True), ("medium", "medium", False), ("low", "low", False)],
)
def test_urgency_is_primeros_risk(urgency: str, risk: str, urgent: bool) -> None:
    """Critical and high are high and an urgent concern; the rest as it is called."""
    protection = request(urgency=urgency_of(urgency))["protection"]

    assert (protection["risk_level"], protection["urgent_protection_concern"]) == (risk, urgent)


def urgency_of(name: str) -> Any:
    """The queue's word."""
    from protocol.desk import Urgency

    return Urgency(name)


def test_a_consent_that_nobody_gave_is_not_there() -> None:
    """A no is a no, and not having been asked is neither."""
    no = request({name: each for name, each in ALMAZ.items() if name != "family_tell_home_police"})
    refused = request(ALMAZ | {"family_tell_embassy": "no_embassy"})

    assert "consent_reporting" not in no["consent"]
    assert refused["consent"]["consent_info_sharing"] is False
    assert request(tiers=frozenset({Tier.CORE}))["traced_person"].get("name") is None


# --- the helper for a police report


def test_the_helper_says_what_is_there_and_what_is_missing() -> None:
    """A name in one piece is looked at; a family name is missing; without photo or description one of them is."""
    found = yellow(stated())

    assert [need.field for need in found.missing] == ["present-family-name"]
    assert {need.field for need in found.there} >= {"forename", "sex", "date-of-birth", "nationality"}
    assert found.lacks_one
    assert found.reported
    assert found.reference == "AA-2026-17"
    assert next(need for need in found.there if need.field == "forename").to_check


def test_a_photo_is_something_to_look_at() -> None:
    """It counts as one of what is enough, and a person has to see whether it is good."""
    found = yellow(stated(files=(("photo", ""), ("voice", ""))))
    portrait = next(need for need in found.needs if need.field == "portrait")

    assert (portrait.known, portrait.to_check, found.lacks_one) == ("1", True, False)


def test_the_helper_knows_nothing_without_its_tiers() -> None:
    """Nothing of who and where stands in it by default, and no report that is not there."""
    found = yellow(stated(ALMAZ | {"family_reported": ["embassy"]}, tiers=frozenset({Tier.CORE})))

    assert {need.field for need in found.there} <= {"date-of-disappearance"}
    assert len(found.missing) == 4
    assert not found.reported


def test_the_object_has_misps_attributes() -> None:
    """Relations are those of interpol-notice, the colour is yellow, and ids are the same each time."""
    document = json.loads(misp_json(stated(), now=NOW))
    relations = [each["object_relation"] for each in document["Object"]["Attribute"]]

    assert set(relations) <= MISP
    assert {line["id"] for line in standard("yellow")["lines"]} == MISP - {"notice-color", "charges"}
    assert document["Object"]["Attribute"][0]["value"] == "Yellow"
    assert document == json.loads(misp_json(stated(), now=NOW))
    assert document["missing"] == ["present-family-name"]


def test_what_the_maps_name_exists() -> None:
    """Questions and choices of the questionnaire as it is."""
    by_id = DEFINITIONS.whole.by_id
    for name in ("pfif", "primero", "yellow"):
        asked = standard(name)["answers"]
        assert set(asked.values()) <= by_id.keys()
        assert standard(name)["sexes"].keys() == by_id[asked["sex"]].by_id.keys()
    contacts = by_id[standard("pfif")["answers"]["contact"]].by_id
    assert standard("pfif")["contacts"].keys() == contacts.keys()
    assert standard("pfif")["ages"].keys() == by_id["family_age"].by_id.keys()  # type: ignore[index]
    assert standard("primero")["relations"].keys() == by_id["family_relation"].by_id.keys()  # type: ignore[index]
    assert set(standard("yellow")["police"]) <= by_id["family_reported"].by_id.keys()  # type: ignore[index]
    assert datetime(2026, 3, 2, 9, 30, tzinfo=UTC) == NOW


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (When(at="2026-02-20T10:00:00"), "2026-02-20"),
        (When(relative_days=-3), "2026-02-26"),
        (When(hours=(-168, -36)), ""),
        (When(text="before the rains"), ""),
        (When(at="?"), ""),
    ],
)
def test_a_day_is_only_said_where_it_was(when: When, day: str) -> None:
    """Rough words make no date."""
    assert day_of(when, 1_772_366_400) == day
