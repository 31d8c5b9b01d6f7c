"""What typed words and points mean by the kind of question: nothing is refused, and doubt is kept as doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answer import Amount, Answer, Counted, Leg, Place, Repeated, When, Wrote
from flows.definition import Choice, Kind, Question
from flows.gazetteer import CountryNames, Gazetteer
from flows.ids import ChoiceId, QuestionId
from flows.loading import load
from flows.reader import PLAIN, Reader
from flows.turn import LocationInput, TextInput

NOW = 1_700_000_000
"""The night of 14 to 15 November 2023 in UTC."""
TABLES = load().tables
COUNTRIES = CountryNames(
    {
        "thailand": frozenset({"TH"}),
        "myanmar": frozenset({"MM"}),
        "laos": frozenset({"LA"}),
        "congo": frozenset({"CD", "CG"}),
    }
)
READER = Reader(Gazetteer(TABLES.sites, lambda: COUNTRIES), TABLES.currencies, TABLES.times)
AGO = (Choice(ChoiceId("today"), "Today", hours=(-24, 0)),)
AHEAD = (Choice(ChoiceId("soon"), "Soon", hours=(0, 24)),)
MIXED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
PLAINLY = "0x52908400098527886E0F7030069857D2E4169EE7"
TRON = "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL"
BITCOIN = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
ZAWGYI = "\u1031\u1000\u103a\u1031\u1010\u103c\u103a\u104f\u101e\u1031\u1018\u102c\u1019\u103a"
UNICODE = "\u1019\u1004\u103a\u1039\u1002\u101c\u102c\u1015\u102b"


def read(kind: Kind, text: str, choices: tuple[Choice, ...] = (), reader: Reader = READER) -> Answer | None:
    """Read words as an answer to a question of this kind."""
    return reader.accept(
        Question(QuestionId("q"), "V1", kind, "?", choices=choices), TextInput(text), now=NOW
    )


def pin(kind: Kind, latitude: float, longitude: float) -> Answer | None:
    """Read a point."""
    question = Question(QuestionId("q"), "V1", kind, "?")
    return READER.accept(question, LocationInput(latitude, longitude), now=NOW)


@pytest.mark.parametrize("kind", [Kind.LANGUAGE, Kind.CHOICE, Kind.MULTI])
def test_what_is_tapped_takes_no_words(kind: Kind) -> None:
    """They are kept beside it: what they mean as a tap was looked at before."""
    assert read(kind, "help me") is None
    assert pin(kind, 16.7, 98.5) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.PLACE, Kind.ROUTE}])
def test_point_is_an_answer_to_places_alone(kind: Kind) -> None:
    """Elsewhere it is kept beside the question."""
    assert pin(kind, 16.7, 98.5) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_but_space_answers_nothing(kind: Kind) -> None:
    """It is kept, as everything is, and is no answer."""
    assert read(kind, " \n ") is None


@given(st.sampled_from(Kind), st.text(max_size=40))
def test_any_words_are_read_without_an_error(kind: Kind, text: str) -> None:
    """Whatever comes is an answer, or none; the words are never changed."""
    answer = read(kind, text, AGO if kind is Kind.WHEN else ())

    match answer:
        case Wrote(written) | When(text=str(written)):
            assert written == text
        case _:
            assert answer is None or not isinstance(answer, Wrote | When)


@pytest.mark.parametrize(
    ("typed", "answer"), [("12", Counted(12)), ("\u0661\u0662", Counted(12)), ("many", None)]
)
def test_number_is_whole_or_no_answer(typed: str, answer: Answer | None) -> None:
    """Words at a number may be a cry for help, so they are kept beside it."""
    assert read(Kind.NUMBER, typed) == answer


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("5000 usd", Amount("5000", "USD")),
        ("30,000 dollars", Amount("30000")),
        ("between 5 and 9 thousand", Wrote("between 5 and 9 thousand")),
        ("please help me", None),
    ],
)
def test_sum_is_read_or_kept_in_their_words(typed: str, answer: Answer | None) -> None:
    """One sum with its currency where it is certain; words without a digit answer something else."""
    assert read(Kind.AMOUNT, typed) == answer


def test_without_tables_words_stay_words() -> None:
    """A reader that knows no currencies and times keeps what was written."""
    assert read(Kind.AMOUNT, "5000 usd", reader=PLAIN) == Wrote("5000 usd")
    assert read(Kind.WHEN, "tomorrow", AHEAD, reader=PLAIN) == When(text="tomorrow")
    assert read(Kind.PLACE, "Myawaddy", reader=PLAIN) == Place(text="Myawaddy")
    assert read(Kind.COUNTRY, "Myanmar", reader=PLAIN) is None


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("+91 98765 43210", Wrote("+91 98765 43210", "+919876543210")),
        ("call 098765 please", Wrote("call 098765 please")),
        ("I have no phone", None),
    ],
)
def test_telephone_is_read_only_where_it_can_be_dialled(typed: str, answer: Answer | None) -> None:
    """A number without its country could be anybody's: it stays as it was typed."""
    assert read(Kind.PHONE, typed) == answer


