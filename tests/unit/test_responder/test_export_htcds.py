"""HTCDS 2.0: names and values are the standard's own, and nobody is ever called more than a possible victim."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from flows.rule import Likelihood
from protocol.audience import Tier
from responder.exports.htcds import htcds, htcds_csv, htcds_json
from responder.exports.scope import Scope, narrow
from responder.exports.standards import standard
from responder.exports.statement import Statement
from tests.unit.test_responder.invented import DAWIT, opened
from tests.unit.test_responder.told import DEFINITIONS

PICKLISTS = {
    "cas_Status": "Active, FollowUp, Closed, ClosedReferred",
    "prs_Gender": "Feminine, Masculine, TransgenderFeminine, TransgenderMasculine, NonConforming, NonSpecifiedUnknown",
    "vic_RecruitmentWebsitesAndApps": "Facebook, Instagram, WhatsApp, Telegram, FacebookMessenger, Viber, SnapChat, "
    "Line, 4Sale, WeChat, QQ, QZone, TikTok, Twitter, Other",
    "vic_MethodOfRecruitment": "AtAPlaceOfBusiness, AtAnEducationalInstitution, AtWork, ThroughOnlineSocialNetworks, "
    "ThroughAnOnlineAdvertisement, ThroughATelevisionAdvert, ThroughANewspaperAdvert, ThroughFamilyOrFamilyEvents, "
    "ThroughFriendsOrSocialEvents, Other",
    "vic_MethodsOfControl": "PhysicalThreats, ThreatsLawEnforcement, ThreatensChildrenFamily, DebtBondage, "
    "FalsePromises, PhysicalAbuse, SexualAbuse, TakesEarnings, RestrictsFinancialAccess, RestrictsMedicalCare, "
    "WithholdsNecessities, PsychologicalAbuse, PsychoactiveSubstance, ExcessiveWorkingHours, WithholdsDocuments, Other",
    "vic_TypeOfExploitation": "ForcedLabour, SexualExploitation, ChildLabour, ForcedMarriage, Servitude, "
    "ForcedMilitaryByNonStateActors, OrganRemoval, ForcedBegging, ForcedAdoption, Surrogacy, Other",
    "per_RoleInProcess": "TravellingPartner, Transporter, RecruiterOrIntermediary, BrokerTravelAgent, "
    "TransferredIndividual, HarbouredIndividual, SoldIndividual, BoughtIndividual, ReceivedIndividual, "
    "ControlledIndividual, Smuggler, Abuser, Kidnapper, Exploiter, Other",
    "hte_Type": "Recruitment, Transit, Exploitation",
}
"""The standard's own, from its repository (domain research 6.1). The status has more; we may write one of them."""
TEXTS = {
    "cas_IncomingReferralDate",
    "prs_PrimaryLanguage",
    "prs_Citizenship",
    "prs_MobilePhone",
    "vic_LocationOfExploitation",
    "cco_CaseComment",
    "con_Consent",
    "hte_Country",
    "hte_City",
    "hte_Date",
    "hte_Latitude",
    "hte_Longitude",
}
EXTENSIONS = {"x_ForcedCriminality", "x_RestrictsMovement"}
MAP = standard("htcds")


def made(
    answers: dict[str, Any] = DAWIT, tiers: frozenset[Tier] = frozenset(Tier), **fields: Any
) -> dict[str, Any]:
    """The document as a reader has it."""
    stated = Statement(narrow(opened(answers, **fields), Scope(tiers=tiers)))
    document: dict[str, Any] = json.loads(htcds_json(stated))
    return document


def test_fields_and_picklists_are_the_standards() -> None:
    """No field of ours but the two that are declared, no value that it does not have, its order kept."""
    fields = MAP["fields"] | MAP["event_fields"]

    assert fields.keys() == PICKLISTS.keys() | TEXTS | EXTENSIONS | {"vic_TraffickingStatus"}
    for name, picklist in PICKLISTS.items():
        assert fields[name] == picklist.split(", "), name
    assert MAP["extensions"].keys() == EXTENSIONS


def test_every_meaning_is_in_its_picklist() -> None:
    """What an indicator or a choice stands for exists in the standard."""
    meanings = [
        *MAP["indicators"].values(),
        *(each for of in MAP["choices"].values() for each in of.values()),
    ]
    for meaning in meanings:
        for name, values in meaning.items():
            allowed = (MAP["fields"] | MAP["event_fields"])[name]
            assert set(values) <= set(allowed), name


def test_indicators_and_choices_of_the_map_exist() -> None:
    """One that is renamed in the questionnaire or the rubric does not silently fall out."""
    assert MAP["indicators"].keys() <= DEFINITIONS.rubric.indicators.keys()
    for question, choices in MAP["choices"].items():
        assert choices.keys() <= DEFINITIONS.whole.by_id[question].by_id.keys()
    assert set(MAP["answers"].values()) <= DEFINITIONS.whole.by_id.keys()


