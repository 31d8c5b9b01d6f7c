"""Digits of every script are the same digits."""

from hypothesis import given
from hypothesis import strategies as st

from flows.digits import plain_digits

SCRIPTS = (
    "၀၁၂၃၄၅၆၇၈၉",
    "০১২৩৪৫৬৭৮৯",
    "०१२३४५६७८९",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "๐๑๒๓๔๕๖๗๘๙",
    "໐໑໒໓໔໕໖໗໘໙",
    "០១២៣៤៥៦៧៨៩",
    "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
)


def test_digits_of_any_script_are_read() -> None:
    """Burmese, Bengali, Devanagari, Arabic, Persian, Thai, Lao, Khmer and full-width."""
    assert [plain_digits(digits) for digits in SCRIPTS] == ["0123456789"] * len(SCRIPTS)


def test_what_is_no_decimal_digit_stays() -> None:
    """Raised, circled and written-out numbers are left as they are, and so are all words."""
    assert plain_digits("² ① 五 ½ ၅ days") == "² ① 五 ½ 5 days"


@given(st.text())
def test_any_text_keeps_its_length(text: str) -> None:
    """Every mark has its place, and reading again changes nothing."""
    plain = plain_digits(text)

    assert len(plain) == len(text)
    assert plain_digits(plain) == plain
