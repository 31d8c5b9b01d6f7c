"""Echo: whether a text says again what somebody typed. Nothing that goes out to them may show what they wrote."""

import re
from collections.abc import Iterable, Iterator

from flows.vocabulary import fold

WORDS = 4
"""Consecutive words that are an echo."""
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_SIGNS = {_IDEOGRAPHS: 8, _UNSPACED: 16}
"""In scripts that write no spaces: as many signs as four words have, or somewhat fewer."""


def echoes(text: str, typed: Iterable[str]) -> bool:
    """Tell whether four consecutive words of the text stand in one of the typed texts as well."""
    runs = frozenset(_runs(text))
    return any(not runs.isdisjoint(_runs(each)) for each in typed)


def _runs(text: str) -> Iterator[str]:
    folded = fold(text)
    words = folded.split()
    for start in range(len(words) - WORDS + 1):
        yield " ".join(words[start : start + WORDS])
    joined = "".join(words)
    for script, signs in _SIGNS.items():
        for run in script.findall(joined):
            for start in range(len(run) - signs + 1):
                yield run[start : start + signs]
