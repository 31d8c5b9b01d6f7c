"""Word checks: what a table of typed words must hold beyond its shape."""

from collections.abc import Iterator, Sequence

from flows.checks import Place, Trouble
from flows.lexicon import key
from flows.problems import Code
from flows.word_forms import CallsForm, CurrenciesForm, TimesForm

Listed = tuple[Place, Sequence[str]]


def check_currencies(form: CurrenciesForm) -> Iterator[Trouble]:
    """Find words that would be read as two currencies, or as two powers of ten."""
    codes: list[Listed] = [(("currencies", code), words) for code, words in form.currencies.items()]
    powers: list[Listed] = [(("powers", str(power)), words) for power, words in form.powers.items()]
    yield from _words("currencies.yaml", [*codes, (("unclear",), form.unclear)])
    yield from _words("currencies.yaml", [*powers, (("unclear_powers",), form.unclear_powers)])


def check_times(form: TimesForm) -> Iterator[Trouble]:
    """Find words that would be read as two units, as two days, or as before and after."""
    units: list[Listed] = [(("units", row, "words"), unit.words) for row, unit in enumerate(form.units)]
    days: list[Listed] = [(("days", str(day)), words) for day, words in form.days.items()]
    yield from _words("times.yaml", units)
    yield from _words("times.yaml", days)
    yield from _words("times.yaml", [(("past",), form.past), (("future",), form.future)])
    yield from _words("times.yaml", [(("joins",), form.joins)])


def check_calls(form: CallsForm) -> Iterator[Trouble]:
    """Find words that stand there twice."""
    lists = {"within": form.within, "alone": form.alone}
    yield from _words("calls.yaml", [((name,), tuple(map(key, words))) for name, words in lists.items()])


def _words(file: str, lists: Sequence[Listed]) -> Iterator[Trouble]:
    seen: set[str] = set()
    for at, words in lists:
        for column, word in enumerate(words):
            if word in seen:
                yield Trouble(Code.SAME_WORD, file, (*at, column), f"{word} stands here again")
            seen.add(word)
