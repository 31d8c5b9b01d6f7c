"""A seat: one more responder of a practice desk, with a folder and programs of their own."""

import json
import time
from typing import Any

from deploy.practice import START_SECONDS, Practice


class Seat(Practice):
    """Somebody beside the practice responder, who lets them in."""

    def __init__(self, practice: Practice, name: str) -> None:
        """At the desk of `practice`; `name` stands on the card and names the folder."""
        super().__init__(practice.folder, practice.ports)
        self.first = practice
        self.name = name
        self.responder = practice.folder / name.lower()

    def propose(self, *options: str) -> None:
        """Make a card, let the operator propose it, and accept the invite; `options` are those of `init`."""
        self.tool("wayout-responder", "init", "--name", self.name, "--languages", "en", *options)
        card = str(self.responder / "card.json")
        invite = self.tool("wayout", "recipients", "add", card, "--server-url", self.address("desk"))
        self.tool("wayout-responder", "enrol", invite.strip())

    def let_in(self) -> None:
        """Let the first responder countersign, once the running server has read what is proposed."""
        until = time.monotonic() + START_SECONDS
        while not (found := self._proposed()):
            if time.monotonic() > until:
                raise SystemExit(f"error: {self.name} was not proposed")
            time.sleep(0.2)
        self._roster("--countersign", found[0][:8], "--method", "call-back")

    def _proposed(self) -> list[str]:
        proposals = self._roster("--pending")["proposals"]
        return [str(each["card"]) for each in proposals if each["name"] == self.name]

    def _roster(self, *words: str) -> Any:  # noqa: ANN401 - a document of the program's
        return json.loads(self.first.tool("wayout-responder", "roster", *words, "--json"))
