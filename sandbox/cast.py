"""The cast: ready-made invented people, one for each language, that the page offers and the command can bring in."""

from importlib import resources

import msgspec

from sandbox.people_api import new_person_id
from sandbox.records import Person
from sandbox.world import World


class Role(msgspec.Struct, frozen=True):
    """One ready-made person; `language_code` is what the phone is set to."""

    language_code: str
    language: str
    first_name: str


class _Cast(msgspec.Struct, frozen=True):
    schema: str
    people: tuple[Role, ...]


def read() -> dict[str, Role]:
    """Return the ready-made people by language."""
    file = resources.files("sandbox") / "page" / "people.json"
    return {role.language_code: role for role in msgspec.json.decode(file.read_bytes(), type=_Cast).people}


def bring_in(world: World, languages: list[str]) -> None:
    """Bring the people of these languages into a world that has nobody yet."""
    if world.people:
        return
    roles = read()
    for code in languages:
        role = roles[code]
        world.save(Person(new_person_id(), role.first_name, language_code=role.language_code))
