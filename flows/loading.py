"""Loading: definitions from a folder of YAML 1.2, whole and checked, or all their problems at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.asking import QUESTIONNAIRE, check_asking
from flows.build import Phrase, build_path, build_phrases, build_rubric, build_whole
from flows.checks import check_phrases, check_rubric
from flows.definition import Flow
from flows.forms import FlagsForm, IndicatorsForm, PartForm, PhrasesForm, QuestionnaireForm, RubricForm
from flows.ids import FlowId, PhraseId
from flows.layout import Laid, lay_out
from flows.problems import DefinitionProblems
from flows.rubric import Rubric
from flows.shelf import Shelf
from flows.tables import FILES, Tables, read_tables

FOLDER = Path(__file__).parent / "definitions"
FIXED = ("indicators.yaml", "flags.yaml", "rubric.yaml", "phrases.yaml", QUESTIONNAIRE, *FILES)
"""Every other file is a part of the questionnaire."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that is asked, meant and said."""

    whole: Flow
    """The questionnaire with all its paths, as the bot asks it."""
    flows: Mapping[FlowId, Flow]
    """Each path by itself, for whoever is known to be on it."""
    rubric: Rubric
    phrases: Mapping[PhraseId, Phrase]
    desk: Mapping[str, str]
    """The words of the responder's programs, by key."""
    comments: Mapping[str, str]
    """Catalogue contexts of texts that carry a comment for translators."""
    tables: Tables


def load(folder: Path = FOLDER) -> Definitions:
    """Read every definition in the folder; raises DefinitionProblems with all mistakes."""
    shelf = Shelf(folder)
    indicators = shelf.read("indicators.yaml", IndicatorsForm)
    flags = shelf.read("flags.yaml", FlagsForm)
    rules = shelf.read("rubric.yaml", RubricForm)
    phrases = shelf.read("phrases.yaml", PhrasesForm)
    form = shelf.read(QUESTIONNAIRE, QuestionnaireForm)
    parts = {name: shelf.read(name, PartForm) for name in shelf.others(FIXED)}
    tables = read_tables(shelf)
    whole = {name: part for name, part in parts.items() if part is not None}
    if indicators is None or flags is None or rules is None or phrases is None or form is None:
        raise DefinitionProblems(shelf.problems)
    layout = lay_out(form, whole)
    findings = {each.id for each in indicators.indicators} | {each.id for each in flags.flags}
    shelf.blame(check_rubric(indicators, flags, rules))
    shelf.blame(check_phrases(phrases))
    if len(whole) == len(parts):
        shelf.blame(check_asking(layout, findings, {*phrases.screen}))
    if shelf.problems or tables is None:
        raise DefinitionProblems(shelf.problems)
    built = build_phrases(phrases)
    return Definitions(
        build_whole(layout),
        {FlowId(name): build_path(layout, name) for name in form.paths},
        build_rubric(indicators, flags, rules),
        built,
        phrases.desk,
        dict(_comments(layout.questions, built.values())),
        tables,
    )


def _comments(questions: Iterable[Laid], phrases: Iterable[Phrase]) -> Iterable[tuple[str, str]]:
    for laid in questions:
        context = f"{laid.part}.{laid.form.id}"
        if laid.form.comment:
            yield context, laid.form.comment
        for choice in laid.form.choices:
            if choice.comment:
                yield f"{context}.{choice.id}", choice.comment
    for phrase in phrases:
        if phrase.comment:
            yield f"phrase.{phrase.id}", phrase.comment
