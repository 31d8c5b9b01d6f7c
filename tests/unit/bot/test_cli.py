"""The operator's commands: what they do, and what they say when it cannot be done."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.archive import MANY
from bot.cli import main
from protocol.card import encode_card
from responder.keyfile import generate_keys, make_card

NOON = 1_795_000_000


class Operator:
    """Somebody at a terminal, with a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = {"WAYOUT_DATA_DIR": str(folder / "server"), "HOME": str(folder)}

    def run(self, *arguments: str, given: str | None = None) -> Result:
        """One command."""
        return CliRunner().invoke(main, arguments, input=given, env=self._settings)

    def card(self, name: str, *, hybrid: bool = True) -> str:
        """The path of a responder's card."""
        path = self._folder / f"{name}.json"
        path.write_text(encode_card(make_card(generate_keys(hybrid=hybrid), name=name, now=NOON)))
        return str(path)


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """An empty server."""
    return Operator(tmp_path)


def test_from_nothing_to_fit_but_for_telegram(operator: Operator) -> None:
    """Keys, a recipient, a database: the doctor names what is missing until it is there."""
    first = operator.run("check", "--json")
    assert first.exit_code == 1
    assert {each["name"] for each in json.loads(first.stdout)["checks"] if not each["fit"]} == {
        "keys",
        "recipients",
        "database",
        "telegram",
    }
    assert operator.run("keys", "new").exit_code == 0
    added = operator.run("recipients", "add", operator.card("Rosa"))
    assert added.exit_code == 0
    assert added.stdout.startswith("wayout-invite-1.")
    assert operator.run("migrate").exit_code == 0

    last = operator.run("check")

    assert [line.split()[1] for line in last.stdout.splitlines() if line.startswith("BAD")] == ["telegram:"]


def test_old_hotlines_are_named_and_keep_nobody_from_starting(operator: Operator) -> None:
    """The doctor counts the numbers that somebody should check again, and calls that fit."""
    (line,) = [line for line in operator.run("check").stdout.splitlines() if "hotlines:" in line]

    assert line.startswith("ok ")
    assert "to be checked again: " in line
    assert "ph_1343" in line


def test_keys_are_not_made_twice(operator: Operator) -> None:
    """error: and hint:, and exit code 1."""
    operator.run("keys", "new")
    again = operator.run("keys", "new")

    assert again.exit_code == 1
    assert again.stderr.startswith("error: ")
    assert "hint: " in again.stderr


def test_recipients_are_listed_and_struck_off(operator: Operator) -> None:
    """The last one stays: without one nobody could open a case."""
    operator.run("keys", "new")
    for name in ("Rosa", "Sami"):
        operator.run("recipients", "add", operator.card(name))
    listed = operator.run("recipients", "list").stdout
    ids = [line.split()[0] for line in listed.splitlines() if not line.startswith(" ")]
    assert len(ids) == 2
    assert len(json.loads(operator.run("recipients", "list", "--json").stdout)["cards"]) == 2

    assert operator.run("recipients", "remove", ids[0]).exit_code == 0
    assert operator.run("recipients", "remove", ids[0]).exit_code == 1
    assert operator.run("recipients", "remove", ids[1]).exit_code == 1


def test_a_card_of_the_other_kind_is_refused(operator: Operator) -> None:
    """Post-quantum and classic keys are never mixed."""
    operator.run("keys", "new")
    operator.run("recipients", "add", operator.card("Rosa"))

    mixed = operator.run("recipients", "add", operator.card("Sami", hybrid=False))

    assert mixed.exit_code == 1
    assert "hint: " in mixed.stderr


def test_what_is_no_card_is_refused(operator: Operator, tmp_path: Path) -> None:
    """A file that is something else."""
    operator.run("keys", "new")
    (tmp_path / "other.json").write_text("{}")

    assert operator.run("recipients", "add", str(tmp_path / "other.json")).exit_code == 1
    assert operator.run("recipients", "list").exit_code == 1


def test_answers_are_graded_from_a_pipe(operator: Operator) -> None:
    """answers/1 in, assessment/1 out; what is neither is told."""
    given = {"schema": "answers/1", "flow": "victim", "answers": {"danger": ["hurt_now"]}, "texts": []}
    graded = operator.run("assess", "-", given=json.dumps(given))

    assert json.loads(graded.stdout)["urgency"] == "critical"
    assert operator.run("assess", "-", given="no json").exit_code == 1
    assert operator.run("assess", "-", given='{"schema":"other/1"}').exit_code == 1


def test_a_long_array_is_graded_in_its_order(operator: Operator) -> None:
    """Several processes share an archive; each assessment stands where its document stood."""
    told = [{"danger": ["hurt_now"]}, {"danger": ["none_of_these"]}, {}]
    given = [{"schema": "answers/1", "flow": "victim", "answers": told[row % 3]} for row in range(MANY + 1)]
    graded = json.loads(operator.run("assess", "-", given=json.dumps(given)).stdout)

    alone = [json.loads(operator.run("assess", "-", given=json.dumps(each)).stdout) for each in given[:3]]
    assert graded == [alone[row % 3] for row in range(MANY + 1)]


def test_a_long_array_with_a_mistake_says_which(operator: Operator) -> None:
    """The same words as for one document."""
    good, bad = ({"schema": "answers/1", "flow": flow, "answers": {}} for flow in ("victim", "nothing"))
    result = operator.run("assess", "-", given=json.dumps([good] * MANY + [bad]))

    assert (result.exit_code, "No flow has this id." in result.stderr) == (1, True)


def test_questionnaires_are_checked_and_shown(operator: Operator) -> None:
    """Every question and choice id with its text, ref and indicators."""
    assert operator.run("flows", "check").exit_code == 0
    shown = json.loads(operator.run("flows", "show", "victim", "--json").stdout)
    danger = next(each for each in shown["questions"] if each["id"] == "danger")

    assert shown["schema"] == "flow/1"
    assert danger["ref"] == "V3"
    assert {"danger_now"} == set(danger["choices"][0]["indicators"])
    assert "hurt_now" in operator.run("flows", "show").stdout
    assert operator.run("flows", "show", "none").exit_code == 1


def test_erasing_nobody_is_told(operator: Operator) -> None:
    """Without a database, and without such a case."""
    assert "no database" in operator.run("purge", "abc").stderr
    operator.run("migrate")
    assert "no such case" in operator.run("purge", "abc").stderr


def test_a_start_without_a_token_says_what_is_missing(operator: Operator) -> None:
    """Not a stack, a sentence."""
    started = operator.run("run")

    assert started.exit_code == 1
    assert "WAYOUT_BOT_TOKEN" in started.stderr


def test_help_names_every_setting_with_its_default(operator: Operator) -> None:
    """So that nobody has to read the code."""
    said = operator.run("run", "--help").stdout

    assert "WAYOUT_SILENCE_SECONDS [1800]" in said
    assert "--practice" in said
