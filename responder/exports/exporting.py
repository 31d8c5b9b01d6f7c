"""The use case: narrow a case, write it in a standard, have the server write that down, then release it sealed.

Nothing is released that the server has not written down: where it refuses or cannot be reached there is no export. So a
case that was opened without the server, from a file, cannot be exported.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from protocol.audience import Tier
from protocol.export import Exported, ExportFormat
from responder.exports.evidence import ExportManifest, Kept, keep, keep_case, prove
from responder.exports.flat import flat
from responder.exports.htcds import htcds_csv, htcds_json
from responder.exports.pfif import pfif
from responder.exports.primero import primero_json
from responder.exports.report import as_pdf, page, sheet, yellow_page
from responder.exports.scope import Narrowed, narrow
from responder.exports.sealing import ToCard, ToNobody
from responder.exports.standards import standard
from responder.exports.statement import Statement
from responder.exports.yellow import misp_json
from responder.failures import ExportWrong
from responder.printing import print_json, whole_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from responder.desk import Desk
    from responder.exports.evidence import Evidence
    from responder.exports.scope import Scope
    from responder.exports.sealing import Seal
    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase
    from responder.wording import Wording

MOST_BYTES = 40_000_000
"""Of all files that one export takes along; a page with more opens slowly, or not at all."""
AGE = "age"
NOT_SAID = frozenset({"contract", "jobs", "watchword"})
"""Fields of `case/1` that an export says nothing of."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants exported: as what, in which form, how much, and for whom it is sealed."""

    format: ExportFormat
    scope: Scope
    seal: Seal = field(repr=False)
    form: str = ""
    expires_days: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """An export that may leave: its bytes, what a file of it ends with, and whether letters lacked a font."""

    content: bytes = field(repr=False)
    ending: str
    narrowed: Narrowed
    letterless: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """Writes exports of one opened case, in one language."""

    desk: Desk = field(repr=False)
    wording: Wording = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    now: datetime

    async def export(self, opened: OpenedCase, order: Order) -> Parcel:
        """Write an export and have it written down; raises ExportWrong, and ServerFailure where it may not leave.

        A reason for a plain one is kept as a note for colleagues, sealed, before anything else.
        """
        form, case = check(opened, order), opened.header.id
        narrowed = narrow(opened, order.scope)
        kept = await self._originals(narrowed, order.format)
        written = await asyncio.to_thread(self._write, narrowed, order, form, kept)
        content = await asyncio.to_thread(order.seal.close, written.content)
        if isinstance(order.seal, ToNobody):
            await self.desk.note(case, order.seal.reason)
        await self.desk.client.exported(case, told(order, len(kept)))
        ending = form if isinstance(order.seal, ToNobody) else f"{form}.{AGE}"
        return Parcel(content, ending, narrowed, written.letterless)

    async def _originals(self, narrowed: Narrowed, chosen: ExportFormat) -> list[Kept]:
        """Fetch the files that go along, where the format takes any; raises ExportWrong where they are too many."""
        if not standard("formats")[chosen.value].get("files"):
            return []
        there = [filed for filed in narrowed.opened.files.all if filed.seal is not None]
        if sum(filed.size for filed in there) > MOST_BYTES:
            msg = f"the files of this case have more than {MOST_BYTES // 1_000_000} MB"
            raise ExportWrong(
                msg, "Take the files out of it (redact: files), and save single ones from the case."
            )
        case = narrowed.opened
        return [keep(filed, await self.desk.fetch(case, filed.id)) for filed in there]

    def _write(self, narrowed: Narrowed, order: Order, form: str, kept: Sequence[Kept]) -> _Written:
        stated = Statement(narrowed)
        match order.format, form:
            case ExportFormat.HTCDS, "csv":
                text = htcds_csv(stated)
            case ExportFormat.HTCDS, _:
                text = htcds_json(stated)
            case ExportFormat.CSV, _:
                text = flat(stated)
            case ExportFormat.PRIMERO, _:
                text = primero_json(stated)
            case ExportFormat.PFIF, _:
                text = pfif(stated, now=self.now, expires_days=order.expires_days)
            case ExportFormat.YELLOW, "json":
                text = misp_json(stated, now=self.now)
            case ExportFormat.JSON, _:
                text = self._json(narrowed, order.format)
            case _:
                return self._sheet(narrowed, order, form, kept)
        return _Written(text.encode())

    def _sheet(self, narrowed: Narrowed, order: Order, form: str, kept: Sequence[Kept]) -> _Written:
        """Write what people read: the report with its proof, or the police's helper."""
        card = self.desk.client.card
        made = sheet(narrowed, self.wording, self.lexicon, made_at=self.now, card=card)
        evidence = None
        if order.format is ExportFormat.YELLOW:
            html = yellow_page(made, Statement(narrowed))
        else:
            evidence = self._evidence(narrowed, order, kept)
            html = page(made, evidence, links=form == "html")
        if form == "html":
            return _Written(html.encode())
        printed = as_pdf(html, evidence)
        return _Written(printed.body, printed.letterless)

    def _evidence(self, narrowed: Narrowed, order: Order, kept: Sequence[Kept]) -> Evidence:
        client = self.desk.client
        manifest = ExportManifest(
            case=narrowed.opened.header.id,
            exported_at=self.now,
            exporter=client.card,
            key="",
            format=order.format,
            tiers=narrowed.scope.in_order,
            audience=narrowed.scope.audience,
            files=(),
        )
        itself = keep_case(self._json(narrowed, order.format).encode())
        return prove((itself, *kept), manifest, client.key)

    def _json(self, narrowed: Narrowed, chosen: ExportFormat) -> str:
        """Return `case/1` with what this export is."""
        left = narrowed.left_out
        about = {
            "format": chosen,
            "at": self.now,
            "card": self.desk.client.card,
            "audience": narrowed.scope.audience,
            "tiers": narrowed.scope.in_order,
            "left_out": {"tiers": left.tiers, "redacted": left.redacted, "never": left.never},
        }
        whole = {name: each for name, each in whole_case(narrowed.opened).items() if name not in NOT_SAID}
        return print_json({**whole, "export": about})


