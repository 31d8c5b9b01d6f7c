"""What is remembered of one conversation between two updates, and the conversation as this process holds it."""

from dataclasses import dataclass, field

import msgspec

from bot.place import Place
from bot.reply import Reply
from flows.cover import CoverState
from flows.ids import FindingId
from storage.box import DataKey, Spot
from storage.case import Put

# Beyond every rank that a rubric gives.
MOST_RANK = 2**62


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's state, sealed at rest under its data key.

    `session` is the encoded passage through a flow, None once it is over; `silence_at` and `expires_at` (unix
    milliseconds, 0: never) are when the clock has something to say about it. `screen` names what is on the phone and
    `nonce` its buttons. `language` was chosen, `hint` is Telegram's guess. `case` is set once something was forwarded:
    `revision` is the last sealed, `since` when the first was (unix milliseconds), `urgency` (4 critical .. 0 none) the
    highest and `rank` the lowest so far, `sealed` the hash of what was last sealed of each session and tier. `told` is
    the revision in which each sign of this session was told first, `heights` the urgency given by what was told in a
    revision or later (news.py). `left_at` is when they closed the chat (unix milliseconds, 0: never): from then on no
    language is taken as known. `door` makes the token of *Close*, the same on every screen; `last` is the session that
    is over, encoded, until the case has been told what became of the screen. `files` is the secret that the names of
    its attachments are made with.

    `idle_at` (unix milliseconds, 0: never) is when an untouched screen turns into the cover. `cover` is where the cover
    is that is played, None while the questionnaire is on the screen. `words` are keyed hashes under `salt`, by what the
    word is for. `keep_chat`: they want to keep what is on the screen. `erase_at` (unix milliseconds, 0: never) is when
    the case and its keys are destroyed, as they asked (erasing.py). `watchword` are the places of the two words of this
    case, `worded` the session in which they were drawn (watchword.py). `check_in` are the hours after which we act if
    they do not tap, at `check_in_at` (unix milliseconds), and `promised` is what goes then, sealed (promise.py).

    `number_until` (unix milliseconds, 0: none) is how long a return code is on the screen; `moving_until` is how long
    what the chat brings waits, because it is about to lead elsewhere. `guard` is the tool of a covered front, before
    which nothing opens but a phrase; empty on any other.

    `reach` is what they last said about writing back, `wrote_at` when they last wrote or tapped (unix milliseconds).
    `replies` wait for them, oldest first, and `note_at` is when the clock looks at those (unix milliseconds, 0: never).
    `hushed`: nothing of a reply shows until their word is typed. `unproved`: their own word was chosen behind the veil,
    perhaps by another: it brings back what came since, and nothing of before. `beneath` is the nonce of the screen on
    which a cover came down, at `covered_at` (unix milliseconds): see beneath.py. `readers` are the classes beside the
    organisation that the case was sealed to, each with the country that it has to be of ('': any): see audience.py.
    """

    schema: int = 1
    session: bytes | None = None
    silence_at: int = 0
    expires_at: int = 0
    screen: str = ""
    nonce: str = ""
    language: str | None = None
    hint: str | None = None
    case: str | None = None
    revision: int = -1
    since: int = 0
    urgency: int = 0
    rank: int = MOST_RANK
    sealed: dict[str, bytes] = {}
    told: dict[FindingId, int] = {}
    heights: dict[int, int] = {}
    left_at: int = 0
    door: str = ""
    last: bytes | None = None
    idle_at: int = 0
    cover: CoverState | None = None
    words: dict[str, bytes] = {}
    salt: str = ""
    keep_chat: bool = False
    erase_at: int = 0
    files: str = ""
    watchword: tuple[int, ...] = ()
    worded: str = ""
    check_in: int = 0
    check_in_at: int = 0
    promised: dict[str, Put] = {}
    number_until: int = 0
    moving_until: int = 0
    guard: str = ""
    reach: dict[str, str] = {}
    wrote_at: int = 0
    replies: tuple[Reply, ...] = ()
    note_at: int = 0
    hushed: bool = False
    unproved: bool = False
    beneath: str = ""
    covered_at: int = 0
    readers: dict[str, str] = {}

    @property
    def rings_at(self) -> int:
        """The earliest of the moments on which the clock has something to say, beside the expiry."""
        asked = (self.erase_at, self.check_in_at, self.number_until, self.note_at)
        moments = (self.silence_at, self.idle_at, *asked)
        return min((at for at in moments if at), default=0)


_record = msgspec.msgpack.Decoder(Record)
_encode = msgspec.msgpack.Encoder().encode


def seal_record(record: Record, key: DataKey, conversation: str) -> bytes:
    """The state as it lies in the database."""
    return key.seal(_encode(record), Spot("conversations", conversation, "state"))


def open_record(sealed: bytes, key: DataKey, conversation: str) -> Record:
    """The state again."""
    return _record.decode(key.open(sealed, Spot("conversations", conversation, "state")))


@dataclass(slots=True)
class Held:
    """A conversation that this process works on. Changed only after the change is committed."""

    id: str
    chat: bytes
    key: DataKey = field(repr=False)
    record: Record = field(repr=False)
    version: int
    place: Place = field(repr=False)
    touched_at: float = 0.0
    is_stale: bool = False
    """A commit of ours failed or its outcome is unknown: look at the database before going on."""
    shown: int = -1
    """The serial of the newest screen that the sender was given."""
    owes_fresh: bool = False
    """A screen that was to stand below everything has not been sent yet."""
    unsent_since: int | None = None
    """The newest message of the chat when the oldest screen that is still unsent was written."""
    emptied: int = -1
    """The serial of the newest step that took everything off the screen: an older screen comes too late."""
