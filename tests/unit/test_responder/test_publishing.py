"""What is published: no number, total or difference tells of one to ten people."""

from __future__ import annotations

import csv
import io
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from protocol.extract import Extract
from responder.publishing import COLUMNS, FEWEST, Published, print_csv, publish, statistics_document
from tests.unit.test_responder.many import many

COUNTRIES = st.sampled_from([None, "UG", "KE", "IN", "BD", "XX"])
KINDS = st.lists(
    st.tuples(
        st.builds(
            Extract,
            case=st.just("a"),
            month=st.sampled_from(["2024-05", "2025-01", "2025-12", "2026-03"]),
            counted=st.sampled_from([True, True, True, False]),
            home=COUNTRIES,
            to=COUNTRIES,
            findings=st.sampled_from([(), ("excessive_hours",), ("forced_scam_work", "sexual_violence")]),
        ),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=12,
)
PEOPLE = KINDS.map(lambda kinds: [each for each, number in kinds for _ in range(number)])
"""Kinds of people, and of each kind a few or many: rare beside common is where something could show."""


def totals(published: Published) -> list[tuple[dict[str, str], int]]:
    """Every total that the rows give: over one column's value, over two, and over all."""
    found: list[tuple[dict[str, str], int]] = [({}, published.cases)]
    for width in (1, 2):
        for columns in combinations(range(len(COLUMNS)), width):
            sums: dict[tuple[str, ...], int] = {}
            for row, count in published.rows:
                key = tuple(row[column] for column in columns)
                sums[key] = sums.get(key, 0) + count
            found += [
                (dict(zip((COLUMNS[c] for c in columns), key, strict=True)), n) for key, n in sums.items()
            ]
    return found


@settings(max_examples=150, deadline=None)
@given(PEOPLE)
def test_no_group_of_one_to_ten_shows(people: list[Extract]) -> None:
    """Not as a row, not as a total, and not as a total less one of its parts."""
    published = publish(people, year=2026)
    sums = totals(published)

    assert all(count >= FEWEST for _, count in published.rows)
    for named, whole in sums:
        for part, count in sums:
            if named.items() <= part.items():
                assert whole - count == 0 or whole - count >= FEWEST
    assert published.cases in {0, sum(each.counted and each.month < "2026" for each in people)}


def test_fewer_than_eleven_are_not_published_at_all() -> None:
    """Not even how many they are."""
    assert publish(many(10), year=2027).rows == ()
    assert publish(many(10), year=2027).cases == 0


def test_the_year_in_progress_is_left_out_unless_asked_for() -> None:
    """What is published twice in a year shows who came between."""
    assert publish(many(), year=2026).rows == ()
    assert publish(many(), year=2026, so_far=True).cases == 200


def test_only_those_who_agreed_are_counted() -> None:
    """Nobody else is in any row."""
    some = tuple(replace(each, counted=order % 2 == 0) for order, each in enumerate(many()))

    assert publish(some, year=2027).cases == 100


def test_the_file_has_the_columns_that_others_read() -> None:
    """CSV and JSON say the same, and common values are kept."""
    published = publish(many(), year=2027)
    rows = list(csv.DictReader(io.StringIO(print_csv(published))))
    document = statistics_document(published)

    assert rows == [{k: str(v) for k, v in row.items()} for row in document["rows"]]
    assert {"yearOfRegistration", "citizenship", "CountryOfExploitation", "cases"} <= set(rows[0])
    assert {row["CountryOfExploitation"] for row in rows} >= {"MM", "KH"}
    assert document["cases"] == 200
