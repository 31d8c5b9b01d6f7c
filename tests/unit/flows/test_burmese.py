"""Zawgyi is told from Unicode where that is certain. All sentences are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.burmese import is_zawgyi

# the same sentence in Unicode and in Zawgyi
PAIRS = [
    ("ကျွန်တော်တို့ကို ကူညီပါ", "ကြၽန္ေတာ္တို႔ကို ကူညီပါ"),
    ("တံခါးတွေ သော့ခတ်ထားတယ်", "တံခါးေတြ ေသာ့ခတ္ထားတယ္"),
    ("ဖုန်းကို သိမ်းထားတယ်", "ဖုန္းကို သိမ္းထားတယ္"),
    ("ညီမလေး ပျောက်နေတာ ခြောက်ရက်ရှိပြီ", "ညီမေလး ေပ်ာက္ေနတာ ေျခာက္ရက္ရွိၿပီ"),
    ("မြဝတီမှာ ရှိတယ်", "ျမဝတီမွာ ရွိတယ္"),
    ("ကြီးကြပ်သူ", "ႀကီးၾကပ္သူ"),
    ("နေကောင်းလား", "ေနေကာင္းလား"),
    ("ငွေ ငါးသိန်း တောင်းတယ်", "ေငြ ငါးသိန္း ေတာင္းတယ္"),
    ("ယောက်ျားလေး သုံးယောက်", "ေယာက္ျားေလး သုံးေယာက္"),
    ("ကျွန်ုပ် မသိပါ", "ကြၽန္ုပ္ မသိပါ"),
]
OTHERS = [
    "လက်ျာဘက်",
    "စက္ကူ ဒုက္ခ ဗုဒ္ဓ အင်္ဂလိပ်",
    "ဆရာ",  # the same in both
    "ၵဝ်ႈယူႇၼႂ်းႁိူၼ်း",  # Shan
    "ဢဝ်တူဝ်ၸွႆႈ ေသ",  # Shan, e typed first as in old fonts
    "ပှၤကညီ ကျိာ်",  # Sgaw Karen
    "မ်ုယောဝ်ႋထါင် ဖှ်ေ",  # Pwo Karen
    "ဘာသာ မန် ဂွံ ဟွံ",  # Mon
    "help me",
    "",
]


@pytest.mark.parametrize(("unicode", "zawgyi"), PAIRS)
def test_zawgyi_is_told_from_unicode(unicode: str, zawgyi: str) -> None:
    """The same words in both encodings."""
    assert is_zawgyi(zawgyi)
    assert not is_zawgyi(unicode)


@pytest.mark.parametrize("text", OTHERS)
def test_other_languages_are_not_zawgyi(text: str) -> None:
    """They share its code points; so do words that are spelled alike in both."""
    assert not is_zawgyi(text)


def test_mixed_text_goes_to_what_there_is_more_of() -> None:
    """A Zawgyi word quoted in Unicode does not turn the whole."""
    assert not is_zawgyi("သူက ေန လို့ ရေးတယ်။ ဖုန်း သိမ်းထားပြီး တောင်းတယ်")


@given(st.one_of(st.text(), st.text(st.characters(min_codepoint=0x1000, max_codepoint=0x109F))))
def test_any_text_is_told(text: str) -> None:
    """Nothing that is typed is an error, and what has no Burmese letter is not Zawgyi."""
    told = is_zawgyi(text)

    assert not told or any("\u1000" <= mark <= "\u109f" for mark in text)
