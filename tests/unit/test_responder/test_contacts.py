"""People and contacts: what is recognised in words, whose it is, and what is not made up."""

from __future__ import annotations

import pytest

from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, TextInput
from responder.contacts import Party, parties, recognise
from responder.lexicon import vocabulary
from responder.lines import Lines
from tests.unit.test_responder.test_reader import opened
from tests.unit.test_responder.told import tap

WORDING, MEANINGS = vocabulary("en", ())
SOUND = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


def found(text: str, *regions: str) -> list[tuple[str, str, str]]:
    """What is recognised, in English."""
    return [(each.kind, each.value, each.doubt) for each in recognise(text, regions, WORDING)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("ring +95 9 123 456 789 now", "Telephone", "+959123456789"),
        ("اتصل +٩٥٩١٢٣٤٥٦٧٨٩", "Telephone", "+959123456789"),
        (f"send to {SOUND}.", "Wallet (bitcoin)", SOUND),
        ("he is @golden_jobs88, write", "Name in an app", "@golden_jobs88"),
        ("see https://jobs.example/x?y=1.", "Web address", "https://jobs.example/x?y=1"),
        ("t.me/golden_jobs", "Web address", "t.me/golden_jobs"),
        ("boss.li@example.com", "Email", "boss.li@example.com"),
        ("DE89 3704 0044 0532 0130 00", "Bank account", "DE89 3704 0044 0532 0130 00"),
    ],
)
def test_a_contact_is_recognised_as_it_was_typed(text: str, kind: str, value: str) -> None:
    """In any digits, without what stands around it."""
    assert (kind, value, "") in found(text)


def test_a_mistyped_wallet_says_so() -> None:
    """One sign is wrong: it must not be taken for the real one."""
    assert found(SOUND[:-1] + "b") == [("Wallet (bitcoin)", SOUND[:-1] + "b", "a sign is wrong or missing")]


def test_a_number_without_a_country_is_only_what_it_may_be() -> None:
    """It is tried for the countries of the case, and says for which; without one it is no number."""
    assert found("0812345678") == []
    assert found("0812345678", "TH") == [("Telephone", "+66812345678", "if it is of TH")]


def test_ordinary_words_hold_no_contact() -> None:
    """Not a year, not a sum, not an address of a house."""
    assert found("In 2025 they took 3,000 USD, room 12, at 10:30") == []


def people(*inputs: Input) -> tuple[Party, ...]:
    """The parties of a case that was told."""
    case = opened(inputs)
    return parties([Lines(session, WORDING, MEANINGS) for session in case.sessions], WORDING)


def test_what_is_named_in_free_words_stands_with_nobody() -> None:
    """Whose number it is was not said, so the page does not say it either; each stands once."""
    start: tuple[Input, ...] = (LanguageInput("en"), tap("agree_safe"))
    told = people(*start, TextInput("call +959123456789", message=5), TextInput("+959123456789!", message=6))

    (party,) = told
    assert party.role == "In their words"
    assert [each.value for each in party.contacts] == ["+959123456789"]


def test_a_declined_question_names_nobody() -> None:
    """A skip is not a name."""
    skips: tuple[ChoiceInput | Command, ...] = (tap("agree_safe"), *[Command(Control.SKIP)] * 30)

    assert people(LanguageInput("en"), *skips) == ()
