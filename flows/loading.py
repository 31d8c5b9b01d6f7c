"""Loading: definitions from a folder of YAML 1.2, whole and checked, or all their problems at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from flows.build import Phrase, build_currencies, build_flow, build_phrases, build_rubric, build_times
from flows.checks import Place, Trouble, check_flow, check_phrases, check_rubric
from flows.definition import Flow
from flows.forms import (
    CurrenciesForm,
    FlagsForm,
    FlowForm,
    Form,
    IndicatorsForm,
    PhrasesForm,
    RubricForm,
    TimesForm,
)
from flows.ids import FlowId, PhraseId
from flows.moment import Times
from flows.money import Currencies
from flows.problems import Code, DefinitionProblems, Problem
from flows.rubric import Rubric
from flows.word_checks import check_currencies, check_times

FOLDER = Path(__file__).parent / "definitions"
FIXED = ("indicators.yaml", "flags.yaml", "rubric.yaml", "phrases.yaml", "currencies.yaml", "times.yaml")


@dataclass(frozen=True, slots=True)
class Words:
    """How people write sums and moments."""

    currencies: Currencies
    times: Times


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that is asked, meant and said."""

    flows: Mapping[FlowId, Flow]
    rubric: Rubric
    phrases: Mapping[PhraseId, Phrase]
    desk: Mapping[str, str]
    """The words of the responder's programs, by key."""
    comments: Mapping[str, str]
    """Catalogue contexts of texts that carry a comment for translators."""
    words: Words


def load(folder: Path = FOLDER) -> Definitions:
    """Read every definition in the folder; raises DefinitionProblems with all mistakes."""
    shelf = Shelf(folder)
    indicators = shelf.read("indicators.yaml", IndicatorsForm)
    flags = shelf.read("flags.yaml", FlagsForm)
    rules = shelf.read("rubric.yaml", RubricForm)
    phrases = shelf.read("phrases.yaml", PhrasesForm)
    flows = {name: shelf.read(name, FlowForm) for name in shelf.flow_files()}
    words = _read_words(shelf)
    if indicators is None or flags is None or rules is None or phrases is None or None in flows.values():
        raise DefinitionProblems(shelf.problems)
    shelf.blame(check_rubric(indicators, flags, rules))
    shelf.blame(check_phrases(phrases))
    whole = {name: form for name, form in flows.items() if form is not None}
    for name, form in whole.items():
        shelf.blame(check_flow(name, form, indicators, flags, phrases))
    if shelf.problems or words is None:
        raise DefinitionProblems(shelf.problems)
    built = build_phrases(phrases)
    return Definitions(
        {FlowId(form.flow): build_flow(form) for form in whole.values()},
        build_rubric(indicators, flags, rules),
        built,
        phrases.desk,
        dict(_comments(whole.values(), built.values())),
        words,
    )


def _read_words(shelf: "Shelf") -> Words | None:
    currencies = shelf.read("currencies.yaml", CurrenciesForm)
    times = shelf.read("times.yaml", TimesForm)
    if currencies is None or times is None:
        return None
    shelf.blame(check_currencies(currencies))
    shelf.blame(check_times(times))
    return Words(build_currencies(currencies), build_times(times))


def _comments(flows: Iterable[FlowForm], phrases: Iterable[Phrase]) -> Iterable[tuple[str, str]]:
    for flow in flows:
        for question in flow.questions:
            if question.comment:
                yield f"{flow.flow}.{question.id}", question.comment
            for choice in question.choices:
                if choice.comment:
                    yield f"{flow.flow}.{question.id}.{choice.id}", choice.comment
    for phrase in phrases:
        if phrase.comment:
            yield f"phrase.{phrase.id}", phrase.comment


F = TypeVar("F", bound=Form)


class Shelf:
    """The folder's files as they were read, with the line of every value, and the problems found so far."""

    def __init__(self, folder: Path) -> None:
        """Open the folder; nothing is read yet."""
        self._folder = folder
        self._nodes: dict[str, object] = {}
        self.problems: list[Problem] = []

    def flow_files(self) -> Sequence[str]:
        """Name the files that hold flows, in alphabetical order."""
        return sorted(path.name for path in self._folder.glob("*.yaml") if path.name not in FIXED)

    def read(self, name: str, form: type[F]) -> F | None:
        """Read one file into its form; None when it has problems, which are kept."""
        try:
            node = YAML(typ="rt", pure=True).load(StringIO((self._folder / name).read_text("utf-8")))
            self._nodes[name] = node
            return form.model_validate(plain(node))
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
        node, line = self._nodes[name], 1
        for step in place:
            match node, step:
                case CommentedMap(), str() if step in node:
                    line, node = node.lc.key(step)[0] + 1, node[step]
                case CommentedSeq(), int() if step < len(node):
                    line, node = node.lc.item(step)[0] + 1, node[step]
                case _:
                    break
        return line

    def _add(self, code: Code, name: str, line: int, message: str) -> None:
        self.problems.append(Problem(name, line, code, message))


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
