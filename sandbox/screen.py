"""What is on a person's screen: the bubbles in order, their buttons, the reply keyboard, the last toast."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as the person sees it."""

    id: int
    outgoing: bool
    json: dict[str, Any]

    @property
    def text(self) -> str:
        """Return text or caption."""
        return str(self.json.get("text") or self.json.get("caption") or "")

    @property
    def edited(self) -> bool:
        """Whether the bubble says that it was edited."""
        return "edit_date" in self.json

    @property
    def silent(self) -> bool:
        """Whether it came without a sound."""
        return bool(self.json["silent"])

    @property
    def buttons(self) -> list[list[dict[str, Any]]]:
        """Return the inline keyboard, row by row."""
        rows: list[list[dict[str, Any]]] = self.json.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def labels(self) -> list[str]:
        """Return the labels of all buttons, row after row."""
        return [button["text"] for row in self.buttons for button in row]


@dataclass(frozen=True, slots=True)
class Screen:
    """A person's chat at one moment; `seq` is the number of the last event it knows of."""

    bot: int = 0
    seq: int = 0
    bubbles: tuple[Bubble, ...] = ()
    keyboard: dict[str, Any] | None = None
    blocked: bool = False
    toasts: tuple[str, ...] = ()
    actions: int = 0
    answered: bool = False
    """Whether the bot has sent or edited anything since the person's last act."""

    @classmethod
    def of(cls, chat: dict[str, Any]) -> Self:
        """Read the state of a chat."""
        return cls(
            bot=chat["bot"]["id"],
            seq=chat["seq"],
            bubbles=tuple(_bubble(message) for message in chat["messages"]),
            keyboard=chat["keyboard"],
            blocked=chat["blocked"],
        )

    def acted(self) -> Self:
        """Return the screen just before the person acts: nothing has been answered yet."""
        return replace(self, answered=False)

    def after(self, event: dict[str, Any]) -> Self:
        """Return the screen after an event of the live stream; what is known already changes nothing."""
        if event["seq"] <= self.seq:
            return self
        return replace(self, seq=event["seq"], **self._changes(event))

    def _changes(self, event: dict[str, Any]) -> dict[str, Any]:
        match event["kind"]:
            case "message" | "edited":
                bubble = _bubble(event["message"])
                kept = [bubble if old.id == bubble.id else old for old in self.bubbles]
                bubbles = kept if bubble in kept else [*kept, bubble]
                return {"bubbles": tuple(bubbles), "answered": self.answered or not bubble.outgoing}
            case "deleted":
                return {"bubbles": tuple(old for old in self.bubbles if old.id != event["message_id"])}
            case "chat":
                return {"keyboard": event["keyboard"], "blocked": event["blocked"]}
            case "answered":
                return {"toasts": (*self.toasts, event["text"]) if event["text"] else self.toasts}
            case "action":
                return {"actions": self.actions + 1}
            case _:
                return {}

    @property
    def theirs(self) -> list[Bubble]:
        """Return the bot's bubbles, oldest first."""
        return [bubble for bubble in self.bubbles if not bubble.outgoing]

    @property
    def own(self) -> list[Bubble]:
        """Return the person's bubbles, oldest first."""
        return [bubble for bubble in self.bubbles if bubble.outgoing]

    @property
    def last(self) -> Bubble | None:
        """Return the bot's newest bubble."""
        return self.theirs[-1] if self.theirs else None

    @property
    def text(self) -> str:
        """Return the text of the bot's newest bubble, or nothing."""
        return self.last.text if self.last else ""

    @property
    def labels(self) -> list[str]:
        """Return the labels of the inline buttons under the bot's newest bubble."""
        return self.last.labels if self.last else []

    @property
    def keys(self) -> list[str]:
        """Return the labels of the reply keyboard."""
        return [key["text"] for row in (self.keyboard or {}).get("keyboard", []) for key in row]

    def find_button(self, label: str, message_id: int | None = None) -> tuple[int, int, int] | None:
        """Return message id, row and column of the newest inline button with this label."""
        places = (place for place in self._places() if place[3] == label and message_id in (None, place[0]))
        found = next(places, None)
        return found[:3] if found else None

    def _places(self) -> Iterator[tuple[int, int, int, str]]:
        for bubble in reversed(self.bubbles):
            for row, line in enumerate(bubble.buttons):
                for column, button in enumerate(line):
                    yield bubble.id, row, column, button["text"]

    def outline(self) -> str:
        """Describe the screen in numbers alone."""
        buttons = len(self.labels)
        return f"{len(self.theirs)} bubbles of the bot, {len(self.own)} of the person, {buttons} buttons on the last"


def _bubble(message: dict[str, Any]) -> Bubble:
    return Bubble(message["message_id"], message["outgoing"], message)
