"""How a case and the queue look in a terminal: shapes and words before colour, the urgent thing first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import TextIO

    from responder.queue import Row, View
    from responder.reading import FileLine, JobLine, Letter, Reading, Reason, Regrading, Said, Text, Words
from responder.layout import heading, indented, item, section
from responder.reading import NOTHING, Rendered
from responder.wording import Wording

SHAPES = {"critical": "◆", "high": "▲", "medium": "■", "low": "●", "none": "○"}
STYLES = {
    "critical": "bold white on red",
    "high": "bold black on yellow",
    "medium": "bold cyan",
    "low": "bold green",
    "none": "bold",
}
MARKS = {True: "✓", False: "✗", None: "·"}
WIDEST = 100


def terminal(stream: TextIO, *, width: int | None = None) -> Console:
    """Return a console that never guesses at links, emoji or markup in what people wrote."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(width or console.width, WIDEST)
    return console


def show_case(console: Console, reading: Reading, wording: Wording) -> None:
    """Print one opened case, the most urgent thing on the first line."""
    console.print(Group(*_case(reading, wording)))


def show_queue(console: Console, view: View, wording: Wording) -> None:
    """Print the queue: what is offered to you, what is with you, what waits, what others have."""
    if not view.rows:
        console.print(wording("nothing_waiting"))
        return
    for title, rows in (
        ("offered_to_you", view.offered),
        ("with_you", view.mine),
        ("waiting", view.waiting),
        ("with_others", view.others),
    ):
        if rows:
            console.print(heading(wording(title)))
            console.print(_rows(rows, wording))
    if view.windows:
        console.print(heading(wording("windows")))
        for row in view.windows:
            console.print(f"  {_clock(row.opens_at, wording)} {row.short}")


def _case(reading: Reading, wording: Wording) -> Iterable[RenderableType]:
    yield _headline(reading)
    yield Line(f"{reading.likelihood_word}. {wording('aid')}", style="dim")
    for warning in reading.warnings:
        yield Line(f"! {warning}", style="bold red")
    yield from _regradings(reading, wording)
    yield from section(wording("history"), (_history(said, wording) for said in reading.taken_back))
    yield from _safety(reading, wording)
    made = reading.interpreted
    letters = (_beside(_letter(each, wording), made.get(each.words.text, ())) for each in reading.letters)
    yield from section(wording("messages"), letters)
    yield from section(wording("interpreters"), (show_job(each, wording) for each in reading.jobs))
    yield from _reasons(wording("urgent"), reading.urgent_reasons, wording)
    heard = (_beside(_words(each, wording), made.get(each.text.text, ())) for each in reading.words)
    yield from section(wording("own_words"), heard)
    yield from section(wording("attachments"), (_file(line, wording) for line in reading.files))
    yield from section(wording("route"), map(_spot, reading.route))
    yield from _reasons(wording("why"), reading.other_reasons, wording)
    if not reading.reasons:
        yield Line(f"\n{wording('no_findings')}")
    yield from _unknown(reading, wording)
    yield from section(wording("answers"), [_answers(reading)] if reading.answers else [])
    yield from section(wording("history"), (_history(said, wording) for said in reading.history))
    yield from section(wording("consents"), _consents(reading, wording))
    yield from section(wording("facts"), [_facts(reading, wording)])


def _headline(reading: Reading) -> Line:
    shape = SHAPES[reading.urgency]
    line = Line(f" {shape} {reading.urgency_word.upper()} ", style=STYLES[reading.urgency])
    return Line.assemble(line, Line(f" {reading.urgency_line.text}", style="bold"))


def _regradings(reading: Reading, wording: Wording) -> Iterable[RenderableType]:
    """Show what the answers give beside what responders gave, where they did."""
    if reading.regradings:
        given = Line(f"{wording('answers_give')}: {reading.given}. {reading.given_line.text}")
        yield from section(
            wording("regradings"), [item("•", given), *(_regrading(r, wording) for r in reading.regradings)]
        )


