"""The authors' commands: `wayout flows`."""

import sys
from pathlib import Path

import click
import msgspec

from bot.failures import fail, told

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="An organisation's own folder of definitions; default: those that come with Wayout.",
)


@click.group()
def flows() -> None:
    """The questionnaires: check, show, play and draw them."""


@flows.command("check")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print problems/1.")
@told
def flows_check(folder: Path | None, *, as_json: bool) -> None:
    """Check every definition and catalogue; every problem with its file, line and what to do."""
    from bot.proof import proof, report, verdict
    from flows.loading import FOLDER, load

    found = proof(folder or FOLDER)
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif found.problems:
        for line, hint in report(found):
            click.secho(line, dim=hint)
        click.secho(verdict(found.problems), bold=True)
    else:
        whole = load(folder or FOLDER)
        click.echo(f"{len(whole.flows)} path(s), {len(whole.rubric.indicators)} indicators, no problems")
    sys.exit(1 if found.problems else 0)


@flows.command("show")
@click.argument("path", default="victim")
@folder_option
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print flow/1: every question and choice with texts, ref, indicators.",
)
@told
def flows_show(path: str, folder: Path | None, *, as_json: bool) -> None:
    """Show a PATH's questions and choices."""
    from bot.catalogue import definitions
    from bot.outline import outline
    from flows.ids import FlowId
    from flows.loading import FOLDER

    flows = definitions(folder or FOLDER).flows
    found = flows.get(FlowId(path))
    if found is None:
        fail("there is no such path", f"known: {', '.join(flows)}")
    shown = outline(found)
    if as_json:
        click.echo(msgspec.json.encode(shown))
        return
    for question in shown.questions:
        click.echo(f"\n{question.id} ({question.ref}, {question.kind})\n  {question.text}")
        for choice in question.choices:
            click.echo(f"    [{choice.id}] {choice.text}  {' '.join(choice.indicators)}")
