"""What lives as long as the program, and is handed to one worker after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.chain import Chain
from bot.channels import Channels
from bot.keyring import Keyring
from bot.library import Library
from bot.logs import Log
from bot.presence import Account
from bot.recipients import RecipientsFile
from bot.settings import Settings
from bot.transport import RawRequest
from bot.watch import Watch
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """What lives as long as the program."""

    settings: Settings
    keyring: Keyring = field(repr=False)
    recipients: RecipientsFile = field(repr=False)
    database: Database
    library: Library = field(repr=False)
    accounts: Sequence[Account] = field(repr=False)
    """Of every front, the main one first."""
    polling: RawRequest = field(repr=False)
    log: Log
    clock: Callable[[], datetime]
    practice: bool
    watch: Watch
    channels: Channels = field(repr=False)
    chain: Chain
