"""Training: ten invented people write to the bot on the sandbox, so that staff have a queue to work through.

Nothing is put into the database: they tap and type through the Bot API, and the bot grades and seals what they said.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from ruamel.yaml import YAML

from deploy.actor import Actor
from flows.loading import load
from locales.catalog import load_catalogs
from sandbox.client import Sandbox

FOLDER = Path(__file__).resolve().parent / "invented"


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that somebody does; exactly one of these is there, and a caption beside a photo."""

    answer: dict[str, str | tuple[str, ...]] = {}
    write: str = ""
    photo: str = ""
    caption: str = ""
    cover: bool = False
    word: str = ""
    close: bool = False
    finish: bool = False


class Invented(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to practise on: who they are, what their answers come to, and what they do."""

    name: str
    language: str
    about: str
    grade: str
    does: tuple[Act, ...]


def read(path: Path = FOLDER / "people.yaml") -> tuple[Invented, ...]:
    """Return the ten, in the order in which they write."""
    found = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["people"]
    return msgspec.convert(found, tuple[Invented, ...])


async def play(sandbox: Sandbox, people: Sequence[Invented], say: Callable[[str], None]) -> list[Actor]:
    """Let them write, one after the other, and say how far it is; returns them as they sit at their phones."""
    definitions = load()
    catalogs = load_catalogs(definitions).by_code
    met = []
    for number, each in enumerate(people, start=1):
        say(f"{number} of {len(people)}: {each.name} writes ({each.grade})")
        person = await sandbox.person(each.name, language=each.language)
        actor = Actor(person, catalogs[each.language], definitions)
        await actor.start()
        for act in each.does:
            await _do(actor, act)
        met.append(actor)
    return met


async def _do(actor: Actor, act: Act) -> None:
    match act:
        case Act(photo=str(name)) if name:
            await actor.show((FOLDER / name).read_bytes(), act.caption)
        case Act(write=str(text)) if text:
            await actor.write(text)
        case Act(word=str(word)) if word:
            await actor.tell_tool(word)
        case Act(cover=True):
            await actor.cover()
        case Act(close=True):
            await actor.close()
        case Act(finish=True):
            await actor.finish()
        case _:
            await actor.play(act.answer)


async def fill(chat: str, say: Callable[[str], None]) -> None:
    """Fill the queue behind the sandbox at this address."""
    async with Sandbox(chat) as sandbox:
        await play(sandbox, read(), say)
