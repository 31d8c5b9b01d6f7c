"""What the documents say is true, and what there is stands in them."""

import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.api import table
from bot.cli import main as operator
from bot.settings import Settings
from flows.problems import Code
from responder.cli import main as responder
from responder.settings import Settings as ResponderSettings
from sandbox.cli import main as sandbox
from storage import cases, closed, erasure, handover, people
from storage.case import State
from tests.unit.bot.desk_door import PARTS

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "deploy", "docs", "flows", "locales", "protocol", "responder", "sandbox", "storage")
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for each in FOLDERS for path in (ROOT / each).rglob("*.md")),
]
TEXTS = {path: path.read_text(encoding="utf-8") for path in PAGES}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAMS = {"wayout": operator, "wayout-responder": responder, "wayout-sandbox": sandbox}


def _page(name: str) -> str:
    return TEXTS[ROOT / name]


def _commands(group: click.Group) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from ((name, *rest) for rest in _commands(command))
        else:
            yield (name,)


def _said(program: str) -> set[tuple[str, ...]]:
    """The commands that README's table has: `wayout recipients add` · `list` names two."""
    found = set()
    for row in re.findall(rf"^\| (`{program} .*?) \|", _page("README.md"), re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        words = tuple(first.split()[1:])
        found |= {words} | {(*words[:-1], other) for other in others}
    return found


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_table_of_commands_is_the_programs(program: str) -> None:
    """README has every command, and none that is not there."""
    assert _said(program) == set(_commands(PROGRAMS[program]))


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_document_names_a_command_that_is_not_there(program: str) -> None:
    """Whatever stands in code quotes after a program's name exists."""
    known = {words[0] for words in _commands(PROGRAMS[program])}
    for path, text in TEXTS.items():
        named = set(re.findall(rf"`{program} ([a-z-]+)", text))
        assert named <= known, path.name


def test_every_setting_is_explained() -> None:
    """The server's in RUNNING.md, the responder's in README.md."""
    server = {f"WAYOUT_{name.upper()}" for name in Settings.model_fields}
    theirs = {str(each.validation_alias) for each in ResponderSettings.model_fields.values()}

    assert {name for name in server if f"`{name}`" not in _page("deploy/RUNNING.md")} == set()
    assert {name for name in theirs if f"`{name}`" not in _page("README.md")} == set()


def test_no_document_names_a_setting_that_is_not_there() -> None:
    """A setting that was renamed leaves nothing behind."""
    server = {f"WAYOUT_{name.upper()}" for name in Settings.model_fields} | {"WAYOUT_BOT_TOKEN_FILE"}
    theirs = {str(each.validation_alias) for each in ResponderSettings.model_fields.values()}
    for path, text in TEXTS.items():
        assert set(re.findall(r"\bWAYOUT_[A-Z_]+\b", text)) <= server | theirs, path.name


def test_every_problem_code_is_explained() -> None:
    """An author who meets a code finds it, and the page has no other."""
    section = _page("CONTRIBUTING.md").split("## What the codes mean")[1].split("\n## ", maxsplit=1)[0]
    rows = "\n".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))

    assert set(re.findall(r"`([a-z_]+)`", rows)) == {code.value for code in Code}


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0] for each in requirements}


def _reasons(heading: str) -> dict[str, str]:
    table = _page("ARCHITECTURE.md").split(f"| {heading} | for |")[1].split("\n\n")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|$", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "requirements"),
    [
        ("runtime", PROJECT["project"]["dependencies"]),
        ("development", PROJECT["dependency-groups"]["dev"]),
    ],
    ids=["runtime", "development"],
)
def test_every_dependency_has_its_reason(heading: str, requirements: list[str]) -> None:
    """Nothing is installed that nobody can give a reason for, and no reason outlives its package."""
    assert set(_reasons(heading)) == _names(requirements)


def _rows(page: str, heading: str) -> set[str]:
    section = page.split(f"## {heading}")[1].split("\n## ", maxsplit=1)[0]
    return set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE))


def test_the_queue_is_drawn_as_it_is() -> None:
    """QUEUE.md names exactly the functions of the queue's modules, and the drawing its states."""
    page = _page("storage/QUEUE.md")
    functions = {
        name
        for module in (cases, handover, closed)
        for name, each in inspect.getmembers(module, inspect.iscoroutinefunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    } | {erasure.destroy.__name__, people.stop.__name__}
    moves, looks = _rows(page, "Moves"), _rows(page, "Looks")
    drawing = page.split("```mermaid")[1].split("```")[0]

    assert moves | looks == functions
    assert not moves & looks
    assert set(re.findall(r"^ +(\w+) -->", drawing, re.MULTILINE)) == {state.value for state in State}
    assert {name for name in moves if not re.search(rf"\b{name}\b", drawing)} == set()


def test_the_table_of_addresses_is_the_servers() -> None:
    """ARCHITECTURE.md has every path of the desk's API, and none that is not there."""
    said = set(re.findall(r"`(GET|POST) (/v1/[^`]+)`", _page("ARCHITECTURE.md")))

    assert said == {(route.method, route.path) for route in table(PARTS, lambda: None)}


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Every link to a file of ours, and to a heading in it, resolves."""
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[path]):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        assert aim.exists(), target
        assert not anchor or anchor in _anchors(aim.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_files_are_there(path: Path) -> None:
    """A path in code quotes that begins with a folder of ours exists."""
    folders = "|".join((*FOLDERS, "tests"))
    for name in re.findall(rf"`((?:{folders})/[\w./*-]*)`", TEXTS[path]):
        assert "CODE" in name or any(ROOT.glob(name)), name


def test_named_make_targets_are_there() -> None:
    """`make …` in a document does something."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path, text in TEXTS.items():
        named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
        assert named <= targets, path.name


def test_every_picture_is_shown_and_small() -> None:
    """docs/pictures holds what README shows, under 250 kB each."""
    shown = set(re.findall(r"docs/pictures/([\w-]+\.png)", _page("README.md")))
    there = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}

    assert shown == set(there)
    assert {name: size for name, size in there.items() if size > 250_000} == {}


def test_every_picture_has_words_for_those_who_cannot_see_it() -> None:
    """An image without a description is a hole."""
    described = re.findall(r"!\[([^\]]*)\]\(", _page("README.md"))
    assert described
    assert all(len(words) > 20 for words in described)


def test_the_readme_has_two_commands() -> None:
    """The first block of code is all that it takes."""
    block = re.search(r"```sh\n(.*?)```", _page("README.md"), re.DOTALL)
    assert block is not None
    assert [line.split("#")[0].split() for line in block[1].splitlines()] == [
        ["make", "run"],
        ["make", "test"],
    ]
