"""The command `export`: a case on its way out of the desk, as a file that is sealed unless somebody says why not."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from protocol.audience import RecipientClass, Tier
from protocol.export import ExportFormat
from responder.enrolment import read_card
from responder.exports.exporting import Order, check, press
from responder.exports.scope import Scope, audiences, narrow
from responder.exports.sealing import ToCard, ToNobody, ToPassphrase, ToRecipient, new_passphrase, sealed_to
from responder.failures import ExportWrong
from responder.home import Home
from responder.lexicon import vocabulary
from responder.lines import clean
from responder.printing import print_json
from responder.relay_commands import as_json, in_language, of_case, typed
from responder.sitting import stopping, with_case, write_out

if TYPE_CHECKING:
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.exports.exporting import Parcel
    from responder.exports.scope import Narrowed
    from responder.exports.sealing import Seal
    from responder.settings import Settings

ALL = "all"
FORMS = ("json", "csv", "xml", "html", "pdf")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the file is to be closed, as it was typed."""

    to: str | None
    passphrase: bool
    plain: bool
    reason: str | None
    sure: bool


@click.command()
@of_case
@click.option(
    "--format",
    "kind",
    required=True,
    type=click.Choice([each.value for each in ExportFormat]),
    help="As what.",
)
@click.option("--as", "form", type=click.Choice(FORMS), help="In which form, where the format has several.")
@click.option(
    "--tiers", metavar="a,b", default=Tier.CORE.value, show_default=True, help="What goes along, or `all`."
)
@click.option("--redact", metavar="a,b", default="", help="Take out: questions or kinds; --show lists them.")
@click.option(
    "--for",
    "audience",
    type=click.Choice([kind.value for kind in audiences()]),
    help="Whom it is for; a card says so itself.",
)
@click.option("--to", metavar="WHO", help="Seal it to this card's file, or to this age recipient.")
@click.option("--passphrase", is_flag=True, help="Seal it with a new passphrase, which is shown once.")
@click.option("--plain", is_flag=True, help="Do not seal it. Needs --reason and your yes.")
@click.option("--reason", metavar="TEXT", help="Why plain, for colleagues; left out, it is read from stdin.")
@click.option("--yes", "sure", is_flag=True, help="Say yes to --plain beforehand.")
@click.option(
    "--expires", metavar="DAYS", type=click.IntRange(1, 365), help="Of a PFIF record; default: 60 days."
)
@click.option("--show", is_flag=True, help="Show what would be in it, and what not. Nothing is exported.")
@click.option(
    "--output", "-o", metavar="FILE", default="-", show_default=True, help="A new file, or - for stdout."
)
@as_json
@in_language
@click.pass_obj
@stopping
def export(  # noqa: PLR0913 - one for each option of the command
    settings: Settings,
    case: str,
    kind: str,
    form: str | None,
    tiers: str,
    redact: str,
    audience: str | None,
    to: str | None,
    reason: str | None,
    expires: int | None,
    output: str,
    language: str | None,
    **flags: bool,
) -> None:
    """Export CASE to a file, sealed to your own card unless you name somebody else. The server notes it before.

    Begins with the least: what happened, without who and where. What is left out is said in the file.
    """
    wanted = Wanted(to, flags["passphrase"], flags["plain"], reason, flags["sure"])
    seal = _shown(settings, to) if flags["show"] else _seal(settings, wanted)
    order = Order(ExportFormat(kind), _scope(tiers, redact, audience, seal), seal, form or "", expires)
    wording, lexicon = vocabulary(language, read_card(Home(settings.folder)).languages)

    async def look(desk: Desk, found: CaseId) -> Narrowed:
        opened = await desk.open(found)
        check(opened, order)
        return narrow(opened, order.scope)

    async def work(desk: Desk, found: CaseId) -> Parcel:
        return await press(desk, wording, lexicon).export(await desk.open(found), order)

    if flags["show"]:
        _show(with_case(settings, case, look), as_json=flags["as_json"])
        return
    _check_output(output)
    if isinstance(seal, ToCard | ToRecipient):
        click.echo(f"sealing to: {_whose(seal)}", err=True)
    parcel = with_case(settings, case, work)
    write_out(parcel.content, output)
    _say(parcel, seal, as_json=flags["as_json"] and output != "-")


def _scope(tiers: str, redact: str, audience: str | None, seal: Seal) -> Scope:
    """Read what goes along; raises ExportWrong for a tier that there is not."""
    if audience is None and not isinstance(seal, ToCard):
        msg = "whom it is for has to be said"
        raise ExportWrong(msg, f"Say one: --for {'|'.join(kind.value for kind in audiences())}.")
    names = {each.strip() for each in tiers.split(",") if each.strip()}
    if names == {ALL}:
        names = {tier.value for tier in Tier}
    if unknown := sorted(names - {tier.value for tier in Tier}):
        msg = f"there is no tier {', '.join(unknown)}"
        raise ExportWrong(msg, f"There is: {', '.join(tier.value for tier in Tier)}, or all.")
    out = frozenset(each.strip() for each in redact.split(",") if each.strip())
    kind = seal.audience if isinstance(seal, ToCard) and audience is None else RecipientClass(audience or "")
    return Scope(kind, frozenset(map(Tier, names)) | {Tier.CORE}, out)


