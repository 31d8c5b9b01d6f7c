"""The tree of errors: drawn as it is, each with a sentence and a way out, none with content."""

import re
from collections.abc import Iterator

import pytest

from protocol import errors
from protocol.errors import ProtocolError


def tree(kind: type[ProtocolError], before: str = "") -> Iterator[str]:
    """The lines of the drawing."""
    kinds = kind.__subclasses__()
    for child in kinds:
        last = child is kinds[-1]
        yield f"{before}{'└── ' if last else '├── '}{child.__name__}"
        yield from tree(child, before + ("    " if last else "│   "))


def every(kind: type[ProtocolError]) -> Iterator[type[ProtocolError]]:
    """The kind and all under it."""
    yield kind
    for child in kind.__subclasses__():
        yield from every(child)


def test_the_drawing_is_the_tree() -> None:
    """The module's docstring draws exactly what it holds."""
    drawn = re.findall(r"^    (.*── \w+)", errors.__doc__ or "", re.MULTILINE)

    assert list(tree(ProtocolError)) == drawn


@pytest.mark.parametrize("kind", list(every(ProtocolError)))
def test_every_error_says_what_and_what_to_do(kind: type[ProtocolError]) -> None:
    """The docstring is the message, and there is a hint."""
    assert str(kind()) == (kind.__doc__ or "").strip()
    assert str(kind()).endswith(".")
    assert kind.hint.endswith(".")


def test_an_error_takes_no_content() -> None:
    """There is no way to put a key or a person's words into an error."""
    with pytest.raises(TypeError):
        ProtocolError("words")  # type: ignore[call-arg]
