"""Files of other age programs open here and ours open there: Debian's age, pyrage, npm age-encryption."""

import os
import pty
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from protocol.armor import add_armor
from protocol.recipient import parse_recipient
from protocol.seal import seal
from responder.identity import HybridIdentity, Identity, X25519Identity, generate_identity, parse_identity
from responder.keyfile import generate_keys, lock, unlock
from responder.passphrase import Passphrase, seal_with_passphrase
from responder.unseal import unseal

Typage = Callable[..., dict[str, Any]]
SIZES = (0, 1, 65_536, 65_537, 200_000)
KINDS = pytest.mark.parametrize("hybrid", [True, False], ids=["hybrid", "x25519"])
WORDS = "correct horse 電池"
QUICK = 10
ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes stdin the program's own terminal, then becomes the program."""


def text(data: bytes) -> str:
    """Bytes for the other side's JSON."""
    return b64encode(data).decode()


# npm age-encryption: the one that knows post-quantum recipients too


@KINDS
def test_typage_opens_ours(typage: Typage, hybrid: bool) -> None:
    """What we seal to two recipients, the second can open there."""
    identity, other = generate_identity(hybrid=hybrid), generate_identity(hybrid=hybrid)
    for size in SIZES:
        plaintext = os.urandom(size)
        sealed = seal(plaintext, [other.recipient, identity.recipient])

        answer = typage("decrypt", data=text(sealed), identities=[identity.secret()])

        assert plaintext == b64decode(answer["data"])


@KINDS
def test_we_open_typages(typage: Typage, hybrid: bool) -> None:
    """What it seals to our recipient's text, our identity opens."""
    identity = generate_identity(hybrid=hybrid)
    for size in SIZES:
        plaintext = os.urandom(size)

        answer = typage("encrypt", data=text(plaintext), recipients=[str(identity.recipient)])

        assert plaintext == unseal(b64decode(answer["data"]), [identity])


@KINDS
def test_keys_have_the_same_text_there(typage: Typage, hybrid: bool) -> None:
    """Its identity reads here as the recipient that it names, and ours the other way round."""
    theirs = typage("identity", hybrid=hybrid)
    ours = generate_identity(hybrid=hybrid)

    assert theirs["recipient"] == str(parse_identity(theirs["identity"]).recipient)
    assert str(ours.recipient) == typage("recipient", identity=ours.secret())["recipient"]


def test_passphrase_files_pass_both_ways_with_typage(typage: Typage) -> None:
    """Words wrap a file alike here and there."""
    theirs = typage("encrypt", data=text(b"theirs"), passphrase=WORDS, workFactor=QUICK)
    ours = seal_with_passphrase(b"ours", Passphrase(WORDS), work_factor=QUICK)

    assert unseal(b64decode(theirs["data"]), [Passphrase(WORDS)]) == b"theirs"
    assert b64decode(typage("decrypt", data=text(ours), passphrase=WORDS)["data"]) == b"ours"


# pyrage


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_passes_both_ways(size: int) -> None:
    """X25519 files open in the Rust implementation and its files open here."""
    ours, theirs = generate_identity(hybrid=False), pyrage.x25519.Identity.generate()
    plaintext = os.urandom(size)

    sealed_there = pyrage.encrypt(plaintext, [pyrage.x25519.Recipient.from_str(str(ours.recipient))])
    sealed_here = seal(plaintext, [ours.recipient, parse_recipient(str(theirs.to_public()))])

    assert plaintext == unseal(sealed_there, [ours])
    assert plaintext == pyrage.decrypt(sealed_here, [theirs])


def test_pyrage_opens_our_armour_and_we_open_its() -> None:
    """Text armour passes both ways."""
    identity = generate_identity(hybrid=False)
    recipient = pyrage.x25519.Recipient.from_str(str(identity.recipient))

    sealed_there = pyrage.encrypt(b"theirs", [recipient], armored=True)
    sealed_here = add_armor(seal(b"ours", [identity.recipient]))

    assert unseal(sealed_there, [identity]) == b"theirs"
    assert pyrage.decrypt(sealed_here, [pyrage.x25519.Identity.from_str(identity.secret())]) == b"ours"


