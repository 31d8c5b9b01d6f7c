"""The house keeps its own rules: modules, tests, and who may import whom."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "flows", "locales", "protocol", "responder", "sandbox", "storage")
MODULES = sorted(
    path
    for folder in (*PACKAGES, "deploy")
    for path in (ROOT / folder).rglob("*.py")
    if path.stat().st_size or path.name != "__init__.py"
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES = 300
NO_NOUNS = {"utils", "util", "helpers", "common", "manager", "base", "misc"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_one_thing(path: Path) -> None:
    """It has at most 300 lines, opens by saying what it owns, and is named for it."""
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text))
    assert path.stem not in NO_NOUNS


def _functions(path: Path) -> dict[str, int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        f"{_name(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_functions_are_small() -> None:
    """None over 50 lines, half of them of 10 at most, signature and docstring included."""
    ours = [path for path in MODULES if "migrations" not in path.parts]
    lengths = {name: length for path in ours for name, length in _functions(path).items()}

    assert {name for name, length in lengths.items() if length > 50} == set()
    assert sorted(lengths.values())[len(lengths) // 2] <= 10


BANNED = re.compile(
    r"""
    ^(from|import)\ unittest            # fakes, not mocks
    | ^(time|asyncio)\.sleep\((?!0\)$)  # to let others run once is no sleep
    | ^pytest\.(skip|xfail|importorskip)\(
    | ^pytest\.mark\.(skip|skipif|xfail)$
    """,
    re.VERBOSE,
)


# What paces the load of the benchmark is no test.
@pytest.mark.parametrize("path", [path for path in TESTS if path.parent.name != "bench"], ids=_name)
def test_tests_use_fakes_and_do_not_sleep(path: Path) -> None:
    """No mock, no sleeping, no skipping: a test shows something or fails."""
    kinds = ast.Import | ast.ImportFrom | ast.Call | ast.Attribute
    used = (
        ast.unparse(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds)
    )

    assert [line for line in used if BANNED.match(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import unittest.mock",
        "time.sleep(1)",
        "asyncio.sleep(0.1)",
        "pytest.skip('no')",
        "pytest.mark.skipif",
    ],
)
def test_the_ban_bites(line: str) -> None:
    """Each banned thing is recognised."""
    assert BANNED.match(line)


@pytest.mark.parametrize("path", [path for path in TESTS if path.name.startswith("test_")], ids=_name)
def test_a_test_says_its_rule(path: Path) -> None:
    """Its name is a sentence of more than two words, and its docstring says it in a line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            assert ast.get_docstring(node), node.name
            assert node.name.count("_") > 1, node.name


# Who may import whom: a copy of the packages' skeleton, one forbidden import each.

BREAKS = {
    "the bot imports the responder": ("bot/record.py", "import responder.identity"),
    "the bot imports the sandbox": ("bot/record.py", "import sandbox.client"),
    "the responder imports the bot": ("responder/reading.py", "import bot.keyring"),
    "the sandbox imports the bot": ("sandbox/clock.py", "import bot.record"),
    "a core imports a program": ("protocol/audience.py", "import bot.record"),
    "storage imports flows": ("storage/box.py", "import flows.ids"),
    "storage imports protocol": ("storage/box.py", "import protocol.audience"),
    "the cores import each other": ("protocol/audience.py", "import flows.ids"),
    "storage imports a program": ("storage/box.py", "import bot.record"),
    "flows read the clock": ("flows/answer.py", "import time"),
    "protocol opens a connection": ("protocol/audience.py", "import aiohttp"),
    "flows reach the database": ("flows/answer.py", "import sqlalchemy"),
    "the use case speaks to Telegram": ("bot/intake.py", "import telegram"),
    "locales reach private keys": ("locales/plurals.py", "import responder.identity"),
}


def _imports(path: Path) -> str:
    """A module's import statements alone: what the contracts look at, and quick to read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kept = [ast.unparse(each) for each in ast.walk(tree) if isinstance(each, ast.Import | ast.ImportFrom)]
    return "\n".join(kept) + "\n"


@pytest.fixture(scope="session")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages with nothing in them but imports, and the contracts of pyproject.toml."""
    folder = tmp_path_factory.mktemp("house")
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_imports(path), encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _broken(folder: Path) -> set[str]:
    """Names of the contracts that do not hold there."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = set(re.findall(r"^(.+?) BROKEN", done.stdout, re.MULTILINE))
    assert bool(broken) == bool(done.returncode), done.stdout + done.stderr
    return broken


def test_the_import_rules_hold(skeleton: Path) -> None:
    """As the code is, no contract is broken."""
    assert _broken(skeleton) == set()


@pytest.mark.parametrize("rule", BREAKS)
def test_each_import_rule_bites(rule: str, skeleton: Path, tmp_path: Path) -> None:
    """One forbidden import, and the contracts say so."""
    file, line = BREAKS[rule]
    broken = shutil.copytree(skeleton, tmp_path / "house")
    with (broken / file).open("a", encoding="utf-8") as module:
        module.write(f"{line}\n")

    assert _broken(broken)


def test_every_contract_is_broken_once(skeleton: Path, tmp_path: Path) -> None:
    """All forbidden imports together break every contract there is: none of them is asleep."""
    broken = shutil.copytree(skeleton, tmp_path / "house")
    for file, line in BREAKS.values():
        with (broken / file).open("a", encoding="utf-8") as module:
            module.write(f"{line}\n")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}

    assert _broken(broken) == names
