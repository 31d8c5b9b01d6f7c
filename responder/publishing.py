"""Statistics to publish: rows of people who agreed to be counted, coarse enough that no group of 1 to 10 shows.

Every published number is a sum of rows, and every row stands for eleven people or more. So no cell, no total and no
difference between a total and its parts tells of fewer (domain: CTDC's public data are k-anonymous with k = 11).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from protocol.extract import Extract

FEWEST = 11
HIDDEN = ""
"""Stands where a value is not said: it is rare, or it is what would give a rare one away."""
YEAR = "yearOfRegistration"
MEANS: Mapping[str, frozenset[str]] = {
    "meansDebtBondageEarnings": frozenset(
        {"debt_bondage_exit_fee", "debt_set_at_recruitment", "fines_and_deductions", "little_or_no_pay"}
    ),
    "meansThreats": frozenset(
        {"threats_of_violence", "threat_of_sale_or_worse", "family_threatened", "arrest_or_denounce_threat"}
    ),
    "meansAbusePsyPhySex": frozenset({"physical_violence", "torture_or_electric_shock", "sexual_violence"}),
    "meansFalsePromises": frozenset(
        {
            "deceived_job_nature",
            "deceived_destination",
            "deceived_employer",
            "deceived_wages",
            "deceived_conditions",
            "deceived_contract",
        }
    ),
    "meansDrugsAlcohol": frozenset({"substances_forced"}),
    "meansDenyBasicNeeds": frozenset(
        {"denied_food_or_sleep", "medical_care_denied", "bad_living_conditions"}
    ),
    "meansExcessiveWorkHours": frozenset({"excessive_hours"}),
    "meansWithholdDocs": frozenset({"documents_confiscated", "documents_taken_in_transit"}),
}
"""CTDC's columns on means of control, and our indicators that each gathers."""
COLUMNS = (YEAR, "CountryOfExploitation", "citizenship", "isForcedCriminality", *MEANS, "isSexualExploit")
"""In the order in which they are kept: what stands further behind is hidden first."""
SAID, UNSAID = "1", "0"


@dataclass(frozen=True, slots=True)
class Published:
    """The rows with their counts; `cases` is how many people stand in them, 0 where there are too few for any."""

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def cases(self) -> int:
        """Return the sum of all rows."""
        return sum(count for _, count in self.rows)


def publish(extracts: Sequence[Extract], *, year: int, so_far: bool = False) -> Published:
    """Return what may be published of the years before `year`, or with what there is of it so far.

    A year in progress, published twice, shows in the difference who came between.
    """
    last = f"{year:04}" if so_far else f"{year - 1:04}"
    people = [_row(each) for each in extracts if each.counted and each.month[:4] <= last]
    rows = Counter(_coarse(people, 0)) if len(people) >= FEWEST else Counter[tuple[str, ...]]()
    return Published(COLUMNS, tuple(sorted(rows.items(), key=lambda each: (each[0][0], -each[1], each[0]))))


def print_csv(published: Published) -> str:
    """Return the rows as CSV, with how many people each stands for."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*published.columns, "cases"))
    writer.writerows((*row, count) for row, count in published.rows)
    return out.getvalue()


def statistics_document(published: Published) -> dict[str, object]:
    """Return the rows as `statistics/1`."""
    return {
        "schema": "statistics/1",
        "fewest": FEWEST,
        "cases": published.cases,
        "rows": [
            {**dict(zip(published.columns, row, strict=True)), "cases": count}
            for row, count in published.rows
        ],
    }


def _row(extract: Extract) -> tuple[str, ...]:
    found = frozenset(extract.findings)
    means = (_flag(found, signs) for signs in MEANS.values())
    crime, sex = _flag(found, CRIME), _flag(found, SEX)
    return (extract.month[:4], extract.to or HIDDEN, extract.home or HIDDEN, crime, *means, sex)


CRIME, SEX = frozenset({"forced_scam_work"}), frozenset({"sexual_exploitation"})


def _flag(found: frozenset[str], signs: frozenset[str]) -> str:
    return SAID if found & signs else UNSAID


def _coarse(people: Sequence[tuple[str, ...]], column: int) -> Iterator[tuple[str, ...]]:
    """Give each person's row with rare values hidden: people are parted by one column after the other.

    A value of ten or fewer joins those that are hidden; while they are ten or fewer together, the next smallest joins.
    """
    if column == len(COLUMNS):
        yield from people
        return
    groups: dict[str, list[tuple[str, ...]]] = {}
    for row in people:
        groups.setdefault(row[column], []).append(row)
    hidden = groups.pop(HIDDEN, [])
    for value, group in sorted(groups.items(), key=lambda each: (len(each[1]), each[0])):
        if len(group) < FEWEST or 0 < len(hidden) < FEWEST:
            hidden += [(*row[:column], HIDDEN, *row[column + 1 :]) for row in groups.pop(value)]
    for group in (*groups.values(), hidden):
        if group:
            yield from _coarse(group, column + 1)
