"""The shelf: both its readers read the same; what the quick one refuses, the other judges and names the line of."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser

from flows.forms import Form
from flows.loading import FOLDER
from flows.problems import Code
from flows.shelf import Shelf, plain

FILES = sorted(FOLDER.glob("*.yaml"))


class Small(Form):
    """A form with one word."""

    word: str


def told(folder: Path, text: str) -> list[tuple[Code, int]]:
    """The problems of a file that says this, with their lines."""
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    shelf = Shelf(folder)
    shelf.read("small.yaml", Small)
    return [(each.code, each.line) for each in shelf.problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_readers_read_the_same(path: Path) -> None:
    """Every definition of ours, value by value."""
    text = path.read_text(encoding="utf-8")

    assert YAML(typ="safe").load(text) == plain(YAML(typ="rt", pure=True).load(text))


def test_the_quick_reader_is_the_one_in_c() -> None:
    """Without it every program starts a second later."""
    assert YAML(typ="safe").Parser is CParser


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("# a remark\nword: 1\n", Code.SHAPE, 2),
        ("word: no\nother: yes\n", Code.SHAPE, 2),
        ("word: no\n\nword: no\n", Code.DUPLICATE_KEY, 3),
        ("word: no\nother: ]\n", Code.NOT_YAML, 2),
        ("# a remark\n\tword: no\n", Code.NOT_YAML, 2),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, code: Code, line: int) -> None:
    """Whichever reader meets it first."""
    assert told(tmp_path, text) == [(code, line)]


def test_no_is_a_word(tmp_path: Path) -> None:
    """YAML 1.2, in both."""
    assert told(tmp_path, "word: no\n") == []
