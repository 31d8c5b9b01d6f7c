"""What the invented people answer: the questionnaire of the load, read from its definition."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

DEFINITIONS = Path(__file__).parent / "definitions"
LANGUAGE = "English"
_NUMBER = re.compile(r"(\d+)\. ")
_TYPED = {"text": "by the river {mark}", "place": "Examplia {mark}", "number": "7"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its id, text and choices, and what is answered: a label, or words where there are no choices."""

    id: str
    kind: str
    text: str
    choices: Sequence[tuple[str, str, Sequence[str]]]
    """Id, label and the findings that it fires."""

    @property
    def label(self) -> str | None:
        """The choice that the invented people tap."""
        return self.choices[0][1] if self.choices else None

    def words(self, mark: str) -> str:
        """What they type; `mark` tells whose words they are."""
        return _TYPED[self.kind].format(mark=mark)


def read_questions(folder: Path = DEFINITIONS) -> Sequence[Asked]:
    """The 40 questions, without the choice of a language."""
    form = YAML(typ="safe", pure=True).load(folder / "victim.yaml")
    return tuple(
        Asked(
            each["id"],
            each["kind"],
            each["text"],
            tuple(_choice(choice) for choice in each.get("choices", ())),
        )
        for section in form["sections"]
        for each in section["questions"]
        if each["kind"] != "language"
    )


def _choice(form: Mapping[str, object]) -> tuple[str, str, Sequence[str]]:
    fires = form.get("fires", ())
    return str(form["id"]), str(form["text"]), tuple(map(str, fires)) if isinstance(fires, list) else ()


def number_of(text: str) -> int | None:
    """Which question a screen asks, from 1; None for a screen that asks none."""
    found = _NUMBER.match(text)
    return int(found[1]) if found else None
