"""The scripted client: a running sandbox seen from a test, with its people, its trouble, its clock and its log."""

from collections.abc import Iterable
from types import TracebackType

from sandbox.line import Line, Refused
from sandbox.records import Json
from sandbox.screen import Bubble, Screen
from sandbox.scripted import NotSeen, Person

__all__ = ["Bubble", "NotSeen", "Person", "Refused", "Sandbox", "Screen"]


class Sandbox(Line):
    """What a test does with a sandbox."""

    def __init__(self, url: str) -> None:
        """Name the sandbox's root, for example http://127.0.0.1:8081."""
        super().__init__(url)
        self._people: list[Person] = []

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every person's stream and the connections."""
        for person in self._people:
            await person.close()
        await super().__aexit__(kind, error, trace)

    async def person(
        self,
        name: str = "Amina",
        *,
        language: str | None = "en",
        username: str | None = None,
        bot: int | None = None,
    ) -> Person:
        """Invent a person; `bot` names the bot if there are several."""
        fields = {"first_name": name, "language_code": language, "username": username}
        made = await self.call("POST", "/sandbox/people", json=fields)
        return self._met(Person(self, made["person"], bot))

    async def again(self, person_id: int, *, bot: int | None = None) -> Person:
        """Return a person who is there already, as after a restart."""
        known = await self.call("GET", "/sandbox/people")
        found = next(person for person in known["people"] if person["id"] == person_id)
        return self._met(Person(self, found, bot))

    def _met(self, person: Person) -> Person:
        self._people.append(person)
        return person

    async def fault(self, kind: str, **fields: str | float | None) -> None:
        """Order trouble: kind, and if wanted method, bot, chat, times, every, skip, retry_after, seconds."""
        await self.call("POST", "/sandbox/faults", json={"kind": kind, **fields})

    async def disturb(self, *, duplicate: int = 0, reorder: int = 0) -> None:
        """Let the next updates arrive twice, or after their successor."""
        await self.call("POST", "/sandbox/deliveries", json={"duplicate": duplicate, "reorder": reorder})

    async def flood_limits(self, *, on: bool = True, **rates: float) -> None:
        """Keep flood limits, or lift them."""
        await self.call("POST", "/sandbox/flood", json={"on": on, **rates})

    async def calm(self) -> None:
        """End all trouble."""
        await self.call("DELETE", "/sandbox/faults")

    async def advance(self, *, seconds: float = 0, hours: float = 0) -> None:
        """Let time pass at once on the sandbox's clock."""
        await self.call("POST", "/sandbox/clock", json={"advance_seconds": seconds + hours * 3600})

    async def calls(self, method: str = "", *, since: int = 0, chat: int | None = None) -> list[Json]:
        """Return the log of Bot API calls."""
        params = {"method": method, "since": str(since)} | ({"chat": str(chat)} if chat else {})
        found = await self.call("GET", "/sandbox/calls", params=params)
        return list(found["calls"])

    async def bots(self) -> Iterable[Json]:
        """Return the bots that have called so far."""
        return list((await self.call("GET", "/sandbox/people"))["bots"])
