"""Faults of catalogues are problems like those of definitions: with a file, a line, and what to do."""

from pathlib import Path

from flows.problems import Code
from locales.check import problems
from locales.header import write_header
from locales.messages import Message

HEADER = write_header("es", {"X-Drafted-By": "a test"})
MESSAGES = (Message("a.one", "One"), Message("a.two", "Two {days}"), Message("a.three", "Three"))


def test_each_fault_has_its_line(tmp_path: Path) -> None:
    """A text that is missing, one that lost its place, and one that nobody wants any more."""
    file = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    entries = [("a.one", "One", ""), ("a.two", "Two {days}", "Dos"), ("a.old", "Old", "Viejo")]
    body = "".join(f'\nmsgctxt "{c}"\nmsgid "{s}"\nmsgstr "{t}"\n' for c, s, t in entries)
    file.write_text(HEADER + body, "utf-8")
    rows = file.read_text("utf-8").splitlines()

    found = list(problems(tmp_path, MESSAGES))

    assert [(each.code, each.message.partition(":")[0]) for each in found] == [
        (Code.NOT_TRANSLATED, "a.one"),
        (Code.BADLY_TRANSLATED, "a.two"),
        (Code.NOT_TRANSLATED, "a.three"),
        (Code.BADLY_TRANSLATED, "a.old"),
    ]
    assert {each.file for each in found} == {"es/LC_MESSAGES/messages.po"}
    assert "a.two" in "".join(rows[found[1].line - 2 : found[1].line])
    assert found[2].line == 1
    assert all(each.hint for each in found)


def test_no_catalogues_are_no_problem(tmp_path: Path) -> None:
    """An organisation may speak English alone."""
    assert list(problems(tmp_path, MESSAGES)) == []