def _regrading(regrading: Regrading, wording: Wording) -> RenderableType:
    who = f"{regrading.who} ({regrading.card})".strip()
    head = Line(f"{wording.moment(regrading.at)} · {who}: {regrading.change}")
    return Group(item("•", head), indented(regrading.reason.text or regrading.note, 4))


def _letter(letter: Letter, wording: Wording) -> RenderableType:
    who = f"{letter.who} ({letter.card})".strip()
    head = Line(f"{letter.number} · {wording.moment(letter.at)} · {who} · {letter.kind}")
    state = [indented(each, 4, "bold") for each in (letter.state, letter.credit) if each]
    return Group(item("•", head), indented(letter.words.text or letter.note, 4), *state)


def show_job(job: JobLine, wording: Wording) -> RenderableType:
    """Lay out a job: where it stands, its texts, and under each what an interpreter made of it."""
    head = Line(f"{job.id[:8]} · {wording.moment(job.at)} · {job.by} · {job.state}")
    lines = [indented(job.note, 4)] if job.note else []
    for pair in job.pairs:
        lines.append(indented(pair.original.text, 4))
        if pair.rendered:
            lines.append(_rendered(Rendered(pair.rendered, job.credit)))
    return Group(item("•", head), *lines)


def _beside(original: RenderableType, made: Iterable[Rendered]) -> RenderableType:
    """Show under an original, which stays, what interpreters made of it."""
    return Group(original, *map(_rendered, made))


def _rendered(rendered: Rendered) -> RenderableType:
    return Group(indented(f"→ {rendered.text.text}", 4), indented(rendered.credit, 6, "dim"))


def show_letters(
    console: Console, contract: Iterable[Text], letters: Iterable[Letter], wording: Wording
) -> None:
    """Print when the contact may be written to, and what became of each message."""
    console.print(Group(*map(_bullet, contract), *(_letter(each, wording) for each in letters)))


def _bullet(text: Text) -> RenderableType:
    return item("•", Line(text.text))


def _spot(said: Said) -> RenderableType:
    """A place in the contact's words, and under it what could be told of it."""
    told = [indented(said.remark.text, 4, "dim italic")] if said.remark else []
    return Group(_bullet(said.answer), *told)


def _safety(reading: Reading, wording: Wording) -> Iterable[RenderableType]:
    lines = [_bullet(text) for text in reading.safety] or [item("•", Line(wording("safety_unknown")))]
    if reading.watched:
        lines.insert(0, item("!", Line(wording("watched"), style="bold"), style="bold"))
    lines += map(_bullet, (*reading.contract, *reading.screen))
    return section(wording("safety"), lines)


def _reasons(title: str, reasons: Sequence[Reason], wording: Wording) -> Iterable[RenderableType]:
    return section(title, (_reason(reason, wording) for reason in reasons))


def _reason(reason: Reason, wording: Wording) -> RenderableType:
    head = Line.assemble(reason.line.text, (f"  ({reason.weight})", "dim"))
    proof = [_evidence(said, wording) for said in reason.evidence]
    return Group(item("◆" if reason.urgent else "•", head), *proof)


def _evidence(said: Said, wording: Wording) -> RenderableType:
    """Show the question asked and the answer given; words that nobody asked for stand alone."""
    if said.question:
        told = f"\n{said.remark.text}" if said.remark else ""
        shown = f"{wording('asked')}: {said.question.text}\n{wording('answered')}: {said.answer.text}{told}"
    else:
        shown = f"{wording('own_words')}: {said.answer.text}"
    return Padding(Line(shown, style="dim"), (0, 0, 0, 6))


def _unknown(reading: Reading, wording: Wording) -> Iterable[RenderableType]:
    yield from section(wording("unknown"), (_bullet(each.question) for each in reading.unknown))
    for outcome, changes in reading.outlook:
        lines = (f"{change.question.text} “{change.answer.text}”" for change in changes)
        yield from section(f"{wording('would_change')}: {outcome}", (item("•", Line(line)) for line in lines))


def _answers(reading: Reading) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 1, 0), pad_edge=False)
    table.add_column(ratio=5)
    table.add_column(ratio=5)
    table.expand = True
    for said in reading.answers:
        mine = _pair(said.question, said.answer, said.remark)
        made = reading.interpreted.get(said.answer.text, ())
        table.add_row(_beside(mine, made), _pair(said.own_question, said.own_answer))
    return table


