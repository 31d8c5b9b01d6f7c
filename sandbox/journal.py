"""The sandbox's memory: an append-only file of records, rewritten to its essence at each start."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sandbox.records import Record

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Record).decode


class Journal:
    """JSON lines in one file; a line cut off by a crash ends the file and is dropped."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is read or written yet."""
        self._path = path
        self._file = path.open("ab")

    def read(self) -> Iterator[Record]:
        """Yield every whole record in the order in which it was written."""
        with self._path.open("rb") as lines:
            for line in lines:
                try:
                    yield _decode(line)
                except msgspec.DecodeError:
                    return

    def write(self, record: Record) -> None:
        """Append one record and hand it to the operating system."""
        self._file.write(_encode(record) + b"\n")
        self._file.flush()

    def rewrite(self, records: Iterable[Record]) -> None:
        """Replace the file by these records, whole or not at all."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(_encode(record) + b"\n" for record in records)
        self._file.close()
        fresh.replace(self._path)
        self._file = self._path.open("ab")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
