"""Whom the operator wants to be paged: the file, its mistakes all at once, and what a page says."""

from pathlib import Path

import msgspec
import pytest

from bot.alert import OPENING_RATE, Alert, trial, wordings
from bot.alerts import Destination, read_alerts
from bot.failures import SettingsError
from bot.pager import alert_of
from bot.paging import Reason
from bot.settings import Places, read_settings
from flows.rule import Urgency
from storage import pages
from tests.conftest import NOON

CASE = "3f" * 16
GOOD = """
destinations:
  - {name: chat, kind: telegram, chat: -100123, least: high}
  - {name: staff_bot, kind: telegram, chat: "@duty", token_file: token}
  - {name: mail, kind: email, to: [duty@example.org], from: a@b.c, host: b.c, user: w, password_file: token}
  - {name: hook, kind: webhook, url: "https://example.org/hook", least: low}
  - {name: push, kind: ntfy, url: "https://ntfy.example.org/t", token_file: token, class: second_organisation}
"""


def settings(folder: Path, text: str) -> Places:
    """Settings with this file, and a secret beside it."""
    (folder / "alerts.yaml").write_text(text)
    (folder / "token").write_text("42:secret\n")
    (folder / "empty").write_text("\n")
    given = {"WAYOUT_ALERTS_FILE": str(folder / "alerts.yaml"), "WAYOUT_BOT_TOKEN": "7:own"}
    return read_settings(Places, given)


def test_a_good_file_gives_its_destinations_with_their_secrets(tmp_path: Path) -> None:
    """A chat without a token file is written to by the hotline's own bot; no secret shows in a text form."""
    found = read_alerts(settings(tmp_path, GOOD))

    assert [each.name for each in found] == ["chat", "staff_bot", "mail", "hook", "push"]
    secrets = [each.secret.get_secret_value() for each in found]
    assert secrets == ["7:own", "42:secret", "42:secret", "", "42:secret"]
    assert "secret" not in repr(found).replace("secret=", "").replace("SecretStr", "")


def test_the_example_of_the_manual_is_a_good_file(tmp_path: Path) -> None:
    """As it stands there, hours and owners included; only its secrets are ours."""
    manual = (Path(__file__).parents[3] / "deploy" / "RUNNING.md").read_text("utf-8")
    example = manual.split("**Alerts.**")[1].split("```yaml\n")[1].split("```")[0]
    for name in ("smtp-password", "ntfy-token"):
        (tmp_path / name).write_text("secret")
    found = {each.name: each for each in read_alerts(settings(tmp_path, example))}
    assert [len(found[name].hours) for name in ("duty_chat", "night_phone", "phone_7")] == [0, 2, 1]
    assert (found["phone_7"].channel.for_, found["phone_7"].language, found["duty_chat"].language) == (
        "Rosa",
        "ar",
        "es",
    )


def test_hours_and_owners_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    """Each by its own."""
    wrong = """
destinations:
  - {name: a, kind: ntfy, url: "https://n.example.org/t", hours: [{days: monday, zone: UTC}]}
  - {name: b, kind: ntfy, url: "https://n.example.org/t", hours: [{from: 25:00, zone: Mars}]}
  - {name: c, kind: ntfy, url: "https://n.example.org/t", for: ""}
"""
    with pytest.raises(SettingsError) as refused:
        read_alerts(settings(tmp_path, wrong))
    assert [line.split(":")[2] for line in str(refused.value).splitlines()] == ["3", "4", "4", "5"]


def test_without_a_file_nobody_is_paged() -> None:
    """Which is no mistake."""
    assert read_alerts(read_settings(Places, {})) == ()


def taking(found: tuple[Destination, ...], recipient_class: str, urgency: int) -> list[str]:
    """Who takes pages of this kind; `urgency` is 4 critical .. 0 none."""
    return [each.name for each in found if each.takes(recipient_class, urgency)]


def test_a_page_goes_by_class_and_least_urgency(tmp_path: Path) -> None:
    """Each destination has its own."""
    found = read_alerts(settings(tmp_path, GOOD))

    assert taking(found, "organisation", 4) == ["chat", "staff_bot", "mail", "hook"]
    assert taking(found, "organisation", 3) == ["chat", "hook"]
    assert taking(found, "organisation", 0) == []
    assert taking(found, "second_organisation", 4) == ["push"]