def _pair(question: Text, answer: Text, remark: Text = NOTHING) -> Line:
    if not question:
        return Line("")
    told = ("\n", (remark.text, "italic")) if remark else ()
    return Line.assemble((question.text, "dim"), "\n", answer.text, *told)


def _words(words: Words, wording: Wording) -> RenderableType:
    when = f"{wording.moment(words.at)} · " if words.at else ""
    during = f" · {wording('during')}: {words.during.text}" if words.during else ""
    before = [indented(f"{wording('before')}: {old.text}", 4, "dim") for old in words.before]
    head = indented(f"{when}{words.kind}{during}", 2, "dim")
    text = wording("media_came") if words.absent else words.text.text
    warning = [indented(words.remark.text, 4, "bold")] if words.remark else []
    told = ". ".join(part for part in (words.file, words.later) if part)
    before = [*([indented(told, 4)] if told else []), *before]
    return Group(head, *([indented(text, 4)] if text else []), *warning, *before)


def _file(line: FileLine, wording: Wording) -> RenderableType:
    """A file: what it is and was called, when it came, and what has become of it."""
    when = f"{wording.moment(line.at)} · " if line.at else ""
    told = [each for each in (line.name.text, line.later, line.note) if each]
    return Group(item("•", Line(f"{when}{line.title}")), *(indented(each, 4, "dim") for each in told))


def _history(said: Said, wording: Wording) -> RenderableType:
    lines = [f"{_clock(old.at, wording)}{wording('before')}: {old.answer.text}" for old in said.before]
    lines.append(f"{_clock(said.at, wording)}{wording('now_is')}: {said.answer.text}")
    return Group(indented(said.question.text, 2), indented("\n".join(lines), 4, "dim"))


def _clock(at: datetime | None, wording: Wording) -> str:
    return f"{wording.moment(at)} " if at else ""


def _consents(reading: Reading, wording: Wording) -> Iterable[RenderableType]:
    for agreement in reading.consents:
        line = Line(f"{agreement.line.text}: {wording.agreement(agreement.given)}")
        yield item(MARKS[agreement.given], line)


def _facts(reading: Reading, wording: Wording) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for name, value in facts(reading, wording):
        table.add_row(Line(f"  {name}", style="dim"), Line(value))
    return table


def facts(reading: Reading, wording: Wording) -> tuple[tuple[str, str], ...]:
    """Return the plain facts of a case as pairs of name and value, in the order to show them."""
    rows = [
        (wording("case"), reading.case),
        (wording("who"), wording.flow(reading.flow)),
        (wording("language"), reading.language_name),
        (wording("received"), wording.moment(reading.received_at)),
        (wording("state"), wording("state." + reading.state)),
    ]
    if reading.lease_until:
        rows.append((wording("lease"), wording.moment(reading.lease_until)))
    if reading.due_at:
        duty = f"{wording(f'duty.{reading.duty}')}: " if reading.duty else ""
        rows.append((wording("due"), f"{duty}{wording.moment(reading.due_at)}"))
    if reading.opens_at:
        rows.append((wording("opens"), wording.moment(reading.opens_at)))
    if reading.amended:
        rows.append((wording("added"), wording.amended(reading.amended)))
    if reading.links:
        rows.append((wording("links_fact"), wording.links(reading.links)))
    if reading.rubric:
        rows.append((wording("rules"), f"{reading.urgency_rule}, {reading.likelihood_rule}"))
        rows.append((wording("rubric"), reading.rubric))
    return tuple(rows)


def _rows(rows: Sequence[Row], wording: Wording) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for row in rows:
        table.add_row(
            Line(f" {SHAPES[row.urgency]} {wording.urgency(row.urgency)} ", style=STYLES[row.urgency]),
            Line(row.short),
            Line(row.clock.replace(" · ", "\n")),
            Line(f"{row.language_name} · {row.flow}", style="dim"),
        )
    return table
