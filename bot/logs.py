"""Logs: one JSON object a line on stderr, of actions, ids and numbers, and never a word that somebody wrote."""

import logging
import sys
from datetime import UTC, datetime

import msgspec

# Only these may follow an action. A new one is added here, after asking what it could reveal.
ALLOWED = frozenset(
    {
        "count",
        "seconds",
        "case",
        "urgency",
        "kind",
        "method",
        "status",
        "attempt",
        "worker",
        "address",
        "revision",
        "languages",
        "tiers",
        "error",
        "place",
        "mode",
        "on",
        "retry_after",
    }
)
# httpx logs addresses, which hold the bot's token; PTB logs whole updates.
QUIET = ("httpx", "httpcore", "telegram", "aiohttp", "sqlalchemy", "alembic", "asyncio")


class JsonLines(logging.Formatter):
    """Formats by allow-list: a foreign record shrinks to its logger's name and the type of its exception."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "action": getattr(record, "action", f"foreign.{record.name}"),
        }
        line |= {name: value for name, value in record.__dict__.items() if name in ALLOWED}
        if record.exc_info and record.exc_info[1] is not None:
            line |= failure(record.exc_info[1])
        return msgspec.json.encode(line).decode()


def failure(error: BaseException) -> dict[str, str]:
    """Type and place of an error, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return {"error": type(error).__name__, "place": place}


class Log:
    """Writes actions with allowed fields."""

    def __init__(self, name: str = "wayout") -> None:
        """A log under the standard logger `name`."""
        self._logger = logging.getLogger(name)

    def say(self, action: str, **fields: object) -> None:
        """Something that happened as it should."""
        self._write(logging.INFO, action, fields)

    def warning(self, action: str, **fields: object) -> None:
        """Something that an operator may have to look at."""
        self._write(logging.WARNING, action, fields)

    def bug(self, action: str, error: BaseException, **fields: object) -> None:
        """A fault of ours: its type and place."""
        self._write(logging.ERROR, action, fields | failure(error))

    def _write(self, level: int, action: str, fields: dict[str, object]) -> None:
        unknown = fields.keys() - ALLOWED
        if unknown:
            message = f"not allowed in a log: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        self._logger.log(level, action, extra={"action": action, **fields})


def start_logging() -> None:
    """Send everything to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