def test_nobody_is_more_than_a_possible_victim() -> None:
    """That status or none, whatever the grade, and never a body that decided."""
    assert MAP["fields"]["vic_TraffickingStatus"] == ["PossibleVictimOfTrafficking"]
    assert MAP["status"] == "PossibleVictimOfTrafficking"
    assert (
        set(MAP["status_from"]) == {"presumed", "probable", "possible"} < {each.value for each in Likelihood}
    )
    little = made({"safe": "agree_safe", "age": "from_18_to_29"})

    assert made()["vic"]["vic_TraffickingStatus"] == "PossibleVictimOfTrafficking"
    assert "vic_TraffickingStatus" not in little.get("vic", {})
    for document in (made(), little):
        text = json.dumps(document)
        assert not re.search("DecisionMakingOrg|ActualVictim|NotAVictim", text)


def test_forced_crime_stands_in_an_extension_beside_what_the_standard_has() -> None:
    """ForcedLabour and Other, with x_ForcedCriminality, and the extension is declared (its issue 28)."""
    document = made()

    assert document["vic"]["vic_TypeOfExploitation"] == ["ForcedLabour", "Other"]
    assert document["x"] == {"x_ForcedCriminality": True, "x_RestrictsMovement": True}
    assert document["extensions"].keys() == EXTENSIONS
    assert "Other" in document["vic"]["vic_MethodsOfControl"]


def test_what_they_are_made_to_do_is_not_told_without_its_tier() -> None:
    """Neither as a type nor as an extension."""
    document = made(tiers=frozenset({Tier.CORE}))

    assert "vic_TypeOfExploitation" not in document["vic"]
    assert document["extensions"].keys() == {"x_RestrictsMovement"}
    assert document["left_out"]["tiers"] == ["identity", "location", "forced_acts", "words"]
    assert "forced_acts" in document["cco"]["cco_CaseComment"]
    assert "prs_Citizenship" not in document["prs"]
    assert document["hte"] == []


def test_the_way_there_and_the_place_are_events() -> None:
    """One for each place, then the exploitation where they are."""
    kinds = [(each["hte_Type"], each["hte_City"]) for each in made()["hte"]]

    assert kinds == [
        ("Transit", "Addis Ababa"),
        ("Transit", "Bangkok"),
        ("Transit", "Mae Sot"),
        ("Exploitation", "KK Park"),
    ]
    assert made()["hte"][-1]["hte_Country"] == "MM"
    assert made()["vic"]["vic_LocationOfExploitation"] == "KK Park, MM"


def test_a_crossing_without_a_place_is_a_transit() -> None:
    """The sign alone says so much."""
    document = made({"safe": "agree_safe", "journey": ["no_stamp"]})

    assert document["hte"] == [{"hte_Type": "Transit"}]


def test_a_choice_says_more_than_the_sign_that_it_fires() -> None:
    """How they were found, where it was online, in the order of the picklist; language and phone in their forms."""
    document = made(language="am")

    assert document["vic"]["vic_MethodOfRecruitment"] == [
        "ThroughAnOnlineAdvertisement",
        "ThroughFriendsOrSocialEvents",
    ]
    assert document["vic"]["vic_RecruitmentWebsitesAndApps"] == ["Telegram", "Other"]
    assert document["prs"]["prs_PrimaryLanguage"] == "amh"
    assert re.fullmatch(r"\+?[1-9]\d{1,14}", document["prs"]["prs_MobilePhone"])
    assert document["prs"]["prs_Citizenship"] == ["ET"]


def test_every_value_of_a_document_is_in_its_picklist() -> None:
    """As a reader of the standard would check it."""
    document = htcds(Statement(narrow(opened(DAWIT), Scope(tiers=frozenset(Tier)))))
    for table in ("cas", "prs", "vic", "per", "con", "cco"):
        for name, value in document.get(table, {}).items():
            values = value if isinstance(value, list) else [value]
            assert name in MAP["fields"]
            if name in PICKLISTS:
                assert set(values) <= set(PICKLISTS[name].split(", ")), name


def test_the_table_says_the_same_as_the_document() -> None:
    """A line for the case, one for each event; several values in one cell."""
    stated = Statement(narrow(opened(DAWIT), Scope(tiers=frozenset(Tier))))
    rows = list(csv.DictReader(io.StringIO(htcds_csv(stated).removeprefix("\ufeff"))))
    case, *events = rows

    assert case["vic_TypeOfExploitation"] == "ForcedLabour;Other"
    assert case["x_ForcedCriminality"] == "true"
    assert case["prs_MobilePhone"] == "'+66812345678"
    assert [each["hte_City"] for each in events] == ["Addis Ababa", "Bangkok", "Mae Sot", "KK Park"]
    assert {each["record"] for each in rows} == {"case", "event"}


@pytest.mark.parametrize("language", ["am", "ar", "es", "my", "zh_Hans", "vi", "en"])
def test_languages_have_codes_of_three_letters(language: str) -> None:
    """ISO 639-2."""
    assert re.fullmatch("[a-z]{3}", made(language=language)["prs"]["prs_PrimaryLanguage"])
