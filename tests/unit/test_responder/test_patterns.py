"""Patterns over invented cases: what is new stands out, what is steady does not, what recurs is found."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from protocol.extract import Extract, Token, TokenKind
from responder.analysis import Looked
from responder.lexicon import vocabulary
from responder.patterns import at_least, see_patterns, steps
from responder.patterns_page import make_sheet, patterns_document
from responder.recurring import MOST_DRAWN, count_kinds, find_groups, find_recurring
from tests.unit.test_responder.many import MONTHS, many, taken_to, wallet, with_ring

WORDING, _ = vocabulary("en", ())


def test_a_new_destination_stands_out() -> None:
    """Two cases in a month after six without one are said in one line, with the numbers behind it."""
    looked = Looked((*many(), *taken_to("PE", 2)))

    (found,) = see_patterns(looked.extracts).surprises
    assert (found.kind, found.place, found.cases, found.is_new) == ("country", "PE", 2, True)
    assert found.before == (0,) * 6
    assert make_sheet(looked, WORDING).surprises == (
        "Peru: 2 cases in Nov 2026, none in the 6 months before.",
    )


def test_a_destination_that_grows_stands_out() -> None:
    """Many more than its share of the months before."""
    looked = Looked((*many(), *taken_to("LA", 25)))

    (found,) = see_patterns(looked.extracts).surprises
    assert (found.place, found.is_new) == ("LA", False)
    assert found.cases > 3 * found.expected
    assert "were to be expected" in make_sheet(looked, WORDING).surprises[0]


@pytest.mark.parametrize("seed", range(40))
def test_steady_months_raise_no_alarm(seed: int) -> None:
    """Two hundred cases whose ways keep their shares, forty times."""
    assert see_patterns(many(seed=seed)).surprises == ()


def test_more_people_than_ever_are_no_new_destination() -> None:
    """A month with three times as many cases keeps its shares: the places are what they were."""
    busy = tuple(
        replace(each, case=f"{copy}{each.case}")
        for each in many()
        if each.month == MONTHS[-1]
        for copy in range(3)
    )

    assert see_patterns((*many(), *busy)).surprises == ()


def test_without_months_before_nothing_is_called_new() -> None:
    """Everything would be."""
    first = tuple(each for each in many() if each.month >= MONTHS[-2])

    assert see_patterns((*first, *taken_to("PE", 5))).surprises == ()
    assert see_patterns(()).surprises == ()


def test_those_who_are_not_counted_are_in_no_number() -> None:
    """Tokens alone came of them: they recur and are in no count."""
    quiet = Extract(case="quiet", month="2026-11", counted=False, tokens=(wallet("w"),), to="PE")
    patterns = see_patterns((*many(50), quiet))

    assert (patterns.total, patterns.counted) == (51, 50)
    assert sum(count for _, count in patterns.months) == 50
    assert all(sum(count for _, count in counts) <= 50 for _, counts in patterns.charts)


def test_a_way_is_told_step_by_step() -> None:
    """From home through others to where they are; what is not known is passed over."""
    whole = Extract(case="a", month="2026-11", counted=True, home="UG", through=("AE", "TH"), to="MM")

    assert list(steps(whole)) == [("UG", "AE"), ("AE", "TH"), ("TH", "MM")]
    assert list(steps(replace(whole, through=(), to=None))) == []


def test_a_year_ends_and_the_months_go_on() -> None:
    """A month without a case is there, with none."""
    some = [Extract(case=str(n), month=month, counted=True) for n, month in enumerate(("2025-11", "2026-02"))]

    assert see_patterns(some).months == (("2025-11", 1), ("2025-12", 0), ("2026-01", 0), ("2026-02", 1))


def test_rare_is_rare() -> None:
    """The chance of so many or more, where so many are expected."""
    assert at_least(0, 3) == 1
    assert at_least(1, 0.5) == pytest.approx(0.393, abs=0.001)
    assert at_least(10, 1) < 1e-6


def test_a_planted_ring_is_found() -> None:
    """Seven cases of two hundred that two wallets tie together, through one that has both; and nobody else."""
    first, second = wallet("aaaaaa"), wallet("bbbbbb")
    tied = with_ring(with_ring(many(), [3, 50, 81, 120], first), [120, 130, 140, 199], second)

    (group,) = find_groups(find_recurring(tied))

    assert group.cases == tuple(f"{case:016x}" for case in (3, 50, 81, 120, 130, 140, 199))
    wallets = [each for each in group.shared if each.token.kind is TokenKind.WALLET]
    assert [(each.short, len(each.cases)) for each in wallets] == [("aaaaaa", 4), ("bbbbbb", 4)]
    assert find_groups(find_recurring(tied)) == (group,)
    assert {node.kind for node in group.nodes} <= {"case", "wallet", "site"}


def test_a_site_alone_ties_nobody() -> None:
    """Hundreds are held at one: it recurs, and makes no ring."""
    recurring = find_recurring(many())

    assert set(count_kinds(recurring)) == {"site"}
    assert find_groups(recurring) == ()


def test_a_drawing_of_very_many_stays_readable() -> None:
    """The table has all of them, the drawing so many that they can be told apart."""
    (group,) = find_groups(find_recurring(with_ring(many(), range(100), Token(TokenKind.HANDLE, "h" * 64))))

    assert len(group.cases) == 100
    assert sum(node.kind == "case" for node in group.nodes) == MOST_DRAWN
    assert group.height < 800


def test_a_document_says_the_same() -> None:
    """`patterns/1` for other programs."""
    document = patterns_document(Looked(with_ring(many(), [1, 2], wallet("w")), unread=1))

    assert document["schema"] == "patterns/1"
    assert (document["total"], document["unread"]) == (200, 1)
    assert document["groups"] == [{"cases": (f"{1:016x}", f"{2:016x}")}]
