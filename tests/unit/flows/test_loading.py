"""Definitions are read whole, or all their problems are told at once with file, line and code."""

import shutil
from pathlib import Path

import pytest

from flows.loading import FOLDER, load
from flows.problems import HINTS, LATER, Code, DefinitionProblems, Problem

# code, file, what is replaced, by what
BROKEN = [
    (Code.NOT_YAML, "flags.yaml", "flags:", "flags: ]"),
    (Code.DUPLICATE_KEY, "victim.yaml", "part: victim", "part: victim\npart: other"),
    (Code.SHAPE, "victim.yaml", "ref: V2\n", "ref: V2\n        colour: red\n"),
    (Code.SHAPE, "victim.yaml", "        ref: V2\n", ""),
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
    (Code.UNKNOWN_PHRASE, "victim.yaml", "phrase: while_there", "phrase: while_away"),
    (Code.UNKNOWN_PHRASE, "opening.yaml", "ending: not_agreed", "ending: farewell"),
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
    (Code.SAME_WORD, "currencies.yaml", "[eur, euro,", "[eur, Baht,"),
    (Code.SAME_WORD, "currencies.yaml", "[hundred,", "[hundred, LAKH,"),
    (Code.SAME_WORD, "times.yaml", "[today,", "[today, tomorrow,"),
    (Code.SAME_WORD, "times.yaml", "words: [h,", "words: [h, d,"),
    (Code.SAME_WORD, "times.yaml", "past: [ago,", "past: [ago, in,"),
    (Code.SAME_WORD, "times.yaml", "joins: [to,", "joins: [to, to,"),
    (Code.SAME_WORD, "calls.yaml", "help me, help us", "help me, help me, help us"),
    (Code.SAME_WORD, "cover.yaml", 'words: "mile"', 'words: "mile, Foot"'),
    (Code.SAME_WORD, "cover.yaml", "symbols: [mi]", "symbols: [mi, M]"),
    (Code.SAME_WORD, "cover.yaml", "label: Miles,", "label: Metres,"),
    (Code.DUPLICATE_ID, "cover.yaml", "id: mi,", "id: kg,"),
    (Code.DUPLICATE_ID, "cover.yaml", "id: weight", "id: length"),
    (Code.EMPTY_TEXT, "cover.yaml", "pick: Pick a unit.", 'pick: " "'),
    (Code.EMPTY_TEXT, "cover.yaml", 'words: "mile"', 'words: " , "'),
    (Code.EMPTY_TEXT, "cover.yaml", "tea: Hot tea cools faster in a wide cup.", 'tea: ""'),
    (Code.LABEL_TOO_LONG, "cover.yaml", "label: Miles,", f"label: {'Miles ' * 6},"),
    (Code.SHAPE, "cover.yaml", 'factor: "1609.344"', "factor: 1609.344"),
    (Code.SHAPE, "cover.yaml", 'factor: "1609.344"', 'factor: "0.0"'),
    (Code.SHAPE, "cover.yaml", 'factor: "1609.344"', "factor: 1/0"),
    (Code.SHAPE, "cover.yaml", 'factor: "1609.344", ', ""),
    (Code.SHAPE, "cover.yaml", "  more: Send another number, or pick a unit.\n", ""),
    (Code.SHAPE, "currencies.yaml", "  EUR: [", "  euro: ["),
    (Code.SHAPE, "currencies.yaml", "[eur, euro,", "[eur, ' ',"),
    (Code.SHAPE, "times.yaml", "minutes: [1, 1]", "minutes: [1]"),
    (
        Code.NO_WAY_ON,
        "victim.yaml",
        '"Yes", none: true}\n          - {id: no_place, text: "No", fires: [no_safe_shelter]}',
        '"Yes", then: pause}\n          - {id: no_place, text: "No", then: end}',
    ),
    (
        Code.CHOICES_UNUSED,
        "victim.yaml",
        "        kind: choice\n        text: Which line",
        "        kind: text\n        text: Which line",
    ),
    (Code.CHOICES_UNUSED, "victim.yaml", "kind: country", "kind: text"),
    (Code.CHOICES_UNUSED, "victim.yaml", "text: Today, hours: [-24, 0]", "text: Today, none: true"),
    (Code.CHOICES_UNUSED, "victim.yaml", "text: Under 16, fires", "text: Under 16, hours: [0, 1], fires"),
    (Code.UNKNOWN_PART, "questionnaire.yaml", "family, other, closing", "family, others, closing"),
    (Code.NO_PHRASE, "phrases.yaml", "  skip: Skip\n", ""),
    (Code.NO_PHRASE, "phrases.yaml", "  bot_name: Notes\n", ""),
    (Code.UNKNOWN_PART, "other.yaml", "part: other", "part: others"),
    (Code.DUPLICATE_ID, "other.yaml", "part: other", "part: family"),
    (Code.UNKNOWN_QUESTION, "victim.yaml", "since: price_came", "since: price_went"),
    (Code.UNKNOWN_FINDING, "victim.yaml", "otherwise: [ransom_no_date]", "otherwise: [ransom_never]"),
    (Code.UNKNOWN_QUESTION, "questionnaire.yaml", "where: [country", "where: [land"),
    (
        Code.UNKNOWN_CHOICE,
        "family.yaml",
        "when: {chose: {safe: [about_other]}}",
        "when: {chose: {safe: [x]}}",
    ),
    (Code.SHAPE, "sites.yaml", "countries: [MM, TH]", "countries: [mm]"),
    (Code.SHAPE, "sites.yaml", "at: [16.69, 98.51]", "at: [98.51, 16.69]"),
    (Code.SHAPE, "countries.yaml", "alone:", "alone: Anh\nother:"),
    (Code.DUPLICATE_ID, "sites.yaml", "id: mae_sot", "id: myawaddy"),
    (Code.EMPTY_TEXT, "sites.yaml", "names: [Lashio,", 'names: ["!",'),
    (Code.EMPTY_TEXT, "countries.yaml", "- Indian Ocean", '- "-"'),
    (Code.EMPTY_TEXT, "countries.yaml", "MK: [Macedonia]", 'MK: [""]'),
    (Code.SAME_NAME, "sites.yaml", "names: [Lashio,", "names: [mae-sot,"),
    (Code.NAME_TOO_SHORT, "sites.yaml", "names: [Lashio,", "names: [Las,"),
    (Code.NAME_TOO_SHORT, "sites.yaml", "腊戍", "腊"),
    (Code.NAME_TOO_SHORT, "sites.yaml", "دبي", "دب"),
    (Code.NO_LAST_RULE, "rubric.yaml", "text: No indicators found.}", "text: No., when: {fires: [minor]}}"),
    (Code.SHAPE, "hotlines.yaml", 'inside: "1300"', "inside: 1300"),
    (Code.SHAPE, "hotlines.yaml", "source: [KH117, AMN25]", "source: []"),
    (Code.SHAPE, "hotlines.yaml", "    verified_on: null\n", ""),
    (Code.SHAPE, "hotlines.yaml", "kind: police", "kind: policy"),
    (Code.DUPLICATE_ID, "hotlines.yaml", "id: vn_111_child", "id: vn_111"),
    (Code.UNKNOWN_COUNTRY, "hotlines.yaml", "country: KH", "country: UK"),
    (Code.UNKNOWN_COUNTRY, "hotlines.yaml", "at: LA", "at: Laos"),
    (Code.NO_NUMBER, "hotlines.yaml", '    inside: "117"\n', ""),
    (Code.NO_PREFIX, "hotlines.yaml", '"+66 99 130 1300"', '"66 99 130 1300"'),
    (Code.UNREADABLE_HOURS, "hotlines.yaml", "07:30-21:00 Asia/Kuala_Lumpur", "07:30-21:00"),
    (
        Code.UNREADABLE_HOURS,
        "hotlines.yaml",
        "07:30-21:00 Asia/Kuala_Lumpur",
        "07:30-25:00 Asia/Kuala_Lumpur",
    ),
    (
        Code.UNREADABLE_HOURS,
        "hotlines.yaml",
        "07:30-21:00 Asia/Kuala_Lumpur",
        "07:30-07:30 Asia/Kuala_Lumpur",
    ),
    (Code.UNREADABLE_HOURS, "hotlines.yaml", "07:30-21:00 Asia/Kuala_Lumpur", "07:30-21:00 Asia/Malaya"),
    (Code.UNREADABLE_HOURS, "hotlines.yaml", "07:30-21:00 Asia/Kuala_Lumpur", "07:30-21:00 Asia"),
    (Code.CLOCKS_UNFIT, "service.yaml", "claim: 15, first_word: 30", "claim: 45, first_word: 30"),
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


def test_stage_that_no_choice_sets_is_a_mistake(tmp_path: Path) -> None:
    """A condition on it would never hold, on whichever path it stands."""
    shutil.copytree(FOLDER, tmp_path / "d")
    for file in ("family.yaml", "victim.yaml"):
        text = (tmp_path / "d" / file).read_text("utf-8")
        (tmp_path / "d" / file).write_text(text.replace(", stage: free}", ", none: true}"), "utf-8")

    with pytest.raises(DefinitionProblems) as caught:
        load(tmp_path / "d")

    assert {problem.code for problem in caught.value.problems} == {Code.UNKNOWN_STAGE}


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


def test_mistakes_of_the_hotlines_come_beside_those_of_the_flow(tmp_path: Path) -> None:
    """Two lines that cannot be used and a question without text are told together, each at its line."""
    folder = tmp_path / "definitions"
    shutil.copytree(FOLDER, folder)
    for file, old, new in (
        ("victim.yaml", "text: How old are you?", 'text: ""'),
        ("hotlines.yaml", '    inside: "117"\n', ""),
        ("hotlines.yaml", '"+66 99 130 1300"', '"66 99 130 1300"'),
    ):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(DefinitionProblems) as caught:
        load(folder)

    lines = (folder / "hotlines.yaml").read_text("utf-8").splitlines()
    told = [(each.code, each.file) for each in caught.value.problems]
    assert told == [
        (Code.NO_NUMBER, "hotlines.yaml"),
        (Code.NO_PREFIX, "hotlines.yaml"),
        (Code.EMPTY_TEXT, "victim.yaml"),
    ]
    assert "kh_117" in lines[caught.value.problems[0].line - 1]
    assert '"66 99 130 1300"' in lines[caught.value.problems[1].line - 1]


def test_missing_file_is_a_problem_too(tmp_path: Path) -> None:
    """An empty folder tells of each file that it lacks."""
    with pytest.raises(DefinitionProblems) as caught:
        load(tmp_path)

    assert {problem.code for problem in caught.value.problems} == {Code.FILE_MISSING}


def test_every_code_has_a_hint_and_a_test() -> None:
    """A problem without a way to mend it, or that nothing provokes, does not stay."""
    provoked = {case[0] for case in BROKEN} | {Code.FILE_MISSING, Code.UNKNOWN_STAGE} | ELSEWHERE

    assert set(Code) == set(HINTS) == provoked
