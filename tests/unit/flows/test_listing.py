"""The ILO's list of 2009 in the rubric: each item, its dimension, and its strength for adults and children."""

from flows.ids import FindingId
from flows.rubric import Rubric
from flows.rule import Strength

LISTED = {
    "DR S/S": "deceived_job_nature deceived_destination deceived_employer",
    "DR M/M": (
        "deceived_wages deceived_conditions deceived_contract deceived_visa_legality deceived_travel_terms "
        "romance_or_marriage_lure"
    ),
    "CR S/S": "violence_in_transit",
    "CR M/S": "abducted_or_sold_at_start debt_set_at_recruitment sold_or_traded",
    "CR M/M": "documents_taken_in_transit escorted_under_guard",
    "VR M/M": (
        "economic_pressure precarious_status_abroad recruitment_fee_or_loan language_or_information_gap "
        "family_or_personal_crisis"
    ),
    "EX S/S": "excessive_hours",
    "EX M/M": "little_or_no_pay fines_and_deductions bad_living_conditions",
    "CD S/S": (
        "documents_confiscated confined_on_site armed_guards_or_fortified phone_taken_or_monitored "
        "physical_violence torture_or_electric_shock sexual_violence debt_bondage_exit_fee"
    ),
    "CD M/S": "forced_scam_work scam_quota threats_of_violence",
    "CD M/M": (
        "threat_of_sale_or_worse family_threatened arrest_or_denounce_threat wages_withheld_to_hold "
        "forced_to_recruit forced_to_harm_or_watch forced_to_lie_or_scripted"
    ),
    "VD M/M": (
        "irregular_status_fear total_dependency isolated_by_language_or_place debts_or_dependants_at_home"
    ),
}
ADDED_WEAK = (
    "offer_too_good recruited_online_by_stranger travel_prepaid_by_recruiter recruited_by_acquaintance "
    "last_seen_on_known_route irregular_crossing contact_lost_or_covert"
)
ADDED = (
    "denied_food_or_sleep sexual_exploitation accounts_or_identity_used punished_for_escape_or_help "
    "substances_forced medical_care_denied ransom_demanded"
)
MEETS = ["deceived_job_nature", "deceived_wages", "excessive_hours", "little_or_no_pay"]


def strict(rubric: Rubric, *names: str) -> bool:
    """Tell whether these findings meet the ILO's own rule."""
    return rubric.grader.strict(rubric.grader.fired(map(FindingId, names)))


def test_listed_item_stands_as_the_list_has_it(rubric: Rubric) -> None:
    """Dimension and strengths are the list's, also where the rubric raises or moves the item."""
    found: dict[str, set[str]] = {}
    for item in rubric.rules.indicators:
        if item.ilo is not None:
            child = item.ilo.child or Strength.WEAK
            grade = f"{item.ilo.dimension} {item.ilo.adult[0].upper()}/{child[0].upper()}"
            found.setdefault(grade, set()).add(item.id)

    assert {grade: set(names.split()) for grade, names in LISTED.items()} == found


def test_what_was_added_is_not_on_the_list(rubric: Rubric) -> None:
    """Seven weak signs and seven others are from elsewhere; everything else is the list's."""
    unlisted = {item.id for item in rubric.rules.indicators if item.ilo is None}

    assert set(f"{ADDED_WEAK} {ADDED}".split()) == unlisted
    assert {rubric.indicators[FindingId(name)].adult for name in ADDED_WEAK.split()} == {Strength.WEAK}


def test_sign_from_elsewhere_never_meets_the_ilo_s_rule(rubric: Rubric) -> None:
    """Coercion by drugs or ransom counts for help, and not for the figure that is compared with others'."""
    assert strict(rubric, *MEETS, "documents_confiscated", "confined_on_site")
    assert strict(rubric, *MEETS, "documents_confiscated", "threats_of_violence")
    assert not strict(rubric, *MEETS, "documents_confiscated", "substances_forced")
    assert not strict(rubric, *MEETS, "ransom_demanded", "punished_for_escape_or_help")


def test_two_of_one_listed_item_count_once(rubric: Rubric) -> None:
    """Being seized at the start and being sold later are one item there, though two signs here."""
    held = ("excessive_hours", "little_or_no_pay", "documents_confiscated", "confined_on_site")
    first = ("abducted_or_sold_at_start", "documents_taken_in_transit")

    assert not strict(rubric, *held, *first, "sold_or_traded")
    assert strict(rubric, *held, *first, "debt_set_at_recruitment")


def test_child_s_strengths_are_the_children_s_list_s(rubric: Rubric) -> None:
    """Under 18 exploitation alone is enough, by the children's strengths."""
    assert strict(rubric, "minor", "excessive_hours", "little_or_no_pay")
    assert not strict(rubric, "minor", "little_or_no_pay", "fines_and_deductions")
    assert not strict(rubric, "excessive_hours", "little_or_no_pay")
