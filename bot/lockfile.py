"""SQLite's lock file: it serves one process, and a second one is told so instead of fighting for the database."""

import fcntl
from pathlib import Path
from typing import IO

from bot.failures import SetupError
from storage.database import Database


def lock(database: Database) -> IO[bytes] | None:
    """Hold the database until the file is closed; None for PostgreSQL, which serves several. SetupError when held."""
    if not database.is_sqlite:
        return None
    path = Path(f"{database.url.database}.lock")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        hint = "stop it first, or use PostgreSQL, which serves several processes"
        raise SetupError(f"another process works on {database.url.database}", hint) from None
    return handle
