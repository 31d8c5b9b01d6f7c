"""The authors' commands: `wayout flows`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from bot.failures import fail, told

DAYS = 90
"""The days that a played screen names; a server has its own (`WAYOUT_RETENTION_DAYS`)."""

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="WAYOUT_DEFINITIONS_DIR",
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


@flows.command("play")
@click.argument("path", required=False)
@folder_option
@click.option("--language", "code", metavar="CODE", help="Begin in this language, such as es.")
@click.option(
    "--record",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a recording, as in tests/conversations.",
)
@click.option("--grade/--no-grade", default=True, help="Show the grade and what fired under each screen.")
@told
def flows_play(
    path: str | None, folder: Path | None, code: str | None, kept: Path | None, *, grade: bool
) -> None:
    """Play the questionnaire in the terminal, or one PATH of it, as a person who writes would see it.

    Type a number or a label to tap, words to write, /help for more. Lines may come from a pipe.
    """
    from rich.console import Console

    from bot.catalogue import definitions
    from bot.rehearsal import Stage, ready, voices
    from flows.loading import FOLDER
    from flows.recording import write_recording
    from locales.catalog import FOLDER as CATALOGUES

    if kept is not None and kept.exists():
        fail(f"{kept.name} is there already", "give another name, or remove it first")
    found = definitions(folder or FOLDER)
    spoken = voices(found, folder / "locales" if folder else CATALOGUES, days=DAYS)
    if code is not None and code not in spoken:
        fail(f"there is no catalogue for {code}", f"there are: {', '.join(spoken)}")
    if path is not None and path not in {*map(str, found.flows)}:
        fail("there is no such path", f"known: {', '.join(found.flows)}")
    stage = Stage(ready(found, path, spoken), spoken, Console(highlight=False), grade)
    try:
        stage.play(_lines(), code)
    finally:
        if kept is not None:
            head = {
                "conversation": kept.stem.replace("_", " ").capitalize(),
                **({"path": path} if path else {}),
            }
            kept.write_text(write_recording({**head, "steps": stage.steps}), "utf-8")
            click.echo(f"\nrecorded in {kept}", err=True)


def _lines() -> Iterator[str]:
    """What is typed, until Ctrl-D or Ctrl-C; from a pipe also."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            click.secho(f"\n> {line.rstrip()}", bold=True)
            yield line
        return
    try:
        while True:
            yield input("\n> ")
    except (EOFError, KeyboardInterrupt):
        click.echo()


@flows.command("draw")
@click.argument("path", required=False)
@folder_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output."
)
@told
def flows_draw(path: str | None, folder: Path | None, output: Path | None) -> None:
    """Draw the whole questionnaire, or one PATH of it, as an SVG picture that any browser shows and prints."""
    from bot.picture import picture
    from flows.loading import FOLDER, read_draft

    draft = read_draft(folder or FOLDER)
    paths = draft.layout.form.paths
    if path is not None and path not in paths:
        fail("there is no such path", f"known: {', '.join(paths)}")
    drawn = picture(draft, path)
    if output is None:
        click.echo(drawn)
    else:
        output.write_text(drawn, "utf-8")
        click.echo(f"drawn in {output}", err=True)
