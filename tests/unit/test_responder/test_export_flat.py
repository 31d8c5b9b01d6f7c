"""CSV and JSON: nothing that somebody wrote is a formula or steers a screen, and the JSON is what its schema says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from protocol.audience import Tier
from responder.exports.flat import COLUMNS, FORMULAS, flat, safe
from responder.exports.scope import Scope, narrow
from responder.exports.statement import Statement
from responder.printing import print_case
from tests.unit.test_responder.invented import ALMAZ, DAWIT, opened

ALL = frozenset(Tier)
SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs/schemas/case-1.schema.json").read_text(encoding="utf-8")
)
CHECKED = Draft202012Validator(SCHEMA)
NASTY = [
    '=HYPERLINK("http://x","y")',
    "+1+1|' /C calc'!A0",
    "@SUM(A1)",
    "  =1+1",
    "\uff1d1+1",
    '",\r\n"=1',
    "\x1b[31mred\x07",
    "\u202eevil\u2066",
    "😀👩\u200d👩\u200d👧 ሰላም",
    "line\u2028two",
    "x" * 10_000,
]


def rows(*texts: str, answers: dict[str, Any] = DAWIT, tiers: frozenset[Tier] = ALL) -> list[dict[str, str]]:
    """The table as a spreadsheet reads it."""
    text = flat(Statement(narrow(opened(answers, *texts), Scope(tiers=tiers))))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_table_has_what_was_said_and_what_was_left_out() -> None:
    """Grade, consents, answers, words; and a line for each tier that is not there."""
    found = rows("help", tiers=frozenset({Tier.CORE}))
    said = {(row["section"], row["id"]): row["value"] for row in found}

    assert tuple(found[0]) == COLUMNS
    assert said["case", "urgency"] == "critical"
    assert said["consent", "police_forced_acts"] == "no"
    assert said["answer", "papers"] == "The bosses keep it"
    assert [row["value"] for row in found if (row["section"], row["id"]) == ("left_out", "tier")] == [
        "identity",
        "location",
        "forced_acts",
        "words",
    ]
    assert not [row for row in found if row["section"] in {"words", "file"}]
    assert any(row["note"] == "Screening aid, not a determination." for row in found)


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever was written, it is one cell of text, whole but for what steers or turns a line around."""
    (cell,) = [row["value"] for row in rows(text) if row["section"] == "words"]

    assert cell.lstrip()[:1] not in FORMULAS
    assert not any(mark in cell for mark in "\x1b\x07\u202e\u2066\r\n")
    assert len(cell) >= len(text) - 4


@given(st.text())
def test_a_safe_cell_never_begins_a_formula(text: str) -> None:
    """Any text at all."""
    assert safe(text).lstrip()[:1] not in FORMULAS


@pytest.mark.parametrize("answers", [DAWIT, ALMAZ], ids=["victim", "family"])
@pytest.mark.parametrize("tiers", [ALL, frozenset({Tier.CORE})], ids=["all", "core"])
def test_a_case_is_what_its_schema_says(answers: dict[str, Any], tiers: frozenset[Tier]) -> None:
    """As `open --json` prints it, and narrowed; with words that nobody expects."""
    case = opened(answers, *NASTY, files=(("photo", "a.jpg"),))

    CHECKED.validate(json.loads(print_case(case)))
    CHECKED.validate(json.loads(print_case(narrow(case, Scope(tiers=tiers)).opened)))


def test_the_schema_bites() -> None:
    """A document that is not a case is refused, each by a rule of its own."""
    Draft202012Validator.check_schema(SCHEMA)
    whole: dict[str, Any] = json.loads(print_case(opened(DAWIT, "hi")))
    for change in (
        {"schema": "case/2"},
        {"header": {**whole["header"], "urgency": "urgent"}},
        {"summary": {**whole["summary"], "consents": {"embassy": "yes"}}},
        {"attachments": [{"id": "x"}]},
        {"export": {"format": "word"}},
    ):
        assert not CHECKED.is_valid(whole | change)
