"""Loading: definitions from a folder of YAML 1.2, whole and checked, or all their problems at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.asking import QUESTIONNAIRE, check_asking
from flows.build import Phrase, build_path, build_phrases, build_rubric, build_whole
from flows.checks import Trouble, check_phrases, check_rubric
from flows.cover_checks import check_cover_reading
from flows.definition import Flow
from flows.evidence import check_evidence
from flows.forms import PartForm, PhrasesForm, QuestionnaireForm
from flows.height import check_height
from flows.ids import FlowId, PhraseId
from flows.layout import Laid, Layout, lay_out
from flows.problems import DefinitionProblems, Problem
from flows.reachable import reached
from flows.reading import check_reading
from flows.relay import check_replies
from flows.rubric import Rubric
from flows.rubric_form import FlagsForm, IndicatorsForm, RubricForm
from flows.shelf import Shelf
from flows.tables import FILES, Tables, read_tables
from flows.ways import check_ways

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


@dataclass(frozen=True, slots=True)
class Draft:
    """All files, each of the right shape."""

    indicators: IndicatorsForm
    flags: FlagsForm
    rules: RubricForm
    phrases: PhrasesForm
    layout: Layout
    tables: Tables | None
    """None where something is wrong with them, which the shelf keeps."""


def load(folder: Path = FOLDER) -> Definitions:
    """Read every definition in the folder; raises DefinitionProblems with all mistakes that stop a program.

    Ours come with the program and are read once; an organisation's own are read each time.
    """
    return _ours() if folder == FOLDER else _load(folder)


@cache
def _ours() -> Definitions:
    return _load(FOLDER)


def _load(folder: Path) -> Definitions:
    draft = read_draft(folder)
    if draft.tables is None:  # pragma: no cover - then there were problems
        raise DefinitionProblems([])
    return _build(draft, draft.tables)


def read_draft(folder: Path = FOLDER) -> Draft:
    """Read the definitions as they are written, sections and all; raises DefinitionProblems."""
    shelf = Shelf(folder)
    draft = _read(shelf)
    if draft is None or shelf.problems:
        raise DefinitionProblems(shelf.problems)
    return draft


def proofread(folder: Path = FOLDER) -> tuple[Problem, ...]:
    """Give every mistake in the folder, also those with which a program starts."""
    shelf = Shelf(folder)
    draft = _read(shelf)
    if draft is not None:
        free_text = draft.rules.free_text
        shelf.blame(check_evidence(draft.layout, draft.indicators, draft.flags, free_text=free_text))
        shelf.blame(check_reading(draft.layout, draft.phrases))
        shelf.blame(check_replies(draft.tables.relay) if draft.tables else ())
        shelf.blame(check_cover_reading(draft.tables.cover) if draft.tables else ())
    return tuple(sorted(shelf.problems))


def _read(shelf: Shelf) -> Draft | None:
    """Read and check all files; None where some are not of their shape. The shelf keeps the problems."""
    indicators = shelf.read("indicators.yaml", IndicatorsForm)
    flags = shelf.read("flags.yaml", FlagsForm)
    rules = shelf.read("rubric.yaml", RubricForm)
    phrases = shelf.read("phrases.yaml", PhrasesForm)
    form = shelf.read(QUESTIONNAIRE, QuestionnaireForm)
    read = {name: shelf.read(name, PartForm) for name in shelf.others(FIXED)}
    parts = {name: part for name, part in read.items() if part is not None}
    if indicators is None or flags is None or rules is None or phrases is None or form is None:
        return None
    tables = read_tables(shelf)
    if len(parts) < len(read):
        return None
    draft = Draft(indicators, flags, rules, phrases, lay_out(form, parts), tables)
    shelf.blame(_troubles(draft))
    return draft


def _troubles(draft: Draft) -> Iterator[Trouble]:
    """What makes definitions unfit to run."""
    indicators = {form.id for form in draft.indicators.indicators}
    findings = indicators | {form.id for form in draft.flags.flags}
    yield from check_rubric(draft.indicators, draft.flags, draft.rules)
    yield from check_phrases(draft.phrases)
    found = reached(draft.layout.questions)
    yield from check_asking(draft.layout, findings, {*draft.phrases.screen}, found)
    yield from check_ways(draft.layout, found)
    yield from check_height(draft.layout, draft.phrases.screen)


def _build(draft: Draft, tables: Tables) -> Definitions:
    layout, phrases = draft.layout, build_phrases(draft.phrases)
    return Definitions(
        build_whole(layout, tables.zones),
        {FlowId(name): build_path(layout, name, tables.zones) for name in layout.form.paths},
        build_rubric(draft.indicators, draft.flags, draft.rules),
        phrases,
        draft.phrases.desk,
        dict(_comments(layout.questions, phrases.values())),
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
