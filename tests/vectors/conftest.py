"""Other implementations of age, for the tests that compare ours with them.

The two npm packages are fetched once into the user's cache, in the versions of npm/package-lock.json.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NPM = Path(__file__).parent / "npm"
SECONDS = 110

Typage = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def npm_folder() -> Path:
    """A folder with the npm packages installed; two test runs at once may both make it, one of them stays."""
    sources = [path for path in sorted(NPM.iterdir()) if path.suffix in {".json", ".mjs"}]
    version = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wayout-tests"
    done = cache / f"npm-{version}"
    if not done.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as made:
            install(sources, Path(made) / "npm")
            move(Path(made) / "npm", done)
    return done


def install(sources: list[Path], folder: Path) -> None:
    """Install the locked packages beside copies of our scripts."""
    folder.mkdir()
    for path in sources:
        shutil.copy(path, folder)
    run([program("npm"), "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"])


def move(made: Path, done: Path) -> None:
    """Put the folder in its place, unless another run has just done so."""
    try:
        made.rename(done)
    except OSError:
        if not done.exists():
            raise


@pytest.fixture(scope="session")
def testkit(npm_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the age testkit, by name."""
    folder = tmp_path_factory.mktemp("testkit")
    run([program("node"), str(npm_folder / "unpack.mjs"), str(folder)])
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="session")
def typage(npm_folder: Path) -> Typage:
    """Calls the npm package age-encryption."""

    def call(name: str, **given: object) -> dict[str, Any]:
        asked = json.dumps({"call": name, **given}).encode()
        answer: dict[str, Any] = json.loads(run([program("node"), str(npm_folder / "typage.mjs")], asked))
        return answer

    return call


@pytest.fixture(scope="session")
def age_program() -> str:
    """The `age` that the system installs."""
    return program("age")


def run(command: list[str], given: bytes = b"") -> bytes:
    """The program's output; what it says on stderr is shown where it fails."""
    done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, f"{Path(command[0]).name}: {done.stderr.decode(errors='replace')[-500:]}"
    return done.stdout


def program(name: str) -> str:
    """The path of a program, of this virtual environment first."""
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    found = shutil.which(name, path=places)
    assert found, f"these tests need the program {name}: `make install` installs it"
    return found
