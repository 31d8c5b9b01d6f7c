"""CSV: the case as a flat table, in which nothing that somebody wrote is ever a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from responder.lines import clean, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from responder.exports.scope import Narrowed
    from responder.exports.statement import Statement

FORMULAS = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20")
"""With what a spreadsheet begins a formula, also in the wide signs of East Asian keyboards."""
COLUMNS = ("section", "id", "reference", "text", "value", "value_own_language", "at", "note")
BOM = "\ufeff"
"""Tells spreadsheets that this is UTF-8."""


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet reads as a formula, without what steers or turns a line around."""
    text = clean(cell).replace("\n", " / ")
    return f"'{text}" if text.lstrip()[:1] in FORMULAS else text


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV (RFC 4180), every cell in quotes."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def flat(stated: Statement) -> str:
    """Return a case as a table: what was graded, agreed, said, written and sent, and what was left out."""
    return table([COLUMNS, *_rows(stated)])


def _rows(stated: Statement) -> Iterator[Sequence[str]]:
    narrowed, header = stated.narrowed, stated.header
    yield _row("case", "id", value=header.id)
    yield _row("case", "flow", value=header.flow)
    yield _row("case", "language", value=header.language or "")
    yield _row("case", "received", value=header.received_at.astimezone(UTC).isoformat())
    yield _row("case", "urgency", value=header.urgency.value, note=header.urgency_from.value)
    for who, yes in narrowed.consents.items():
        yield _row("consent", who, value="yes" if yes else "no")
    for name in narrowed.left_out.tiers:
        yield _row("left_out", "tier", value=name.value)
    for each in narrowed.left_out.redacted:
        yield _row("left_out", "redacted", value=each)
    for each in narrowed.left_out.never:
        yield _row("left_out", "never", value=each)
    yield from _graded(narrowed)
    yield from _said(narrowed)
    for filed in narrowed.opened.files.all:
        yield _row("file", str(filed.number), text=filed.kind, value=filed.name, at=_at(filed.at))


def _graded(narrowed: Narrowed) -> Iterator[Sequence[str]]:
    for session in narrowed.opened.sessions:
        if grade := session.assessment:
            yield _row(
                "grade", "likelihood", grade.likelihood_rule, value=grade.likelihood.value, note=grade.aid
            )
            yield _row("grade", "urgency", grade.urgency_rule, value=grade.urgency.value, note=grade.aid)
            for found in grade.findings:
                strength = found.strength.value if found.strength else found.kind
                yield _row("finding", found.id, value=found.explanation, note=strength)


def _said(narrowed: Narrowed) -> Iterator[Sequence[str]]:
    for session in narrowed.opened.sessions:
        for line in session.answers:
            yield _row(
                "answer",
                line.question,
                line.ref,
                text=short(line.text),
                value=line.answer_text,
                own=line.answer_text_local,
                at=_at(line.at),
                note="changed later" if line.superseded else "",
            )
        for words in session.texts:
            note = "edited later" if words.superseded else ""
            yield _row("words", words.kind, value=words.text or "", at=_at(words.at), note=note)


def _at(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else ""


def _row(
    section: str,
    identity: str,
    reference: str = "",
    *,
    text: str = "",
    value: str = "",
    own: str = "",
    at: str = "",
    note: str = "",
) -> Sequence[str]:
    return (section, identity, reference, text, value, own, at, note)
