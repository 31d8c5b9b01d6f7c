"""A memory: what was worked out before, up to a bound, so that a flood of different cases cannot fill the machine."""

from typing import TypeVar

Value = TypeVar("Value")


class Memory(dict[int, Value]):
    """Values by number; when it is full it starts afresh."""

    def __init__(self, room: int) -> None:
        """Take how many values are remembered."""
        super().__init__()
        self.room = room

    def keep(self, key: int, value: Value) -> Value:
        """Remember the value, and give it back."""
        if len(self) >= self.room:
            self.clear()
        self[key] = value
        return value
