"""Addresses are found among words, and a wrong letter is seen. All are published test vectors, or made from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.wallet import Network, Wallet, read_wallet

BITCOIN = [
    # BIP 38
    "1Jq6MksXQVWzrznvZzxkV6oY57oWXD9TXB",
    "1AvKt49sui9zfzGeo8EyL8ypvAhtR2KwbL",
    # BIP 84 and 86
    "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
    "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    # BIP 173 and 350
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
    "BC1SW50QGDZ25J",
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    # a widely printed example of a script's address
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
]
# BIP 350, invalid addresses of the main network
UNSOUND = [
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "bc1pw5dgrnzv",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "bc1gmk9yu",
]
# EIP 55
ETHEREUM = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
UNCHECKED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0xde709f2102306220921060314715629080e2fb77",
]
# the published contract of the token that is asked for most
TRON = ["TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"]
SOUND = [
    *((Network.BITCOIN, each) for each in BITCOIN),
    *((Network.ETHEREUM, each) for each in ETHEREUM),
    *((Network.TRON, each) for each in TRON),
]


@pytest.mark.parametrize(("network", "address"), SOUND)
def test_sound_address_is_found(network: Network, address: str) -> None:
    """Alone, in a sentence, and between words without spaces."""
    for text in (address, f"pay to {address}, today", f"转到{address}谢谢"):
        assert read_wallet(text) == Wallet(network, address, sound=True)


@pytest.mark.parametrize("address", UNSOUND)
def test_invalid_vector_is_unsound(address: str) -> None:
    """Wrong kind of checksum, version, length, letter or padding."""
    assert read_wallet(address) == Wallet(Network.BITCOIN, address, sound=False)


@pytest.mark.parametrize("address", UNCHECKED)
def test_address_in_one_case_has_no_checksum(address: str) -> None:
    """Nothing can be said of it."""
    assert read_wallet(address) == Wallet(Network.ETHEREUM, address, sound=None)


@pytest.mark.parametrize(("network", "address"), SOUND)
def test_one_letter_changed_or_missing_is_seen(network: Network, address: str) -> None:
    """The address is kept all the same: a letter can be asked for again."""
    last = "9" if address[-1] in "8Bb" else "8" if network is Network.BITCOIN else "b"
    for wrong in (address[:-1] + last, address[:-1]):
        assert read_wallet(wrong) == Wallet(network, wrong, sound=False)


def test_sound_address_goes_before_unsound() -> None:
    """Somebody who typed it again meant the second."""
    wrong = TRON[0][:-1] + "x"

    assert read_wallet(f"{wrong} sorry {TRON[0]}") == Wallet(Network.TRON, TRON[0], sound=True)


def test_checksum_of_another_prefix_is_unsound() -> None:
    """bech32 takes the last 1 as the end of the prefix: a right checksum alone is not an address of Bitcoin."""
    assert read_wallet("bc1qqqqqqq18tkakh") == Wallet(Network.BITCOIN, "bc1qqqqqqq18tkakh", sound=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no wallet",
        "0x12",
        "12345678901234567890123456789012345",
        "0x" + "ab" * 32,
        "TELEPHONE" * 4,
        "+66812345678",
    ],
)
def test_other_words_are_no_address(text: str) -> None:
    """Neither numbers, nor the id of a transaction."""
    assert read_wallet(text) is None


PIECES = st.sampled_from(
    ["bc1", "BC1", "1", "3", "T", "0x", "q" * 10, "aB1" * 9, "Ff0" * 13, "0", " ", "O", "é", "၅"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=20).map("".join)))
def test_any_text_gives_an_address_or_none(text: str) -> None:
    """Nothing that is typed is an error, and an address is given as it was typed."""
    wallet = read_wallet(text)

    assert wallet is None or wallet.address in text
