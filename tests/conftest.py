"""What every test may ask for: databases of both kinds, and a clock that stands still."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import schema
from storage.database import Database

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


SLICES = 3
"""Of the faults, which are tests marked so with many cases, a run takes every third: another third each day."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--faults`: all of them."""
    parser.addoption("--faults", action="store_true", help="run every fault, and not the slice of the day")


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is left out."""
    if config.getoption("--faults"):
        return "faults: all"
    return f"faults: slice {_slice() + 1} of {SLICES}; all of them: make faults"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the faults of other days; one that is asked for by its name is run."""
    if config.getoption("--faults") or any("::" in each for each in config.args):
        return
    faults = [each for each in items if each.get_closest_marker("fault")]
    left_out = {each for number, each in enumerate(faults) if number % SLICES != _slice()}
    items[:] = [each for each in items if each not in left_out]
    config.hook.pytest_deselected(items=list(left_out))


def _slice() -> int:
    return datetime.now(UTC).toordinal() % SLICES


@pytest.fixture
def now() -> datetime:
    """A fixed instant."""
    return NOON


@pytest.fixture(autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the person who runs the tests reaches them."""
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("WAYOUT_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(kept)


class Postgres:
    """A PostgreSQL server of this test run, on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Make and start a cluster in `folder`."""
        self._bin = Path(
            max(
                Path("/usr/lib/postgresql").glob("*/bin"),
                default=Path(shutil.which("initdb") or "/usr/bin/initdb").parent,
            )
        )
        self._folder = folder
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._run(
            "initdb", "-D", str(folder / "data"), "-U", "wayout", "-A", "trust", "--no-sync", "-E", "UTF8"
        )
        options = f"-c fsync=off -c listen_addresses= -k {folder} -c max_connections=200"
        self._run(
            "pg_ctl", "-D", str(folder / "data"), "-o", options, "-l", str(folder / "log"), "-w", "start"
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, *arguments],
            check=True,
            user=self._user,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def create(self) -> str:
        """The address of a new, empty database."""
        name = f"t{secrets.token_hex(6)}"
        self._run(
            "psql", "-h", str(self._folder), "-U", "wayout", "-d", "postgres", "-c", f"CREATE DATABASE {name}"
        )
        return f"postgresql+asyncpg://wayout@/{name}?host={self._folder}"

    def stop(self) -> None:
        """Stop the server."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; a machine without one fails here, for these tests do not skip."""
    with tempfile.TemporaryDirectory(prefix="wayout-pg-") as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/wayout.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once of each kind."""
    opened = Database(database_url)
    await schema.migrate(opened)
    yield opened
    await opened.close()