@pytest.mark.parametrize(
    ("typed", "network", "sound"),
    [
        (TRON, "tron", True),
        (TRON[:-1] + "M", "tron", False),
        (MIXED, "ethereum", True),
        (PLAINLY, "ethereum", None),
        (BITCOIN, "bitcoin", True),
    ],
)
def test_wallet_is_told_apart_and_checked(typed: str, network: str, sound: bool | None) -> None:
    """An address inside words is found; a wrong checksum is said and the address kept."""
    answer = read(Kind.WALLET, f"pay here {typed} today")

    assert isinstance(answer, Wrote)
    assert (answer.reads_as, answer.network, answer.sound) == (typed, network, sound)


def test_wallet_that_is_none_stays_words() -> None:
    """A bank account is written as it is."""
    assert read(Kind.WALLET, "Bank 12-34-56 Mr Lee") == Wrote("Bank 12-34-56 Mr Lee")


@pytest.mark.parametrize(
    ("typed", "choices", "hours"),
    [
        ("3 days", AGO, (-96, -48)),
        ("3 days", AHEAD, (48, 96)),
        ("tomorrow", AHEAD, (0, 48)),
        ("2023-11-17", AHEAD, (35, 86)),
    ],
)
def test_moment_lies_between_hours_from_now(
    typed: str, choices: tuple[Choice, ...], hours: tuple[int, int]
) -> None:
    """Days that a question of the past asks for are days ago; wherever the writer is, it lies between these."""
    answer = read(Kind.WHEN, typed, choices)

    assert isinstance(answer, When)
    assert (answer.hours, answer.text) == (hours, typed)


def test_moment_that_cannot_be_read_is_kept_as_it_was_said() -> None:
    """Those who read it decide; the program takes the more urgent."""
    assert read(Kind.WHEN, "before the feast", AHEAD) == When(text="before the feast")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("Myanmar", Place(country="MM")),
        ("MM", Place(country="MM")),
        ("Vientiane, Laos", Place(text="Vientiane, Laos", country="LA", sites=("vientiane",))),
        ("Congo", None),
        ("Myawaddy", Place(text="Myawaddy", sites=("myawaddy",), on_route=True)),
        ("help me please", None),
    ],
)
def test_country_is_named_or_told_by_a_place(typed: str, answer: Answer | None) -> None:
    """One of two that it may be is never chosen, and words that name none are no answer."""
    assert read(Kind.COUNTRY, typed) == answer


def test_place_at_a_border_is_never_put_on_one_side() -> None:
    """The candidates are given with every state that they may lie in; a country that was named is certain."""
    border, named = read(Kind.PLACE, "Mae Sot"), read(Kind.PLACE, "Mae Sot, Thailand")
    inland, two = read(Kind.PLACE, "Yangon"), read(Kind.PLACE, "between Thailand and Myanmar")

    assert border == Place(text="Mae Sot", sites=("mae_sot",), on_route=True)
    assert isinstance(named, Place)
    assert (named.country, named.sites) == ("TH", ("mae_sot",))
    assert isinstance(inland, Place)
    assert (inland.country, inland.on_route) == ("MM", False)
    assert two == Place(text="between Thailand and Myanmar")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_point_is_never_put_in_a_country(latitude: float, longitude: float) -> None:
    """Not even far inside one: a phone may lie, and a border is near."""
    answer = pin(Kind.PLACE, latitude, longitude)

    assert isinstance(answer, Place)
    assert answer.country is None
    assert (answer.latitude, answer.longitude) == (latitude, longitude)


def test_point_at_the_river_gives_candidates_on_both_sides() -> None:
    """Nearest first, and on a known way."""
    answer = pin(Kind.PLACE, 16.70, 98.53)

    assert isinstance(answer, Place)
    assert {"mae_sot", "myawaddy"} <= set(answer.sites)
    assert answer.on_route


def test_route_is_read_place_by_place() -> None:
    """Typed in one message or point by point."""
    typed, point = read(Kind.ROUTE, "home -> Yangon, Myawaddy"), pin(Kind.ROUTE, 0.0, 0.0)

    assert typed == Repeated(
        (
            Leg(Place(text="home")),
            Leg(Place(text="Yangon", country="MM", sites=("yangon",))),
            Leg(Place(text="Myawaddy", sites=("myawaddy",), on_route=True)),
        )
    )
    assert point == Repeated((Leg(Place(latitude=0.0, longitude=0.0)),))


def test_words_in_the_older_burmese_encoding_are_marked() -> None:
    """They look garbled where the newer is expected, so whoever reads them is told."""
    assert read(Kind.TEXT, ZAWGYI) == Wrote(ZAWGYI, "zawgyi")
    assert read(Kind.TEXT, UNICODE) == Wrote(UNICODE)
