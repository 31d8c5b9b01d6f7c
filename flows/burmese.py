"""Burmese: telling text in the old font encoding Zawgyi, which uses Unicode's code points for other signs."""

import re

BURMESE = "\u1000-\u1021"
CARRIERS = (
    "\u1000-\u102a\u103f\u104e\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e"
)
"""Letters of all languages of the block, which may carry a vowel or be stacked."""
MEDIALS = "\u103b-\u103e\u105e-\u1060\u1082"
OTHERS = "\u200b-\u200d\ua9e0-\ua9fe\uaa60-\uaa7f\ufe00"

ZAWGYI = re.compile(
    rf"\u1039(?![{CARRIERS}{OTHERS}])"  # the stacking sign with nothing to stack: Zawgyi's sign for no vowel
    rf"|(?<![{CARRIERS}{MEDIALS}{OTHERS}\u1039])\u1031[{BURMESE}\u103b]"  # e before its consonant
    r"|\u1031\u103b"  # and before a sign that Zawgyi puts in front of the consonant
    r"|\u103a[\u102c-\u102e]"  # a vowel after the sign for no vowel: Zawgyi's y
    rf"|(?<![{CARRIERS}{MEDIALS}{OTHERS}\u1022-\u103a])\u103b[{BURMESE}]"  # r before its consonant
    r"|(?<![\u1000-\u109f])[\u107e-\u1084][\u1000\u1001\u1005\u1014\u1021]"  # likewise; Shan has none of these letters
)
UNICODE = re.compile(
    r"[\u1022\u1028\u103e\u103f\u1050-\u1059\u105b-\u105f\u1098-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f]"  # not in Zawgyi
    r"|\u103a[\u1038\u1087-\u108a]|\u1037\u103a"  # the sign for no vowel with a tone
)


def is_zawgyi(text: str) -> bool:
    """Tell whether text is surely in Zawgyi; what could be either, and Shan, Mon or Karen, is not."""
    return len(ZAWGYI.findall(text)) > len(UNICODE.findall(text))