def _seal(settings: Settings, wanted: Wanted) -> Seal:
    """Return whom it is sealed to; raises ExportWrong unless that is one way."""
    if (wanted.to is not None) + wanted.passphrase + wanted.plain > 1:
        msg = "--to, --passphrase and --plain: one of them"
        raise click.UsageError(msg)
    if wanted.plain:
        seal = ToNobody(typed() if wanted.reason is None else wanted.reason)
        _make_sure(wanted)
        return seal
    if wanted.passphrase:
        return ToPassphrase(new_passphrase())
    if wanted.to is None:
        return ToCard(read_card(Home(settings.folder)))
    return _named(wanted.to)


def _shown(settings: Settings, to: str | None) -> Seal:
    """Return whom a preview is for: nobody is asked for words."""
    return ToCard(read_card(Home(settings.folder))) if to is None else _named(to)


def _named(who: str) -> ToCard | ToRecipient:
    """Read a card's file, or an age recipient."""
    if who.startswith("age1"):
        return sealed_to(who)
    try:
        return sealed_to(Path(who).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        msg = "that card cannot be read"
        raise ExportWrong(msg, "Name the file of a card, or an age recipient: age1…") from None


def _make_sure(wanted: Wanted) -> None:
    """Ask before a file is made that anybody can read; raises ExportWrong without a yes."""
    if wanted.sure:
        return
    if sys.stdin.isatty() and click.confirm("Whoever finds this file can read it. Make it plain?", err=True):
        return
    msg = "a plain export needs your yes"
    raise ExportWrong(msg, "Say --yes, or seal it: --to CARD, --passphrase.")


def _whose(seal: ToCard | ToRecipient) -> str:
    """Return whose key it is, with what is compared by voice."""
    if isinstance(seal, ToCard):
        return f"{seal.card.name} ({seal.audience.value}), fingerprint {seal.fingerprint}"
    return seal.fingerprint


def _check_output(output: str) -> None:
    """Raise ExportWrong for a screen, and for a file that is there: before anything is noted."""
    if output == "-" and sys.stdout.isatty():
        msg = "an export does not go onto a screen"
        raise ExportWrong(msg, "Name a file: -o FILE.")
    if output != "-" and Path(output).exists():
        msg = "it cannot be written there: there is such a file"
        raise ExportWrong(msg, "Name a file that does not exist yet.")


def _document(narrowed: Narrowed) -> dict[str, object]:
    left = narrowed.left_out
    sessions = narrowed.opened.sessions
    return {
        "schema": "export-preview/1",
        "case": narrowed.opened.header.id,
        "audience": narrowed.scope.audience,
        "tiers": narrowed.scope.in_order,
        "consents": dict(narrowed.consents),
        "answers": [
            {"question": line.question, "kind": line.kind, "text": line.text, "answer_text": line.answer_text}
            for session in sessions
            for line in session.answers
        ],
        "texts": [words.text for session in sessions for words in session.texts],
        "attachments": [filed.number for filed in narrowed.opened.files.all],
        "left_out": {"tiers": left.tiers, "redacted": left.redacted, "never": left.never},
    }


def _show(narrowed: Narrowed, *, as_json: bool) -> None:
    document = print_json(_document(narrowed))
    if as_json:
        click.echo(document)
        return
    click.echo(f"for: {narrowed.scope.audience.value}")
    click.echo(f"tiers: {', '.join(narrowed.scope.in_order)}")
    for session in narrowed.opened.sessions:
        for line in session.answers:
            click.echo(_plain(f"  {line.question} ({line.kind.value}): {line.answer_text}"))
        for words in session.texts:
            click.echo(_plain(f"  texts ({words.kind}): {words.text or ''}"))
    for filed in narrowed.opened.files.all:
        click.echo(_plain(f"  files: {filed.number} ({filed.kind})"))
    _say_left_out(narrowed, err=False)


def _plain(line: str) -> str:
    """Return a line in which nothing steers the terminal."""
    return " ".join(clean(line).splitlines())


def _say_left_out(narrowed: Narrowed, *, err: bool) -> None:
    left = narrowed.left_out
    out = (*(tier.value for tier in left.tiers), *left.redacted, *left.never)
    click.echo(f"left out: {', '.join(out)}", err=err)


def _say(parcel: Parcel, seal: Seal, *, as_json: bool) -> None:
    """Say for whom the file is; a passphrase is shown this once."""
    sealed = {"sealed_for": seal.sealed_for, "card": seal.id, "bytes": len(parcel.content)}
    if as_json:
        click.echo(print_json({"schema": "export-made/1", **sealed, "letterless": parcel.letterless}))
    match seal:
        case ToCard() | ToRecipient():
            click.echo("Compare that by voice before you send the file.", err=True)
        case ToPassphrase(words=words):
            click.echo(f"passphrase: {words}\nTell it by voice. It is kept nowhere.", err=True)
        case ToNobody():
            click.echo("plain: whoever finds the file can read it", err=True)
    _say_left_out(parcel.narrowed, err=True)
    if parcel.letterless:
        click.echo(
            "some letters have no font on this computer and show as boxes: install Noto fonts, or use --format page",
            err=True,
        )
