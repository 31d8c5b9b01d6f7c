"""Definitions are read whole, or all their problems are told at once with file, line and code."""

import shutil
from pathlib import Path

import pytest

from flows.loading import FOLDER, load
from flows.problems import HINTS, LATER, Code, DefinitionProblems, Problem

# code, file, what is replaced, by what
BROKEN = [
    (Code.NOT_YAML, "flags.yaml", "flags:", "flags: ]"),
    (Code.DUPLICATE_KEY, "victim.yaml", "flow: victim", "flow: victim\nflow: other"),
    (Code.SHAPE, "victim.yaml", "ref: V2\n", "ref: V2\n    colour: red\n"),
    (Code.SHAPE, "victim.yaml", "    ref: V2\n", ""),
    (Code.SHAPE, "victim.yaml", "{stage: [escaped]}", "{stages: [escaped]}"),
    (Code.SHAPE, "victim.yaml", "{stage: [escaped]}", "[escaped]"),
    (Code.SHAPE, "rubric.yaml", "when: {positive: [CD]}", "when: {positive: [XX]}"),
    (Code.SHAPE, "rubric.yaml", "when: {positive: [CD]}", "when: {positively: [CD]}"),
    (Code.DUPLICATE_ID, "victim.yaml", "id: age\n", "id: stage\n"),
    (Code.DUPLICATE_ID, "victim.yaml", "id: from_16_to_17", "id: under_16"),
    (Code.DUPLICATE_ID, "flags.yaml", "id: departure_14d", "id: departure_72h"),
    (Code.DUPLICATE_ID, "rubric.yaml", "id: C2,", "id: C1,"),
    (Code.DUPLICATE_ID, "phrases.yaml", "  bot_name: Notes", "  done: Notes\n  bot_name: Notes"),
    (Code.UNKNOWN_QUESTION, "victim.yaml", "chose: {danger:", "chose: {dangers:"),
    (Code.UNKNOWN_CHOICE, "victim.yaml", "chose: {danger: [end_life]}", "chose: {danger: [end_it]}"),
    (Code.UNKNOWN_FINDING, "victim.yaml", "fires: [documents_confiscated]", "fires: [papers_gone]"),
    (Code.UNKNOWN_FINDING, "victim.yaml", "{not: {fires: [minor]}}", "{not: {fires: [child]}}"),
    (Code.UNKNOWN_FINDING, "rubric.yaml", "fires: [danger_now]", "fires: [danger_here]"),
    (Code.UNKNOWN_FINDING, "rubric.yaml", "not: {stage: [escaped]}", "not: {fires: [gone]}"),
    (Code.UNKNOWN_FINDING, "rubric.yaml", "minor: minor", "minor: child"),
    (Code.UNKNOWN_STAGE, "victim.yaml", ", stage: free}", ", none: true}"),
    (Code.UNKNOWN_PHRASE, "victim.yaml", "phrase: while_there", "phrase: while_away"),
    (Code.UNKNOWN_PHRASE, "victim.yaml", "ending: not_agreed", "ending: farewell"),
    (Code.UNREACHABLE, "victim.yaml", "when: {chose: {danger: [end_life]}}", "when: {answered: life}"),
    (Code.UNREACHABLE, "victim.yaml", "when: {stage: [offer]}", "when: {any: [{answered: departure}]}"),
    (Code.UNKNOWN_QUESTION, "victim.yaml", "when: {stage: [offer]}", "when: {answered: departing}"),
    (Code.UNREACHABLE, "victim.yaml", "when: {chose: {reply: [certain_hours]}}", "when: {fires: [cut_off]}"),
    (
        Code.UNREACHABLE,
        "victim.yaml",
        "when: {stage: [offer]}",
        "when: {all: [{stage: [offer]}, {stage: [free]}]}",
    ),
    (Code.MEANS_NOTHING, "victim.yaml", "text: 18 to 29, none: true", "text: 18 to 29"),
    (Code.MEANS_BOTH, "victim.yaml", "fires: [offer_too_good]}", "fires: [offer_too_good], none: true}"),
    (Code.EMPTY_TEXT, "victim.yaml", "text: How old are you?", 'text: " "'),
    (Code.EMPTY_TEXT, "victim.yaml", "text: Under 16,", 'text: "",'),
    (Code.EMPTY_TEXT, "phrases.yaml", "skip: Skip", 'skip: ""'),
    (Code.EMPTY_TEXT, "flags.yaml", "text: They asked for help.", 'text: ""'),
    (Code.LABEL_TOO_LONG, "victim.yaml", "text: Under 16,", f"text: {'Under 16 ' * 5},"),
    (Code.SAME_LABEL, "victim.yaml", "text: 16 or 17", "text: under 16"),
    (
        Code.NO_WAY_ON,
        "victim.yaml",
        '"Yes", none: true}\n      - {id: no_place, text: "No", fires: [no_safe_shelter]}',
        '"Yes", then: pause}\n      - {id: no_place, text: "No", then: end}',
    ),
    (
        Code.CHOICES_UNUSED,
        "victim.yaml",
        "    kind: choice\n    text: Which line",
        "    kind: text\n    text: Which line",
    ),
    (Code.NO_LAST_RULE, "rubric.yaml", "text: No indicators found.}", "text: No., when: {fires: [minor]}}"),
]

