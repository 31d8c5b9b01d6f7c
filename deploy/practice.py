"""`make run`: everything on this machine, for trying and training, with nothing to configure.

Starts the programs as an operator would, each a process of its own: the sandbox Telegram with its chat page, the bot on
SQLite, a practice responder and the console. With WAYOUT_BOT_TOKEN it is the bot alone, on the real Telegram.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from deploy.training import fill

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STOP_SECONDS = 10.0
# Somebody to be at the first start, in each language that the bot speaks.
PEOPLE = "en,es,zh-hans,ar"
# The practice responder reads them all, so that no case is left to somebody else who does.
LANGUAGES = "en,es,zh,ar"
# Where util-linux is there, the programs end with this one even when it is killed.
TIED = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
START_SECONDS = 60.0


class Practice:
    """The processes and the folder that they share; `.wayout/` survives, so a second start goes on where this ended."""

    def __init__(self, folder: Path, ports: dict[str, int]) -> None:
        """`ports`: chat, desk, console."""
        self.folder = folder
        self.ports = ports
        self.processes: list[tuple[str, subprocess.Popen[bytes]]] = []
        self.data = folder / "server"
        self.responder = folder / "responder"

    def address(self, name: str) -> str:
        """Where a part listens."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def environment(self) -> dict[str, str]:
        """What every program is told: folders and addresses, and no settings of the person who tries it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYOUT_")}
        return kept | {
            "WAYOUT_DATA_DIR": str(self.data),
            "WAYOUT_LISTEN": f"127.0.0.1:{self.ports['desk']}",
            "WAYOUT_TELEGRAM_API_URL": self.address("chat"),
            "WAYOUT_BOT_TOKEN": self.token(),
            "WAYOUT_RESPONDER_DIR": str(self.responder),
            "WAYOUT_PASSPHRASE_FILE": str(self.folder / "practice-passphrase"),
            "WAYOUT_SERVER_URL": self.address("desk"),
        }

    def token(self) -> str:
        """The sandbox bot's token, made once."""
        path = self.folder / "sandbox-token"
        if not path.exists():
            _write_private(path, f"{secrets.randbelow(9 * 10**9) + 10**9}:{secrets.token_urlsafe(26)}")
        return path.read_text(encoding="utf-8").strip()

    def prepare(self) -> None:
        """Keys, a practice responder and their enrolment, each made once."""
        if not (self.data / "keyring.json").exists():
            say("making server keys")
            self.tool("wayout", "keys", "new")
        passphrase = self.folder / "practice-passphrase"
        if not passphrase.exists():
            _write_private(passphrase, secrets.token_urlsafe(18))
        if not (self.responder / "identity.age").exists():
            say("making a practice responder")
            self.tool("wayout-responder", "init", "--name", "Practice", "--languages", LANGUAGES)
        if not (self.responder / "invite.json").exists():
            say("enrolling the practice responder")
            card = self.responder / "card.json"
            recipients = self.data / "recipients.json"
            recipients.unlink(missing_ok=True)
            invite = self.tool("wayout", "recipients", "add", str(card), "--server-url", self.address("desk"))
            self.tool("wayout-responder", "enrol", invite.strip())

    def tool(self, program: str, *arguments: str) -> str:
        """Run a command to its end; what it prints."""
        done = subprocess.run(
            [BIN / program, *arguments], env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stderr)
            raise SystemExit(1)
        return done.stdout

    def start(self, name: str, program: str, *arguments: str) -> None:
        """Start a program; its output goes to a file in the folder."""
        target = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [*TIED, BIN / program, *arguments],
            env=self.environment(),
            stdout=target,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours; they are stopped in order
        )
        target.close()
        self.processes.append((name, process))

    def wait_for(self, name: str, url: str) -> None:
        """Return when `url` answers; end with the program's log when it does not."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            self.check_alive()
            try:
                with urllib.request.urlopen(url, timeout=2):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        self.fail(name)

    def check_alive(self) -> None:
        """End everything when one program has ended."""
        for name, process in self.processes:
            if process.poll() is not None:
                self.fail(name)

    def fail(self, name: str) -> None:
        """Show the last lines of a program's log and end."""
        sys.stderr.write(f"error: {name} did not start or has ended; its log says:\n")
        lines = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
        sys.stderr.write("\n".join(lines[-15:]) + "\n")
        raise SystemExit(1)

    def stop(self) -> None:
        """Stop the programs, last started first, and wait for each; nothing interrupts this."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        for _, process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def say(line: str) -> None:
    """Progress."""
    print(f"· {line}", flush=True)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def free_port(wanted: int) -> int:
    """The wanted port, or another that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("error: no free port")


