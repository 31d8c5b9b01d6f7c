"""The shelf: a folder's files as they were read, with the line of every value and all problems found so far."""

from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from flows.checks import Place, Trouble
from flows.forms import Form
from flows.problems import Code, Problem

F = TypeVar("F", bound=Form)


class Shelf:
    """The folder's files as they were read, with the line of every value, and the problems found so far."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; nothing is read yet."""
        self._folder = folder
        self._texts: dict[str, str] = {}
        self._nodes: dict[str, object] = {}
        self.problems: list[Problem] = []

    def others(self, known: Sequence[str]) -> Sequence[str]:
        """Name the files that are not among these, in alphabetical order."""
        return sorted(path.name for path in self._folder.glob("*.yaml") if path.name not in known)

    def read(self, name: str, form: type[F]) -> F | None:
        """Read one file into its form; None when it has problems, which are kept."""
        try:
            text = self._texts[name] = (self._folder / name).read_text("utf-8")
            return form.model_validate(_values(text))
        except FileNotFoundError:
            self._add(Code.FILE_MISSING, name, 1, "this file is missing")
        except ValidationError as error:
            for each in error.errors(include_input=False, include_url=False, include_context=False):
                self._add(Code.SHAPE, name, self.line(name, each["loc"]), _message(each["loc"], each["msg"]))
        except DuplicateKeyError as error:
            self._add(Code.DUPLICATE_KEY, name, _marked(error), "this key stands here twice")
        except YAMLError as error:
            self._add(Code.NOT_YAML, name, _marked(error), "this is not YAML 1.2")
        return None

    def blame(self, troubles: Iterable[Trouble]) -> None:
        """Keep the troubles that checks found, with their lines."""
        for trouble in troubles:
            self._add(trouble.code, trouble.file, self.line(trouble.file, trouble.at), trouble.message)

    def line(self, name: str, place: Place) -> int:
        """Give the line, from 1, of the value at this place, or of the nearest around it."""
        node, line = self._lined(name), 1
        for step in place:
            match node, step:
                case CommentedMap(), str() if step in node:
                    line, node = node.lc.key(step)[0] + 1, node[step]
                case CommentedSeq(), int() if step < len(node):
                    line, node = node.lc.item(step)[0] + 1, node[step]
                case _:
                    break
        return line

    def _lined(self, name: str) -> object:
        """Read a file once more with the line of each value, which takes six times as long."""
        if name not in self._nodes:
            self._nodes[name] = _with_lines(self._texts[name])
        return self._nodes[name]

    def _add(self, code: Code, name: str, line: int, message: str) -> None:
        self.problems.append(Problem(name, line, code, message))


def _values(text: str) -> object:
    """Read plain values by the quick reader; what it refuses, the other one judges and names the line of."""
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return plain(_with_lines(text))


def _with_lines(text: str) -> object:
    return YAML(typ="rt", pure=True).load(StringIO(text))


def plain(node: object) -> object:
    """Give a YAML node as plain values."""
    match node:
        case dict():
            return {str(key): plain(value) for key, value in node.items()}
        case list():
            return [plain(value) for value in node]
        case str():
            return str(node)
        case float():
            return float(node)
        case _:
            return node


def _message(place: Place, message: str) -> str:
    named = ".".join(str(step) for step in place)
    return f"{named}: {message[0].lower()}{message[1:]}"


def _marked(error: YAMLError) -> int:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    return mark.line + 1 if mark is not None else 1