# test_proofreading.py and test_translations.py provoke these
ELSEWHERE = LATER | {
    Code.UNKNOWN_PART,
    Code.ALWAYS_AT_ONCE,
    Code.PATH_NEVER,
    Code.NO_PATH,
    Code.SCREEN_TOO_LONG,
}


def broken(folder: Path, file: str, old: str, new: str) -> tuple[Problem, ...]:
    """Load a copy of the definitions with one text replaced, and give its problems."""
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DefinitionProblems) as caught:
        load(folder)
    return caught.value.problems


@pytest.mark.parametrize(
    ("code", "file", "old", "new"), BROKEN, ids=[f"{row}-{case[0]}" for row, case in enumerate(BROKEN)]
)
def test_mistake_is_told_with_its_code_and_file(
    tmp_path: Path, code: Code, file: str, old: str, new: str
) -> None:
    """Each kind of mistake has its code, and is found in the file where it is."""
    problems = broken(tmp_path / "definitions", file, old, new)

    assert (code, file) in {(problem.code, problem.file) for problem in problems}
    assert all(problem.hint and problem.line >= 1 for problem in problems)


def test_line_is_that_of_the_mistake(tmp_path: Path) -> None:
    """An editor can jump from the problem to the line."""
    (problem,) = broken(tmp_path / "d", "victim.yaml", "text: Under 16,", 'text: "",')
    line = (tmp_path / "d" / "victim.yaml").read_text("utf-8").splitlines()[problem.line - 1]

    assert 'text: ""' in line
    assert str(problem) == f"victim.yaml:{problem.line}: age.under_16 has no text [empty_text]"


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """Two mistakes in one file and one in another are told together, in the order of the files."""
    folder = tmp_path / "definitions"
    shutil.copytree(FOLDER, folder)
    for file, old, new in (
        ("victim.yaml", "text: How old are you?", 'text: ""'),
        ("victim.yaml", "fires: [documents_confiscated]", "fires: [papers_gone]"),
        ("flags.yaml", "text: They asked for help.", 'text: ""'),
    ):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(DefinitionProblems) as caught:
        load(folder)

    codes = [problem.code for problem in caught.value.problems]
    assert codes == [Code.EMPTY_TEXT, Code.EMPTY_TEXT, Code.UNKNOWN_FINDING]


def test_missing_file_is_a_problem_too(tmp_path: Path) -> None:
    """An empty folder tells of each file that it lacks."""
    with pytest.raises(DefinitionProblems) as caught:
        load(tmp_path)

    assert {problem.code for problem in caught.value.problems} == {Code.FILE_MISSING}


def test_every_code_has_a_hint_and_a_test() -> None:
    """A problem without a way to mend it, or that nothing provokes, does not stay."""
    provoked = {case[0] for case in BROKEN} | {Code.FILE_MISSING} | ELSEWHERE

    assert set(Code) == set(HINTS) == provoked