@dataclass(frozen=True, slots=True)
class _Written:
    content: bytes = field(repr=False)
    letterless: bool = False


def press(desk: Desk, wording: Wording, lexicon: Lexicon) -> Press:
    """Return a press that dates by the desk's clock, in whole seconds."""
    return Press(desk, wording, lexicon, datetime.fromtimestamp(int(desk.client.clock()), UTC))


def check(opened: OpenedCase, order: Order) -> str:
    """Return the form that it is written in; raises ExportWrong where this makes no sense for this case."""
    rule, flow = standard("formats")[order.format.value], opened.header.flow
    if flow not in rule["flows"]:
        fits = [name for name, each in standard("formats").items() if flow in each["flows"]]
        msg = f"{order.format.value} is for a case of another kind than this ({flow})"
        raise ExportWrong(msg, f"For this one there is: {', '.join(fits)}.")
    form: str = order.form or rule["forms"][0]
    if form not in rule["forms"]:
        msg = f"{order.format.value} is not written as {form}"
        raise ExportWrong(msg, f"There is: {', '.join(rule['forms'])}.")
    if Tier.CORE not in order.scope.tiers:
        msg = "the tier core is in every export"
        raise ExportWrong(msg, "Choose it beside the others.")
    if isinstance(order.seal, ToCard) and order.seal.audience is not order.scope.audience:
        msg = "this card is of another class than whom it is for"
        raise ExportWrong(msg, f"The card says {order.seal.audience.value}: make it for that class.")
    return form


def told(order: Order, files: int) -> Exported:
    """Return what the server is told: no words."""
    return Exported(
        format=order.format,
        tiers=order.scope.in_order,
        audience=order.scope.audience,
        sealed_for=order.seal.sealed_for,
        card=order.seal.id,
        files=files,
    )
