"""Wishes: what a step asks for beyond its own conversation, done once the step is committed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """This chat is to lead to another conversation; `chat` is the one that leads there so far."""

    conversation: str
    chat: bytes


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A return code for this conversation."""


Wish = Move | NewNumber
