"""An archive: many documents graded at once, on every processor, as when an organisation scores its old cases anew."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from multiprocessing import get_context

import msgspec

from bot.catalogue import complete_languages, definitions, reader
from flows.documents import DocumentRefused, assess_document
from flows.reader import Reader

MANY = 2000
"""Documents from which it pays to start processes."""
CHUNK = 500
_encode = msgspec.json.Encoder().encode


@cache
def _reader() -> Reader:
    found = definitions()
    return reader(found, [language.code for language in complete_languages(())])


def grade(document: object) -> bytes:
    """The assessment of a document, or of each in an array and in its order, as JSON; raises DocumentRefused."""
    if isinstance(document, list) and len(document) >= MANY:
        return b"[" + b",".join(_in_parallel(document)) + b"]"
    return _encode(assess_document(definitions(), document, _reader()))


def _in_parallel(documents: Sequence[object]) -> Iterator[bytes]:
    """The assessments of a long array, chunk by chunk; what is loaded here is there in the processes."""
    definitions(), _reader()
    chunks = [documents[start : start + CHUNK] for start in range(0, len(documents), CHUNK)]
    with get_context("fork").Pool(os.cpu_count()) as pool:
        for chunk, graded in zip(chunks, pool.imap(_chunk, chunks), strict=True):
            # Where one was refused, refuse it here: an exception does not travel well between processes.
            yield _whole(chunk) if graded is None else graded


def _chunk(documents: Sequence[object]) -> bytes | None:
    try:
        return _whole(documents)
    except DocumentRefused:
        return None


def _whole(documents: Sequence[object]) -> bytes:
    """The assessments of a chunk, without brackets around them."""
    return _encode(assess_document(definitions(), list(documents), _reader()))[1:-1]
