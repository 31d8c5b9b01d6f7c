"""The thirteen worked cases of the triage rubric."""

from typing import Any

import msgspec
import pytest

from flows.documents import assess_document
from flows.loading import Definitions

# case, indicators, stage, flags, share answered, likelihood, urgency, rule, by the ILO's own rule
VECTORS = [
    (
        "T1",
        (
            "deceived_job_nature deceived_destination "
            "deceived_travel_terms armed_guards_or_fortified forced_scam_work"
        ),
        ("inside", "", 1.0),
        ("probable", "high", "H2", False),
    ),
    (
        "T2",
        (
            "deceived_job_nature deceived_destination recruited_online_by_stranger irregular_crossing "
            "documents_confiscated phone_taken_or_monitored confined_on_site "
            "forced_scam_work excessive_hours scam_quota"
        ),
        ("inside", "", 1.0),
        ("presumed", "high", "H1", False),
    ),
    (
        "T3",
        (
            "deceived_job_nature documents_confiscated "
            "phone_taken_or_monitored confined_on_site physical_violence "
            "sold_or_traded ransom_demanded forced_scam_work"
        ),
        ("escaped", "", 1.0),
        ("presumed", "medium", "M1", False),
    ),
    (
        "T4",
        (
            "recruited_online_by_stranger last_seen_on_known_route contact_lost_or_covert ransom_demanded "
            "physical_violence"
        ),
        ("inside", "ransom_deadline_72h", 1.0),
        ("probable", "critical", "C5", False),
    ),
    (
        "T5",
        "offer_too_good recruited_online_by_stranger travel_prepaid_by_recruiter",
        ("offer", "departure_72h", 1.0),
        ("possible", "high", "H6", False),
    ),
    ("T6", "excessive_hours", ("free", "", 1.0), ("possible", "low", "L1", False)),
    (
        "T7",
        "forced_scam_work confined_on_site",
        ("inside", "minor", 1.0),
        ("presumed", "critical", "C8", False),
    ),
    (
        "T8",
        (
            "deceived_job_nature deceived_wages documents_confiscated confined_on_site forced_scam_work "
            "physical_violence irregular_status_fear"
        ),
        ("escaped", "no_safe_shelter", 1.0),
        ("presumed", "high", "H5", False),
    ),
    ("T9", "", ("unknown", "asked_for_help", 0.05), ("insufficient", "medium", "M4", False)),
    ("T10", "", ("free", "", 1.0), ("none", "none", "N1", False)),
    (
        "T11",
        "forced_scam_work confined_on_site debt_bondage_exit_fee fines_and_deductions documents_confiscated",
        ("inside", "", 1.0),
        ("probable", "high", "H2", False),
    ),
    ("T12", "debt_bondage_exit_fee", ("inside", "", 1.0), ("possible", "medium", "M2", False)),
    (
        "T13",
        (
            "deceived_job_nature deceived_wages documents_confiscated "
            "confined_on_site excessive_hours little_or_no_pay "
            "forced_scam_work"
        ),
        ("escaped", "", 1.0),
        ("presumed", "medium", "M1", True),
    ),
]


@pytest.mark.parametrize(
    ("indicators", "around", "expected"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS]
)
def test_worked_case_is_graded_as_computed_by_hand(
    definitions: Definitions,
    indicators: str,
    around: tuple[str, str, float],
    expected: tuple[str, str, str, bool],
) -> None:
    """Each case has the likelihood, urgency and rule that the rubric's authors worked out."""
    stage, flags, answered = around
    document = {
        "schema": "findings/1",
        "flow": "victim",
        "indicators": indicators.split(),
        "flags": [flag for flag in flags.split() if flag != "minor"],
        "stage": stage,
        "minor": "minor" in flags,
        "answered": answered,
    }

    graded: Any = msgspec.to_builtins(assess_document(definitions, document))

    assert expected == (
        graded["likelihood"],
        graded["urgency"],
        graded["urgency_rule"],
        graded["ilo_strict"],
    )
