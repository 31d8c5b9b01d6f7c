"""The authors' commands: check, play, draw, on their own definitions too."""

import json
import re
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import responder
from bot.catalogue import reader
from bot.cli import main
from bot.typed import Odd, Offered, Quit, Situation, understand
from flows.definition import Kind
from flows.ids import FlowId
from flows.loading import FOLDER, load
from flows.recording import gives, read_recording, rehearse

DOORS = (Offered("It is safe", {"tap": "agree"}), Offered("Not now", {"tap": "not_now"}))
NOW = Situation(DOORS, taps_alone=True, texts=2, languages={"en": "English", "es": "Español"})


def run(*arguments: str, given: str = "") -> Result:
    """Run `wayout flows …`."""
    return CliRunner().invoke(main, ["flows", *arguments], input=given)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give an organisation's own folder."""
    shutil.copytree(FOLDER, tmp_path / "own")
    return tmp_path / "own"


def break_text(own: Path) -> None:
    """Take a text away."""
    text = (own / "victim.yaml").read_text("utf-8")
    (own / "victim.yaml").write_text(text.replace("text: How old are you?", 'text: ""'), "utf-8")


def test_mistakes_have_a_place_and_a_hint(own: Path) -> None:
    """The lines can be jumped to, and the exit code says that something is wrong."""
    break_text(own)
    told = run("check", "--folder", str(own))

    assert told.exit_code == 1
    assert "victim.yaml:" in told.stdout
    assert "age has no text [empty_text]\n    Write the text." in told.stdout
    assert "1 of them stop a program" in told.stdout.splitlines()[-1]


def test_mistakes_are_read_by_programs_too(own: Path) -> None:
    """problems/1 has file, line, code, what and hint of each, and whether a program starts all the same."""
    break_text(own)
    told = json.loads(run("check", "--json", "--folder", str(own)).stdout)
    (empty,) = [each for each in told["problems"] if each["code"] == "empty_text"]

    assert told["schema"] == "problems/1"
    assert empty["line"] > 1
    assert empty["file"].endswith("victim.yaml")
    assert (empty["what"], empty["hint"], empty["stops"]) == ("age has no text", "Write the text.", True)


def test_an_organisations_own_catalogues_are_checked(own: Path) -> None:
    """They lie in `locales` beside its definitions; without any it speaks English, and that is no mistake."""
    none = json.loads(run("check", "--json", "--folder", str(own)).stdout)["problems"]
    assert not [each for each in none if each["code"] in {"not_translated", "badly_translated"}]
    catalogue = own / "locales" / "es" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Language: es\\n"\n\nmsgctxt "a.b"\nmsgid "A"\nmsgstr "B"\n', "utf-8"
    )

    found = json.loads(run("check", "--json", "--folder", str(own)).stdout)["problems"]

    assert {"not_translated", "badly_translated"} <= {each["code"] for each in found}
    assert all(
        each["file"].endswith("own/locales/es/LC_MESSAGES/messages.po")
        for each in found
        if not each["stops"] and "translated" in each["code"]
    )


def test_definitions_without_a_mistake_pass() -> None:
    """Exit code 0, and how much there is: what is shipped has none, in any language."""
    told = run("check")

    assert told.exit_code == 0
    assert "no problems" in told.stdout


def test_own_questions_are_shown(own: Path) -> None:
    """`show` reads the same folder."""
    text = (own / "victim.yaml").read_text("utf-8")
    (own / "victim.yaml").write_text(text.replace("text: How old are you?", "text: Your age?"), "utf-8")

    assert "Your age?" in run("show", "--folder", str(own)).stdout
    assert run("show", "nobody").exit_code == 1


