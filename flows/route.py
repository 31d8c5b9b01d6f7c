"""Routes: a journey typed in one message, split into its places."""

import re

MOST_LEGS = 20
BETWEEN = (
    r"[-=\u2013\u2014]*>+"  # ->, =>, >
    r"|[\u2192\u2794\u2799\u279c\u279d\u279e\u27a1\u21d2\u27f6\u25b6\u2708]\ufe0f?"  # arrows and the aeroplane
    r"|(?<!\S)[-\u2013\u2014]+(?!\S)"  # a stroke with space around it
    r"|(?<!\d),|,(?!\d)|[\u060c\u3001\uff0c]"  # commas, but not inside a number
    r"|[\r\n]"
)
CLOSING = r"|\u00bb"
BACKWARDS = r"|[\u2190\u2b05]\ufe0f?"
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff]")


def legs(text: str) -> tuple[str, ...]:
    """Give the places in the person's own words; at most twenty, the last of which keeps the rest.

    Words such as "to" or "via" are never taken for a separator. An arrow to the left goes on only where the text is
    written from the right, and a closing quote separates nothing.
    """
    between = BETWEEN
    between += "" if "\u00ab" in text else CLOSING
    between += BACKWARDS if RIGHT_TO_LEFT.search(text) else ""
    gap = rf"(?:{between})(?:\s*(?:{between}))*"
    parts = (part.strip() for part in re.split(gap, text.strip(), maxsplit=MOST_LEGS - 1))
    return tuple(part for part in parts if part)
