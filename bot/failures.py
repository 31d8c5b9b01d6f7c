"""What stops the program, said so that an operator can mend it."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec

import click

from flows.problems import DefinitionProblems
from protocol.errors import ProtocolError


class SetupError(Exception):
    """The program cannot start; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        """`message` names what is wrong, `hint` what to do about it; neither holds a secret."""
        super().__init__(message)
        self.hint = hint


class SettingsError(SetupError):
    """Settings that cannot be used, all of them."""


class KeyringError(SetupError):
    """The server's keys are missing or unusable."""


class RecipientsError(SetupError):
    """The recipients file is missing or unusable."""


class PracticeError(SetupError):
    """A real token beside a responder's identity: rule 8 would be broken."""


P = ParamSpec("P")


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what stops a command into `error:` and `hint:` lines on stderr and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SetupError as problem:
            fail(str(problem), problem.hint)
        except ProtocolError as problem:
            fail(str(problem), problem.hint)
        except DefinitionProblems as problems:
            fail("the definitions cannot be used:", *(str(each) for each in problems.problems))

    return run


def fail(message: str, *hints: str) -> NoReturn:
    """Say what is wrong and what to do, and end with 1."""
    for line in message.splitlines():
        click.echo(f"error: {line}", err=True)
    for hint in hints:
        click.echo(f"hint: {hint}", err=True)
    sys.exit(1)
