"""A reply on its way to a contact, as their record has it until it was read."""

import msgspec


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a responder wrote. `until` is when it is given up (unix seconds).

    `opened_at` is since when its words are on the screen (unix milliseconds, 0: they are not), `nudged` whether the
    contact was told, unasked, that something is there. With a `question`, opening it asks that.
    """

    id: str
    text: str
    until: int
    opened_at: int = 0
    nudged: bool = False
    question: str = ""

    def __repr__(self) -> str:
        return f"Reply({self.id!r})"
