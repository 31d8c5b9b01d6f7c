"""Plural rules: the gettext header of each language, as gettext itself accepts it."""

ONE_FORM = "nplurals=1; plural=0;"
NOT_ONE = "nplurals=2; plural=(n != 1);"
ABOVE_ONE = "nplurals=2; plural=(n > 1);"
RUSSIAN = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
)
ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
)
FILIPINO = "nplurals=2; plural=(n != 1 && n != 2 && n != 3 && (n%10 == 4 || n%10 == 6 || n%10 == 9));"

HEADERS = {
    "am": ABOVE_ONE,
    "ar": ARABIC,
    "bn": ABOVE_ONE,
    "en": NOT_ONE,
    "es": NOT_ONE,
    "fa": ABOVE_ONE,
    "fil": FILIPINO,
    "fr": ABOVE_ONE,
    "gu": ABOVE_ONE,
    "ha": NOT_ONE,
    "hi": ABOVE_ONE,
    "id": ONE_FORM,
    "ig": ONE_FORM,
    "ka": NOT_ONE,
    "kk": NOT_ONE,
    "km": ONE_FORM,
    "ky": NOT_ONE,
    "lo": ONE_FORM,
    "ml": NOT_ONE,
    "mr": NOT_ONE,
    "ms": ONE_FORM,
    "my": ONE_FORM,
    "ne": NOT_ONE,
    "pa": ABOVE_ONE,
    "pt": ABOVE_ONE,
    "ru": RUSSIAN,
    "rw": NOT_ONE,
    "si": ABOVE_ONE,
    "sw": NOT_ONE,
    "ta": NOT_ONE,
    "te": NOT_ONE,
    "th": ONE_FORM,
    "ti": ABOVE_ONE,
    "tr": NOT_ONE,
    "ur": NOT_ONE,
    "uz": NOT_ONE,
    "vi": ONE_FORM,
    "yo": ONE_FORM,
    "zh_Hans": ONE_FORM,
    "zh_Hant": ONE_FORM,
}


def plural_header(code: str) -> str:
    """Give the Plural-Forms header of a language; raises KeyError where we have no rule."""
    return HEADERS[code]
