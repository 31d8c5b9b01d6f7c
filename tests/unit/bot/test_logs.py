"""Logs: actions, ids and numbers, and no word from anywhere else."""

import json
import logging
import sys

import pytest

from bot.logs import JsonLines, Log


def written(record: logging.LogRecord) -> dict[str, object]:
    """A record as it would lie in the log."""
    line: dict[str, object] = json.loads(JsonLines().format(record))
    return line


def test_a_foreign_record_shrinks_to_its_name() -> None:
    """A library's own sentence could quote anything, so none is kept."""
    record = logging.LogRecord(
        "telegram.bot", logging.WARNING, "f", 1, "token 123:secret and words", (), None
    )

    line = written(record)

    assert line["action"] == "foreign.telegram.bot"
    assert "secret" not in json.dumps(line)


def test_an_exception_shrinks_to_type_and_place() -> None:
    """The message of an exception could hold what somebody wrote."""
    try:
        int("what somebody wrote")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())

    line = written(record)

    assert line["error"] == "ValueError"
    assert "somebody" not in json.dumps(line)


def test_a_field_that_is_not_allowed_is_a_bug() -> None:
    """Whoever adds a field has to think about what it could reveal."""
    with pytest.raises(ValueError, match="text"):
        Log().say("anything", text="words")


def test_an_allowed_field_is_written() -> None:
    """Time, level, action, ids and numbers."""
    record = logging.LogRecord("wayout", logging.INFO, "f", 1, "case.put", (), None)
    record.__dict__.update(action="case.put", case="c1", urgency=4)

    line = written(record)

    assert (line["action"], line["case"], line["urgency"], line["level"]) == ("case.put", "c1", 4, "info")
    assert str(line["time"]).endswith("+00:00")
