"""Ways: whether everybody is on a path of the questionnaire, and somebody on each."""

from collections.abc import Iterator, Sequence

from flows.answer import Chosen
from flows.checks import Trouble
from flows.condition import Check, check
from flows.layout import Layout
from flows.problems import Code
from flows.reachable import Reached
from flows.worlds import World, worlds

FILE = "questionnaire.yaml"
BEFORE_ANYTHING = World()


def check_ways(layout: Layout, found: Reached) -> Iterator[Trouble]:
    """Find paths that nobody is ever on, answers that lead on none, and what would come before all else."""
    yield from _first_of_all(layout)
    paths = [name for name in layout.form.paths if name in layout.parts]
    conditions = [layout.parts[name].when for name in paths]
    tried = worlds(conditions, found)
    holds = [check(condition) for condition in conditions]
    yield from _paths(paths, [(world, _first(holds, world)) for world in tried]) if tried is not None else ()


def _first(holds: Sequence[Check], world: World) -> int | None:
    """Give the path that a person is on; None for none."""
    return next((row for row, on in enumerate(holds) if on(world)), None)


def _first_of_all(layout: Layout) -> Iterator[Trouble]:
    for laid in layout.questions:
        if laid.form.at_once and check(laid.due)(BEFORE_ANYTHING):
            yield Trouble(
                Code.ALWAYS_AT_ONCE,
                laid.file,
                (*laid.at, "at_once"),
                f"{laid.form.id} comes before anything is asked",
            )


def _paths(paths: Sequence[str], ways: Sequence[tuple[World, int | None]]) -> Iterator[Trouble]:
    taken = {row for _, row in ways}
    for row, name in enumerate(paths):
        if row not in taken:
            yield Trouble(
                Code.PATH_NEVER,
                FILE,
                ("paths", row),
                f"nobody is ever on the path {name}: its `when` cannot hold, or a path before it always does",
            )
    lost = next((world for world, row in ways if row is None), None)
    if lost is not None:
        yield Trouble(Code.NO_PATH, FILE, ("paths",), f"some answers lead on no path: {_tell(lost)}")


def _tell(world: World) -> str:
    """Give an example of such answers."""
    told = (
        f"{name} is {' and '.join(answer.choices) or 'another answer'}"
        for name, answer in world.answers.items()
        if isinstance(answer, Chosen)
    )
    return ", ".join([*told, *sorted(world.fired)]) or "such as no answer at all"