def test_pyrage_opens_the_key_file() -> None:
    """A locked key file is an age file like any other."""
    keys = generate_keys()

    opened = pyrage.passphrase.decrypt(lock(keys, WORDS, work_factor=QUICK), WORDS).decode()

    assert keys.identity.secret() in opened.splitlines()


# Debian's age, which reads X25519 and passphrases but not yet post-quantum recipients


def test_age_opens_ours(age_program: str, tmp_path: Path) -> None:
    """What we seal, the standard program opens."""
    identity = generate_identity(hybrid=False)
    plaintext = os.urandom(100_000)

    assert plaintext == age_decrypts(
        age_program, tmp_path, identity.secret(), seal(plaintext, [identity.recipient])
    )


def test_we_open_ages(age_program: str) -> None:
    """What the standard program seals, armoured or not, we open."""
    identity = generate_identity(hybrid=False)
    plaintext = os.urandom(100_000)
    for option in ((), ("-a",)):
        sealed = run([age_program, *option, "-r", str(identity.recipient)], plaintext)

        assert plaintext == unseal(sealed, [identity])


def test_an_unlocked_key_file_is_an_identity_file_for_age(age_program: str, tmp_path: Path) -> None:
    """With `age -d` alone, a locked key file and then a case can be opened."""
    keys = generate_keys(hybrid=False)
    locked = tmp_path / "identity.age"
    locked.write_bytes(lock(keys, WORDS, work_factor=QUICK))

    opened = age_asks(age_program, locked, WORDS)

    assert keys.identity.secret() in opened.splitlines()
    sealed = seal(b"a case", [keys.identity.recipient])
    assert age_decrypts(age_program, tmp_path, opened, sealed) == b"a case"


def test_we_open_a_passphrase_file_of_any_tool_as_a_key_file(typage: Typage) -> None:
    """Keys that were locked again by another program unlock here."""
    keys = generate_keys()
    plain = unseal(lock(keys, "old", work_factor=QUICK), [Passphrase("old")])

    locked = typage("encrypt", data=text(plain), passphrase=WORDS, workFactor=QUICK)

    assert keys == unlock(b64decode(locked["data"]), WORDS)


def test_the_published_seed_expansion_is_used(typage: Typage) -> None:
    """A fixed seed has the recipient that the other implementation gives it."""
    for identity in (HybridIdentity(bytes(range(32))), X25519Identity(bytes(range(32)))):
        assert str(identity.recipient) == recipient_there(typage, identity)


def recipient_there(typage: Typage, identity: Identity) -> str:
    """The recipient that npm age-encryption derives."""
    return str(typage("recipient", identity=identity.secret())["recipient"])


def run(command: list[str], given: bytes) -> bytes:
    """The program's output."""
    return subprocess.run(command, input=given, capture_output=True, timeout=60, check=True).stdout


def age_decrypts(age_program: str, folder: Path, identity_file: str, sealed: bytes) -> bytes:
    """`age -d` with this identity file."""
    path = folder / "identity.txt"
    path.write_text(identity_file)
    return run([age_program, "-d", "-i", str(path)], sealed)


def age_asks(age_program: str, path: Path, words: str) -> str:
    """`age -d` asks for a passphrase on the terminal and only there, so it is given one."""
    mine, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, age_program, "-d", str(path)],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as asking:
        read_until(mine, b"passphrase")
        os.write(mine, words.encode() + b"\n")
        opened, said = asking.communicate(timeout=60)
    os.close(mine)
    os.close(terminal)
    assert asking.returncode == 0, said.decode(errors="replace")
    return opened.decode()


def read_until(descriptor: int, mark: bytes) -> None:
    """Read what the program asks, up to a word of it."""
    seen = b""
    while mark not in seen:
        seen += os.read(descriptor, 1024)
