"""The header of a catalogue: its language, plural rule, and who drafted and reviewed it."""

import re
from collections.abc import Mapping

from locales.plurals import plural_header

DRAFTED = "X-Drafted-By"
REVIEWED = "X-Reviewed-By"
NOBODY = "nobody yet"
_FIELD = re.compile(r'^"([A-Za-z-]+): ?(.*)\\n"$')


def write_header(code: str, known: Mapping[str, str]) -> str:
    """Give the header for a language; raises KeyError where we have no plural rule."""
    fields = {
        "Project-Id-Version": "wayout",
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_header(code),
        DRAFTED: known.get(DRAFTED, ""),
        REVIEWED: known.get(REVIEWED, NOBODY),
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}'


def read_header(data: bytes) -> dict[str, str]:
    """Read the fields of the header, which ends at the first empty line."""
    head = data.decode("utf-8").lstrip("\n").partition("\n\n")[0]
    found = (_FIELD.match(line.strip()) for line in head.splitlines())
    return {match[1]: match[2] for match in found if match}
