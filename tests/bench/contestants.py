"""The bots as processes: started on their own core, measured from outside, stopped or killed."""

import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.plan import DEFINITIONS
from tests.bench.stand_in import TOKEN

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_SHARED = (
    "indicators.yaml",
    "flags.yaml",
    "rubric.yaml",
    "phrases.yaml",
    "countries.yaml",
    "currencies.yaml",
    "hotlines.yaml",
    "sites.yaml",
    "times.yaml",
)


@dataclass(slots=True)
class Contestant(ABC):
    """One bot with a folder of its own. `core`: where it runs; None leaves it to the system."""

    folder: Path
    core: int | None
    prefix: Sequence[str] = ()
    """A command that the bot runs under, such as a profiler."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @abstractmethod
    def command(self, api: str) -> Sequence[str]:
        """What to run."""

    def settings(self, api: str) -> dict[str, str]:  # noqa: ARG002 - for those who need it
        """What it is told by its environment."""
        return {}

    def start(self, api: str) -> None:
        """Start it; the output goes to a file in its folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, *self.command(api)],
                cwd=ROOT,
                env={name: each for name, each in os.environ.items() if not name.startswith("WAYOUT_")}
                | self.settings(api),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self.core is not None:
            os.sched_setaffinity(self.pid, {self.core})

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def last_words(self) -> str:
        """The end of its output. The people are invented, so nothing in it is anybody's."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]

    @property
    def pid(self) -> int:
        """Its process."""
        assert self.process is not None
        return self.process.pid

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def memory_mib(self) -> float:
        """Resident memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(each.split()[1]) for each in lines if each.startswith("VmRSS")) / 1024

    def kill(self) -> None:
        """End it at this instant."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass(slots=True)
class Tutorial(Contestant):
    """ConversationHandler with PicklePersistence."""

    def command(self, api: str) -> Sequence[str]:
        """Its own program."""
        indicators = ROOT / "flows" / "definitions" / "indicators.yaml"
        return (
            "-m",
            "tests.bench.tutorial_bot",
            "--api",
            api,
            "--folder",
            str(self.folder),
            "--indicators",
            str(indicators),
        )


@dataclass(slots=True)
class Ours(Contestant):
    """Wayout as an operator runs it: SQLite, synchronous FULL, everything sealed, one responder enrolled."""

    @property
    def definitions(self) -> Path:
        """The load's questionnaire with the project's own indicators, flags, rubric and phrases."""
        return self.folder / "definitions"

    def command(self, api: str) -> Sequence[str]:  # noqa: ARG002 - it is in the environment
        """The launcher, which differs from `wayout run` in the questionnaire alone."""
        return ("-m", "tests.bench.our_bot", str(self.definitions))

    def settings(self, api: str) -> dict[str, str]:
        """What an operator sets; nothing is tuned."""
        return {
            "WAYOUT_BOT_TOKEN": TOKEN,
            "WAYOUT_TELEGRAM_API_URL": api,
            "WAYOUT_DATA_DIR": str(self.folder / "data"),
            "WAYOUT_LISTEN": "127.0.0.1:0",
        }

    def prepare(self) -> None:
        """Lay out the definitions."""
        self.definitions.mkdir(parents=True, exist_ok=True)
        for name in _SHARED:
            (self.definitions / name).write_bytes((ROOT / "flows" / "definitions" / name).read_bytes())
        for file in DEFINITIONS.glob("*.yaml"):
            (self.definitions / file.name).write_bytes(file.read_bytes())
