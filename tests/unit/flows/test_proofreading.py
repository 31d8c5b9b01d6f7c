"""What an author does not see by reading: paths that nobody is on, claims without evidence, words too long."""

import shutil
from pathlib import Path

import pytest

from flows.clauses import read_condition
from flows.definition import Kind
from flows.forms import ChoiceForm, QuestionForm
from flows.height import MOST_LINES, lines
from flows.loading import FOLDER, load, proofread
from flows.problems import LATER, Code, DefinitionProblems
from flows.reading import OLDEST, reading_age, syllables
from flows.worlds import possible

SOMETHING = "when: {chose: {safe: [something_else]}}"
# code, where it is told, where it is made, what is replaced, by what
BROKEN = [
    (
        Code.ALWAYS_AT_ONCE,
        "victim.yaml",
        "victim.yaml",
        "        when: {all: [{settled: true}, {any: [{answered: reply}, {answered: stage}]}]}\n",
        "",
    ),
    (Code.PATH_NEVER, "questionnaire.yaml", "other.yaml", SOMETHING, "when: {chose: {safe: [about_other]}}"),
    (Code.PATH_NEVER, "questionnaire.yaml", "family.yaml", "when: {chose: {safe: [about_other]}}\n", ""),
    (Code.NO_PATH, "questionnaire.yaml", "other.yaml", SOMETHING, "when: {chose: {safe: [not_now]}}"),
    (
        Code.NO_PATH,
        "questionnaire.yaml",
        "victim.yaml",
        "when: {not: {chose",
        "when: {all: [{fires: [minor]}, {not: {chose",
    ),
    (
        Code.UNKNOWN_PART,
        "questionnaire.yaml",
        "questionnaire.yaml",
        "other, closing, about]",
        "closing, about]",
    ),
    (
        Code.SCREEN_TOO_LONG,
        "victim.yaml",
        "victim.yaml",
        "text: How old are you?",
        f"text: {'How old? ' * 500}",
    ),
    (
        Code.SCREEN_TOO_LONG,
        "phrases.yaml",
        "phrases.yaml",
        "tap_first: Please",
        f"tap_first: {'Please ' * 250}",
    ),
    (
        Code.SCREEN_TOO_LONG,
        "cover.yaml",
        "cover.yaml",
        "tea: Hot tea",
        f"tea: {'Hot tea ' * 25}",
    ),
    (
        Code.SCREEN_TOO_LONG,
        "cover.yaml",
        "cover.yaml",
        "        - {id: yd,",
        "".join(
            f"        - {{id: a{row}, factor: 1, label: Unit {row}, symbols: [], words: unit{row}}}\n"
            for row in range(3)
        )
        + "        - {id: yd,",
    ),
    (
        Code.HARD_TO_READ,
        "cover.yaml",
        "cover.yaml",
        "tea: Hot tea cools faster in a wide cup.",
        "tea: Temperature equilibrium materialises considerably faster in voluminous receptacles.",
    ),
    (Code.NO_EVIDENCE, "indicators.yaml", "victim.yaml", "fires: [documents_confiscated]", "none: true"),
    (
        Code.NO_EVIDENCE,
        "indicators.yaml",
        "indicators.yaml",
        "asked: {victim: [V6, V7]",
        "asked: {stranger: [V6, V7]",
    ),
    (Code.NEVER_FIRED, "flags.yaml", "flags.yaml", "from: silence, ", ""),
    (
        Code.HARD_TO_READ,
        "victim.yaml",
        "victim.yaml",
        "text: How old are you?",
        "text: Kindly communicate your approximate chronological age immediately.",
    ),
]