def test_a_rehearsal_shows_screens_and_grades() -> None:
    """Numbers and labels tap; the grade names its rules and what just fired."""
    told = run("play", given="1\nSomeone may look. I agree\n1\n/done\n").stdout

    assert "  2  Someone may look. I agree" in told
    assert "urgency critical by C1: Hurt or threatened now." in told
    assert "+ danger_now  flag  (danger: hurt_now)" in told
    assert "  1  ✓ I am hurt or threatened now" in told
    assert "How old are you?" in told


def test_grades_can_be_left_out() -> None:
    """As the person who writes would see it."""
    assert "likelihood" not in run("play", "--no-grade", given="1\n").stdout


def test_a_rehearsal_goes_to_its_end() -> None:
    """Countries by name, telephone lines by kind, the buttons in the language, and the last screen."""
    told = run(
        "play", "--language", "es", "--no-grade", given="agree_safe\n1\n1\n/done\n4\n" + "/skip\n" * 60
    ).stdout

    assert "Birmania" in told
    assert re.search(r"/skip \w", told)
    assert "[telephone lines: trafficking, consular, embassy]" in told
    assert "end ──" in told


def test_a_rehearsal_can_pause() -> None:
    """The neutral screen, and back."""
    told = run("play", given="1\nNot now\n/resume\n").stdout

    assert "OK. Nothing more for now." in told
    assert "paused ──" in told
    assert told.rindex("Is it safe to write now?") > told.index("paused ──")


def test_odd_input_is_answered_kindly() -> None:
    """Whatever is typed, the rehearsal goes on."""
    told = run("play", given="99\n\n/nonsense\n1\n/done\n/back\n/back\n/help\n/quit\n1\n")

    assert told.exit_code == 0
    assert "There are " in told.stdout
    assert "I do not know /nonsense" in told.stdout
    assert "Nothing is ticked yet." in told.stdout
    assert "There is nothing to go back to." in told.stdout
    assert told.stdout.rstrip().endswith("> /quit")


def test_a_recording_is_replayed_as_it_was(tmp_path: Path) -> None:
    """What `play` writes is what the tests of conversations replay, pipe's end and all."""
    file = tmp_path / "she_got_away.yaml"
    typed = "1\n1\n/photo a gate\nNone of these\n4\n/point 16.7,98.5\nmyanmar\n/edit 1 laos\n/language es\n/unknown\n"
    assert run("play", "--record", str(file), given=typed).exit_code == 0
    kept = read_recording(file.read_text("utf-8"))
    found = load()
    rehearsal = rehearse(found, languages={"en": "English"}, reader=reader(found, ["en"]))

    assert kept["conversation"] == "She got away"
    assert len(gives(kept)) == 10
    assert kept["steps"] == list(rehearsal.play(gives(kept)))


def test_a_recording_is_not_written_over(tmp_path: Path) -> None:
    """An older one may be somebody's work."""
    file = tmp_path / "kept.yaml"
    file.write_text("mine")

    told = run("play", "--record", str(file), given="1\n")

    assert told.exit_code == 1
    assert "hint: " in told.stderr
    assert file.read_text() == "mine"


def test_one_path_is_played_and_recorded_alone(tmp_path: Path) -> None:
    """Its name is kept, so that it is replayed alone."""
    file = tmp_path / "family.yaml"
    told = run("play", "family", "--language", "es", "--record", str(file), given="1\n1\n")
    kept = read_recording(file.read_text("utf-8"))

    assert "family_agree" in told.stdout
    assert kept["path"] == "family"
    assert gives(kept)[0] == {"language": "es"}


def test_what_is_not_there_is_told() -> None:
    """A path, a language."""
    assert "known: " in run("play", "nobody").stderr
    assert "there are: en" in run("play", "--language", "xx").stderr


