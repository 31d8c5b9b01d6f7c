"""The terminal's screens, compared with the approved text files beside this one.

To approve a change after reading it: `python -m tests.screens.approve`.
"""

import pytest

from tests.screens.approve import SCREENS, approved, drawn


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_screen_is_the_approved_one(name: str) -> None:
    """What a responder sees changes only when somebody has looked at it."""
    assert drawn(name) == approved(name)


@pytest.mark.parametrize("name", ["case_critical", "case_critical_narrow"])
def test_urgency_stands_on_the_first_line_by_word_and_shape(name: str) -> None:
    """Ten seconds are enough, also without colour."""
    first = drawn(name).splitlines()[0]

    assert "◆ CRITICAL" in first
    assert "hurt or threatened" in drawn(name)


@pytest.mark.parametrize("name", ["case_taken_back", "case_taken_back_narrow"])
def test_what_was_taken_back_stands_before_why_it_is_urgent(name: str) -> None:
    """Who reads ten seconds long sees why the queue says more than the answers do now, and sees it once."""
    screen = drawn(name)

    assert "The queue says Critical" in " ".join(screen.splitlines()[:2])
    assert screen.index("Before: I am being hurt") < screen.index("Now: None of these")
    assert screen.index("Now: None of these") < screen.index("How may we write?")
    assert screen.index("How may we write?") < screen.index("Why it is urgent")
    assert screen.count("Changed answers") == 1


@pytest.mark.parametrize("name", ["case_regraded", "case_regraded_narrow"])
def test_both_grades_stand_first(name: str) -> None:
    """What a responder gave is on the first line, what the answers give and why it was changed follow."""
    screen = " ".join(drawn(name).split())

    assert "MEDIUM" in drawn(name).splitlines()[0]
    assert screen.index("The answers give: Critical.") < screen.index("from Critical to Low")
    assert screen.index("from Critical to Low") < screen.index("from Low to Medium")
    assert screen.index("from Low to Medium") < screen.index("How may we write?")


@pytest.mark.parametrize("name", [name for name in sorted(SCREENS) if name.startswith("case")])
def test_every_case_says_that_it_is_no_determination(name: str) -> None:
    """A score is never a verdict."""
    assert "Screening aid, not a determination." in drawn(name)
