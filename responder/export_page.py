"""The console's export page: what of a case goes, whom it is for, a look at it, then one sealed file to save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from aiohttp import web

from protocol.audience import RecipientClass, Tier
from protocol.export import ExportFormat, SealedFor
from protocol.revision import CaseId
from responder.enrolment import read_card
from responder.exports.exporting import Order, check, press
from responder.exports.report import alone, sheet, way
from responder.exports.scope import Scope, allowed, audiences, consents_of, is_minor, names, narrow
from responder.exports.sealing import ToCard, ToNobody, ToPassphrase, ToRecipient, new_passphrase, sealed_to
from responder.exports.standards import standard
from responder.failures import ExportWrong, Failure
from responder.gate import signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from responder.console import Console
    from responder.exports.report import Sheet
    from responder.exports.sealing import Seal
    from responder.opened import OpenedCase

ME = "me"
USUAL = "page.html"
"""What is chosen at first: a page for people."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What the form says: format and form, whom it is for, what goes and what is taken out."""

    format: ExportFormat
    form: str
    scope: Scope

    @property
    def kind(self) -> str:
        """Return format and form in one, as the page's list has them."""
        return f"{self.format.value}.{self.form}"

    def order(self, seal: Seal) -> Order:
        """Return the order for it."""
        return Order(self.format, self.scope, seal, self.form)


@dataclass(frozen=True, slots=True, repr=False)
class ExportPage:
    """Exports from the case's page."""

    console: Console

    async def look(self, request: web.Request) -> web.Response:
        """Show what can be chosen, and what would be in it; nothing leaves the desk by looking."""
        desk = self.console.desk()
        opened = await desk.read(CaseId(request.match_info["case"]))
        mine = read_card(self.console.vault.home).recipient_class
        picked = _picked(request.query, ",".join(request.query.getall("tiers", [])), _out(request), mine)
        made, wrong = self._sheet(opened, picked)
        consents, minor = consents_of(opened.sessions), is_minor(opened.sessions)
        may = {each: allowed(each, consents, minor=minor) for each in audiences()}
        return self.console.paper.page(
            "export.html",
            case=opened.header.id,
            picked=picked,
            kinds=_kinds(opened),
            audiences=[(each, bool(may[each])) for each in audiences()],
            tiers=[(tier, tier in may[picked.scope.audience]) for tier in Tier],
            redactable=[each for each in names(opened) if f"redact.{each}" in self.console.wording.texts],
            sheet=made,
            wrong=wrong,
            mine=picked.scope.audience is mine,
            words=new_passphrase(),
            way=way,
            alone=alone,
        )

    async def save(self, request: web.Request) -> web.Response:
        """Seal one file and hand it to the browser, once the server has noted it."""
        form = await signed(self.console.gate, request)
        case, console = CaseId(request.match_info["case"]), self.console
        mine = read_card(console.vault.home)
        try:
            out = frozenset(filter(None, form.get("redact", "").split(",")))
            picked = _picked(form, form.get("tiers", ""), out, mine.recipient_class)
            seal = _seal(form, ToCard(mine))
            if _to_compare(seal, form, ToCard(mine)):
                return self._compare(case, seal, form)
            opened = await console.desk().read(case)
            made = press(console.desk(), console.wording, console.lexicon)
            parcel = await made.export(opened, picked.order(seal))
        except Failure as failure:
            return console.trouble(failure, case=case)
        headers = {"Content-Disposition": f'attachment; filename="export.{parcel.ending}"'}
        return web.Response(body=parcel.content, headers=headers, content_type="application/octet-stream")

    def _compare(self, case: CaseId, seal: ToCard | ToRecipient, form: Mapping[str, str]) -> web.Response:
        """Show whose key it is, before anything is sealed to it or noted."""
        card = seal.card if isinstance(seal, ToCard) else None
        return self.console.paper.page(
            "export_compare.html",
            case=case,
            whose=card.name if card else "",
            audience=card.recipient_class if card else "",
            fingerprint=seal.fingerprint,
            form=form,
        )

    def _sheet(self, opened: OpenedCase, picked: Picked) -> tuple[Sheet | None, Failure | None]:
        """Return what would be in it, or why it cannot be."""
        console = self.console
        made = press(console.desk(), console.wording, console.lexicon)
        try:
            check(opened, picked.order(ToPassphrase("")))
            narrowed = narrow(opened, picked.scope)
        except ExportWrong as failure:
            return None, failure
        card = made.desk.client.card
        return sheet(narrowed, console.wording, console.lexicon, made_at=made.now, card=card), None


def _to_compare(seal: Seal, form: Mapping[str, str], mine: ToCard) -> TypeGuard[ToCard | ToRecipient]:
    """Say whether somebody has to compare a key first: any but one's own."""
    if isinstance(seal, ToCard | ToRecipient):
        return seal != mine and form.get("compared") != seal.fingerprint
    return False


def _out(request: web.Request) -> frozenset[str]:
    return frozenset(request.query.getall("redact", []))


def _picked(form: Mapping[str, str], tiers: str, redact: frozenset[str], mine: RecipientClass) -> Picked:
    """Read the form; raises 400 for what no form of ours says."""
    try:
        chosen = frozenset(map(Tier, filter(None, tiers.split(",")))) | {Tier.CORE}
        kind, _, form_of = form.get("kind", USUAL).partition(".")
        scope = Scope(RecipientClass(form.get("for", mine)), chosen, redact)
        return Picked(ExportFormat(kind), form_of, scope)
    except ValueError:
        raise web.HTTPBadRequest(text="no such export") from None


def _kinds(opened: OpenedCase) -> list[tuple[str, str, str]]:
    """Return what makes sense for this case: value, format, form to name where there are several."""
    fitting = {
        name: rule["forms"]
        for name, rule in standard("formats").items()
        if opened.header.flow in rule["flows"]
    }
    first = ("page", "pdf")
    order = sorted(fitting, key=lambda name: (name not in first, first.index(name) if name in first else 0))
    return [
        (f"{name}.{form}", name, form.upper() if len(fitting[name]) > 1 else "")
        for name in order
        for form in fitting[name]
    ]


def _seal(form: Mapping[str, str], mine: ToCard) -> Seal:
    """Return whom it is sealed to; raises ExportWrong."""
    match form.get("seal", ME):
        case SealedFor.CARD:
            return sealed_to(form.get("to", ""))
        case SealedFor.PASSPHRASE if form.get("words"):
            return ToPassphrase(form["words"])
        case SealedFor.PLAIN:
            if form.get("sure") != "yes":
                msg = "a plain export needs your yes"
                raise ExportWrong(msg, "Go back and tick it, or choose somebody to seal it to.")
            return ToNobody(form.get("reason", ""))
        case _:
            return mine