@pytest.mark.parametrize(
    ("line", "give"),
    [
        ("2", {"tap": "not_now"}),
        ("not NOW.", {"tap": "not_now"}),
        ("later", {"type": "later", "message": 3}),
        ("/skip", {"press": "skip"}),
        ("/language", {"press": "language"}),
        ("/language es", {"language": "es"}),
        ("/voice", {"send": "voice"}),
        ("/photo a gate", {"send": "photo", "caption": "a gate"}),
        ("/point 16.7, -98", {"point": [16.7, -98.0]}),
        ("/edit 2 new words", {"type": "new words", "message": 2, "edited": True}),
    ],
)
def test_line_is_an_input(line: str, give: object) -> None:
    """Each way to type is one way to send."""
    assert understand(line, NOW) == give


@pytest.mark.parametrize(
    "line",
    ["3", "0", "/nothing", "/language xx", "/point here", "/point 91,0", "/edit 3 words", "/edit 1", "/help"],
)
def test_odd_line_says_what_is_possible(line: str) -> None:
    """Nothing is done, and the author reads what can be."""
    found = understand(line, NOW)

    assert isinstance(found, Odd)
    assert found.message


def test_numbers_are_answers_where_nothing_can_be_tapped() -> None:
    """How many people: 5."""
    assert understand("5", Situation((), taps_alone=False, texts=0, languages={})) == {
        "type": "5",
        "message": 1,
    }
    assert understand("9", replace(NOW, taps_alone=False)) == {"type": "9", "message": 3}
    assert isinstance(understand("/quit", NOW), Quit)


def test_the_picture_holds_every_question_and_finding(tmp_path: Path) -> None:
    """Well-formed, without scripts or anything from elsewhere, and the same each time."""
    file = tmp_path / "victim.svg"
    assert run("draw", "victim", "-o", str(file)).exit_code == 0
    text = file.read_text("utf-8")
    root = ET.fromstring(text)  # noqa: S314 - made a moment ago
    flow = load().flows[FlowId("victim")]

    drawn = {each.get("id") for each in root.iter() if each.get("class") == "question"}
    assert drawn == {f"q-{question.id}" for question in flow.questions}
    fired = {each.get("data-finding") for each in root.iter()} - {None}
    assert fired == {finding for question in flow.questions for finding in question.fires}
    assert {each.tag.rpartition("}")[2] for each in root.iter()}.isdisjoint(
        {"script", "image", "foreignObject"}
    )
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "prefers-color-scheme: dark" in text
    assert run("draw", "victim").stdout.rstrip() == text.rstrip()


def test_every_kind_has_its_glyph() -> None:
    """What a card refers to is there."""
    root = ET.fromstring(run("draw").stdout)  # noqa: S314 - made a moment ago
    there = {each.get("id") for each in root.iter()}

    assert {f"k-{kind}" for kind in Kind} <= there
    assert {
        each.get("href", "#").removeprefix("#") for each in root.iter() if each.tag.endswith("use")
    } <= there


def test_own_words_are_escaped_in_the_picture(own: Path) -> None:
    """A text is a text, whatever letters it holds."""
    text = (own / "victim.yaml").read_text("utf-8")
    (own / "victim.yaml").write_text(
        text.replace("text: How old are you?", "text: <b>Old</b> & wise?"), "utf-8"
    )

    drawn = run("draw", "victim", "--folder", str(own)).stdout

    assert "&lt;b&gt;Old&lt;/b&gt; &amp; wise?" in drawn
    assert "known: " in run("draw", "nobody", "--folder", str(own)).stderr


def test_the_picture_has_the_consoles_colours() -> None:
    """One language of colours: what is critical there is critical here."""
    drawn = run("draw", "other").stdout
    tokens = (Path(responder.__file__).parent / "pages" / "tokens.css").read_text("utf-8")
    for name in (
        "paper",
        "surface",
        "ink",
        "soft",
        "line",
        "accent",
        "critical",
        "high-paper",
        "medium-line",
        "low",
    ):
        light, dark = re.findall(rf"--{name}: (#[0-9a-f]+)", tokens)

        assert re.findall(rf"--{name}: (#[0-9a-f]+)", drawn)[:2] == [light, dark]