def copy(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the definitions with one text replaced."""
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    if "all: [{fires" in new:
        head, _, rest = text.partition("something_else]}}}")
        text = f"{head}something_else]}}}}}}]}}{rest}"
    (folder / file).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("code", "told", "file", "old", "new"),
    BROKEN,
    ids=[f"{row}-{case[0]}" for row, case in enumerate(BROKEN)],
)
def test_mistake_is_told_where_it_is_mended(
    tmp_path: Path, code: Code, told: str, file: str, old: str, new: str
) -> None:
    """Each has its code, file, line and hint."""
    before = {(each.code, each.file, each.message) for each in proofread()}
    found = proofread(copy(tmp_path / "definitions", file, old, new))
    more = [each for each in found if (each.code, each.file, each.message) not in before]

    assert (code, told) in {(each.code, each.file) for each in more}
    assert all(each.hint and each.line >= 1 for each in more)


@pytest.mark.parametrize("case", BROKEN, ids=[f"{row}-{case[0]}" for row, case in enumerate(BROKEN)])
def test_only_what_leaves_nobody_unasked_lets_a_program_start(
    tmp_path: Path, case: tuple[Code, str, str, str, str]
) -> None:
    """A hard text or a missing sign is told to the author; a lost path stops the program."""
    code, _, file, old, new = case
    folder = copy(tmp_path / "definitions", file, old, new)

    if code in LATER:
        assert load(folder).whole.questions
    else:
        with pytest.raises(DefinitionProblems) as caught:
            load(folder)
        assert code in {each.code for each in caught.value.problems}
        assert LATER.isdisjoint(each.code for each in caught.value.problems)


def test_answers_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    """The author reads which answer it is."""
    found = proofread(copy(tmp_path / "d", "other.yaml", SOMETHING, "when: {chose: {safe: [not_now]}}"))

    (lost,) = [each.message for each in found if each.code is Code.NO_PATH]
    assert lost == "some answers lead on no path: safe is something_else"


def test_a_claim_on_a_path_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    """An organisation without a path for families need not read it sixty times."""
    folder = copy(
        tmp_path / "d",
        "questionnaire.yaml",
        "parts: [opening, victim, family, other,",
        "parts: [opening, victim, other,",
    )
    text = (folder / "questionnaire.yaml").read_text("utf-8").replace("paths: [family, ", "paths: [")
    (folder / "questionnaire.yaml").write_text(text, "utf-8")
    (folder / "family.yaml").unlink()
    told = [
        each.message
        for each in proofread(folder)
        if "family" in each.message and each.code is Code.NO_EVIDENCE
    ]

    assert told == ["indicators claim family, and there is no such path"]


def test_an_indicator_that_claims_nothing_must_fire_somewhere(tmp_path: Path) -> None:
    """Without `asked`, any question will do, and one there must be."""
    folder = copy(tmp_path / "d", "indicators.yaml", "    asked: {victim: [V10]", "    asked: {}\n    #")
    assert not any("documents_confiscated" in each.message for each in proofread(folder))
    text = (folder / "victim.yaml").read_text("utf-8").replace("fires: [documents_confiscated]", "none: true")
    (folder / "victim.yaml").write_text(text, "utf-8")
    text = (folder / "family.yaml").read_text("utf-8").replace("fires: [documents_confiscated]", "none: true")
    (folder / "family.yaml").write_text(text, "utf-8")

    assert "nothing fires documents_confiscated" in {each.message for each in proofread(folder)}


def test_a_folder_that_cannot_be_read_tells_its_shape_first(tmp_path: Path) -> None:
    """What the files would mean is told once they are files."""
    assert {each.code for each in proofread(tmp_path)} == {Code.FILE_MISSING}


def question(name: str, kind: Kind, *choices: ChoiceForm) -> QuestionForm:
    """Make a question."""
    return QuestionForm(id=name, ref="V1", kind=kind, text="?", choices=choices)


ASKED = {
    "door": question(
        "door",
        Kind.CHOICE,
        ChoiceForm(id="left", text="L", fires=("minor",)),
        ChoiceForm(id="right", text="R"),
    ),
    "signs": question(
        "signs",
        Kind.MULTI,
        ChoiceForm(id="a", text="A"),
        ChoiceForm(id="b", text="B"),
        ChoiceForm(id="no", text="N", alone=True),
    ),
    "words": question("words", Kind.TEXT),
    "far": question(
        "far",
        Kind.CHOICE,
        ChoiceForm(id="here", text="H", stage="inside"),
        ChoiceForm(id="there", text="T", stage="offer"),
    ),
    "all": question("all", Kind.MULTI, *(ChoiceForm(id=f"c{n}", text=f"C{n}") for n in range(16))),
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"chose": {"door": ["left", "right"]}}, True),
        ({"all": [{"chose": {"door": ["left"]}}, {"chose": {"door": ["right"]}}]}, False),
        ({"all": [{"chose": {"signs": ["a"]}}, {"chose": {"signs": ["b"]}}]}, True),
        ({"all": [{"chose": {"signs": ["a"]}}, {"chose": {"signs": ["no"]}}]}, False),
        ({"all": [{"chose": {"door": ["left"]}}, {"not": {"fires": ["minor"]}}]}, False),
        ({"all": [{"chose": {"door": ["right"]}}, {"fires": ["minor"]}]}, True),
        ({"fires": ["torture_now"]}, False),
        ({"all": [{"answered": "door"}, {"not": {"chose": {"door": ["left", "right"]}}}]}, False),
        ({"all": [{"answered": "door"}, {"not": {"chose": {"door": ["left"]}}}]}, True),
        ({"answered": "words"}, True),
        ({"chose": {"words": ["left"]}}, False),
        ({"answered": "nothing"}, False),
        ({"not": {"answered": "nothing"}}, True),
        ({"all": [{"stage": ["inside"]}, {"stage": ["offer", "unknown"]}]}, False),
        ({"stage": ["inside"]}, True),
        ({"stage": ["escaped"]}, False),
        ({"all": [{"settled": True}, {"not": {"settled": True}}]}, False),
        ({"settled": True}, True),
        ({"all": [{"chose": {"all": [f"c{n}" for n in range(16)]}}, {"stage": ["escaped"]}]}, True),
    ],
)
def test_conditions_are_tried_in_every_world(condition: object, holds: bool) -> None:
    """What no answers can bring about is known; where worlds are too many, nothing is claimed."""
    assert possible(read_condition(condition), ASKED) is holds


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("made", 1),
        ("people", 2),
        ("locked", 1),
        ("wanted", 2),
        ("names", 1),
        ("houses", 2),
        ("I", 1),
        ("don't", 1),
        ("organisation", 5),
    ],
)
def test_syllables_are_as_spoken(word: str, count: int) -> None:
    """Silent endings do not count."""
    assert syllables(word) == count


def test_short_words_and_lines_read_easily() -> None:
    """The formula tells hard from easy, and says nothing of a few words."""
    assert reading_age("Do you want it? Tap one line below now.") < 7
    assert (
        reading_age(
            "Confidentiality considerations necessitate organisational transparency throughout proceedings."
        )
        > 20
    )
    assert reading_age("Interrogation, deportation, intimidation") is None


def test_present_texts_are_read_at_eleven() -> None:
    """None of the texts that come with Wayout is too hard or too long."""
    assert {Code.HARD_TO_READ, Code.SCREEN_TOO_LONG}.isdisjoint(each.code for each in proofread())
    hardest = max(filter(None, (reading_age(each.text) for each in load().whole.questions)))
    assert 7 < hardest < OLDEST


def test_a_blank_line_and_a_long_one_count() -> None:
    """A line wraps at 36 letters."""
    assert lines(f"one\n\n{'x' * 37}") == 4
    assert MOST_LINES == 37