def main() -> None:
    """Run until Ctrl-C."""
    options = argparse.ArgumentParser(description="Run Wayout on this machine.")
    options.add_argument(
        "--practice", action="store_true", help="on a real token: every screen says that nobody reads it"
    )
    options.add_argument("--train", action="store_true", help="fill the queue with ten invented people")
    options.add_argument("--folder", type=Path, default=ROOT / ".wayout", help="where keys and data are kept")
    chosen = options.parse_args()
    if os.environ.get("WAYOUT_BOT_TOKEN") or os.environ.get("WAYOUT_BOT_TOKEN_FILE"):
        run_for_real(chosen.folder, practice=chosen.practice)
    run_sandboxed(chosen.folder, train=chosen.train)


def run_for_real(folder: Path, *, practice: bool) -> None:
    """The bot alone on the real Telegram; `wayout run` itself refuses where a private key lies beside it."""
    environment = {"WAYOUT_DATA_DIR": str(folder / "server")} | dict(os.environ)
    program = BIN / "wayout"
    arguments = [str(program), "run", *(["--practice"] if practice else [])]
    os.execve(program, arguments, environment)  # noqa: S606 - becomes `wayout run`


def run_sandboxed(folder: Path, *, train: bool = False) -> None:
    """All four programs, with a practice responder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ports = {"chat": free_port(8081), "desk": free_port(8443), "console": free_port(8090)}
    practice = Practice(folder, ports)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        practice.prepare()
        begin(practice)
        if train:
            asyncio.run(fill(practice.address("chat"), say))
            say("the queue is full: ten people wait in the console")
        while True:
            practice.check_alive()
            time.sleep(0.5)
    except KeyboardInterrupt:
        print(flush=True)
    finally:
        say("stopping")
        practice.stop()


def begin(practice: Practice) -> None:
    """Start each program and wait until it answers."""
    say("starting the sandbox")
    listen = f"127.0.0.1:{practice.ports['chat']}"
    data = str(practice.folder / "sandbox")
    options = ["--listen", listen, "--data", data, "--token", practice.token(), "--people", PEOPLE]
    practice.start("sandbox", "wayout-sandbox", "serve", *options)
    practice.wait_for("sandbox", practice.address("chat"))
    say("starting the bot")
    practice.start("bot", "wayout", "run")
    practice.wait_for("bot", f"{practice.address('desk')}/healthz")
    say("starting the console")
    practice.start(
        "console", "wayout-responder", "console", "--listen", f"127.0.0.1:{practice.ports['console']}"
    )
    practice.wait_for("console", practice.address("console"))
    print(f"\nchat: {practice.address('chat')}/\nconsole: {console_address(practice)}\n", flush=True)
    say("write to the bot in the chat, read the case in the console; Ctrl-C stops all")


def console_address(practice: Practice) -> str:
    """The console's own line, which holds its token."""
    log = (practice.folder / "console.log").read_text(encoding="utf-8", errors="replace")
    lines = [line for line in log.splitlines() if line.startswith("console: ")]
    return lines[-1].removeprefix("console: ") if lines else practice.address("console")


if __name__ == "__main__":
    main()
