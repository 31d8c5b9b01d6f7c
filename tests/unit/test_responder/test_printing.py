"""Printing: JSON for other programs steers no terminal that it lands in."""

import json

from responder.printing import print_json

EVIL = "a\x1b]0;x\x07\x9b2J\x7f\u202eb\nقريب"


def test_what_a_person_wrote_steers_no_terminal() -> None:
    """Escapes of one byte and of one character, and marks that turn lines around; the words are the same."""
    printed = print_json({"name": EVIL})

    assert json.loads(printed) == {"name": EVIL}
    assert not set(printed) & set("\x1b\x07\x9b\x7f\u202e")
    assert "قريب" in printed
