"""An archive: many documents graded at once, on every processor, as when an organisation scores its old cases anew."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context

import msgspec

from bot.catalogue import complete_languages, definitions, reader
from bot.settings import Places
from flows.documents import DocumentRefused, assess_document
from flows.loading import Definitions
from flows.reader import Reader

MANY = 2000
"""Documents from which it pays to start processes."""
CHUNK = 500
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Grading:
    """What documents are graded with."""

    definitions: Definitions
    reader: Reader

    @classmethod
    def ready(cls, settings: Places) -> "Grading":
        """The questionnaire and the languages of an installation."""
        found = definitions(settings.definitions)
        return cls(found, reader(found, [language.code for language in complete_languages(settings)]))

    def grade(self, document: object) -> bytes:
        """The assessment of a document, or of each in an array, in its order, as JSON; raises DocumentRefused."""
        if isinstance(document, list) and len(document) >= MANY:
            return b"[" + b",".join(self._in_parallel(document)) + b"]"
        return _encode(assess_document(self.definitions, document, self.reader))

    def _in_parallel(self, documents: Sequence[object]) -> Iterator[bytes]:
        """The assessments of a long array, chunk by chunk; what is loaded here is there in the processes."""
        chunks = [documents[start : start + CHUNK] for start in range(0, len(documents), CHUNK)]
        with get_context("fork").Pool(os.cpu_count(), _inherit, (self,)) as pool:
            for chunk, graded in zip(chunks, pool.imap(_chunk, chunks), strict=True):
                # Where one was refused, refuse it here: an exception does not travel well between processes.
                yield self.whole(chunk) if graded is None else graded

    def whole(self, documents: Sequence[object]) -> bytes:
        """The assessments of a chunk, without brackets around them."""
        return _encode(assess_document(self.definitions, list(documents), self.reader))[1:-1]


_inherited: list[Grading] = []


def _inherit(grading: Grading) -> None:
    """In a process that was forked: nothing was copied, nothing is loaded again."""
    _inherited[:] = [grading]


def _chunk(documents: Sequence[object]) -> bytes | None:
    try:
        return _inherited[0].whole(documents)
    except DocumentRefused:
        return None