BAD = """
destinations:
  - {name: chat, kind: telegram, chat: -100123, class: nobody}
  - {name: chat, kind: telegram, chat: 5, token_file: missing}
  - {name: mail, kind: email, to: [a@b.c], from: a@b.c, host: mail.example.org, tls: none, user: w}
  - {name: certs, kind: email, to: [a@b.c], from: a@b.c, host: mail.example.org, ca_file: missing}
  - {name: hook, kind: webhook, url: "http://example.org/hook"}
  - {name: push, kind: ntfy, url: "http://example.org/topic", token_file: empty}
"""


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    """And none with a value."""
    with pytest.raises(SettingsError) as refused:
        read_alerts(settings(tmp_path, BAD))

    lines = str(refused.value).splitlines()
    assert [line.split(":")[2] for line in lines] == ["3", "4", "4", "5", "5", "6", "7", "8", "8"]
    assert all(line.startswith("WAYOUT_ALERTS_FILE: alerts.yaml:") for line in lines)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "destinations: []",
        "nothing: 1",
        "- [",
        "destinations: [{name: a, kind: pigeon}]",
        "destinations: [{name: a, kind: ntfy, url: 'https://x.org', secret: abc}]",
        "destinations: [{name: a, kind: email, to: ['a b'], from: a@b.c, host: h}]",
    ],
)
def test_what_has_not_the_shape_is_refused(tmp_path: Path, text: str) -> None:
    """With a hint where to look."""
    with pytest.raises(SettingsError) as refused:
        read_alerts(settings(tmp_path, text))
    assert "RUNNING.md" in refused.value.hint
    assert "abc" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The program does not start without those whom the operator named."""
    given = {"WAYOUT_ALERTS_FILE": str(tmp_path / "alerts.yaml")}
    with pytest.raises(SettingsError, match="missing"):
        read_alerts(read_settings(Places, given))


def test_a_page_says_an_urgency_and_a_case_and_nothing_else() -> None:
    """Whatever the reason; every reason has its words."""
    english = wordings()["en"]
    for reason in Reason:
        words = english.said(Alert("p" * 32, CASE, Urgency.CRITICAL, reason))
        assert words.title == "Wayout: Critical, 3f3f3f3f"
        assert words.text == f"Critical. {english.texts[f'alert.{reason}']}\nCase {CASE}"
        assert not any(mark.isdigit() for mark in english.texts[f"alert.{reason}"])


def test_the_document_of_a_page_has_four_fields() -> None:
    """A new one is added here, after asking what it could reveal."""
    fields = msgspec.to_builtins(Alert("p" * 32, CASE, Urgency.HIGH, Reason.LATE))
    expected = {"schema": "alert/1", "id": "p" * 32, "case": CASE, "urgency": "high", "reason": "late"}
    assert fields == expected


def test_an_alarm_has_the_number_of_an_entry_and_no_key() -> None:
    """In place of a case; where the entry leads is said."""
    page = pages.new("", "mail", OPENING_RATE, urgency=4, now=NOON, entry=812)
    alert = alert_of(page)
    assert msgspec.to_builtins(alert) == {
        "schema": "alert/1", "id": page.id, "case": "", "urgency": "critical", "reason": "opening_rate", "entry": 812,
    }  # fmt: skip
    words = wordings()["en"].said(alert)
    assert words.title == "Wayout: an alarm"
    assert "812" in words.text
    assert "wayout audit exposure" in words.text


@pytest.mark.parametrize("code", ["es", "ar", "zh_Hans"])
def test_a_page_is_said_in_the_language_of_who_reads_it(code: str) -> None:
    """All of it, whatever the reason."""
    known = wordings()
    english, theirs = known["en"], known[code]
    for reason in Reason:
        alert = Alert("p" * 32, CASE, Urgency.CRITICAL, reason)
        first, said = english.said(alert), theirs.said(alert)
        assert CASE in said.text
        assert "{" not in said.title + said.text
        assert not set(first.text.split("\n")) & set(said.text.split("\n"))
    assert theirs.said(trial("p" * 32)).text != english.said(trial("p" * 32)).text
    alarm = Alert("p" * 32, "", Urgency.CRITICAL, OPENING_RATE, 812)
    assert "812" in theirs.said(alarm).text
    assert not set(english.said(alarm).text.split("\n")) & set(theirs.said(alarm).text.split("\n"))


def test_a_case_stands_apart_in_a_language_from_the_right() -> None:
    """Or its letters would be read in another order."""
    said = wordings()["ar"].said(Alert("p" * 32, CASE, Urgency.CRITICAL, "waiting"))
    assert f"\u2068{CASE}\u2069" in said.text


def test_a_trial_is_about_no_case() -> None:
    """And says that it is one."""
    words = wordings()["en"].said(trial("p" * 32))
    assert (words.title, "test" in words.text) == ("Wayout: a test", True)
