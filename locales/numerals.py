"""Numerals: how a language writes numbers."""

from babel import Locale

POINT, COMMA = ".", ","


def decimal_mark(code: str) -> str:
    """Give the mark before decimals in a language, such as `zh_Hans`, with the digits 0 to 9: a point or a comma.

    Raises babel's UnknownLocaleError.
    """
    symbols = Locale.parse(code).number_symbols.get("latn", {})
    return COMMA if symbols.get("decimal") == COMMA else POINT
