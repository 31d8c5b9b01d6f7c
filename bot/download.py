"""Files from Telegram: where one lies is asked, then its bytes are read, as many as may be."""

from types import TracebackType
from typing import Protocol, Self
from urllib.parse import quote

import aiohttp
import msgspec
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.media import MOST_BYTES
from bot.wiper import Calls, encode

_TIMEOUT = aiohttp.ClientTimeout(total=300, connect=20, sock_read=30)
_CHUNK = 64 * 1024
_SERVER_FAULT = 500
_FLOOD, _GOOD = 429, 200
_FLOOD_SECONDS = 30


class TooLargeError(Exception):
    """Telegram does not hand it out, or it has more bytes than Telegram said."""


class UnavailableError(Exception):
    """Telegram does not have it, for now or for good."""


class Source(Protocol):
    """Where files come from."""

    async def fetch(self, file: str) -> bytes:
        """Its bytes; TooLargeError, UnavailableError, or one of PTB's errors for what may pass."""
        ...


class _Path(msgspec.Struct):
    file_path: str = ""


_path = msgspec.json.Decoder(_Path)


class Download:
    """The files of one bot; to be entered, since it keeps connections."""

    def __init__(self, call: Calls, root: str) -> None:
        """`root`: the address that a file's path is put behind; it holds the token and is never told."""
        self._call = call
        self._root = root
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open a session."""
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    async def fetch(self, file: str) -> bytes:
        """Its bytes, held in memory alone."""
        path = await self._find(file)
        try:
            return await self._read(f"{self._root}/{quote(path)}")
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            # The message would hold the address, and so the token.
            raise NetworkError(type(error).__name__) from None

    async def _find(self, file: str) -> str:
        try:
            raw = await self._call("getFile", encode({"file_id": file}))
        except BadRequest as refused:
            raise (TooLargeError if "too big" in refused.message.lower() else UnavailableError) from None
        path = _path.decode(raw).file_path
        if not path:
            raise UnavailableError
        return path

    async def _read(self, address: str) -> bytes:
        if self._session is None:
            message = "the download was not entered"
            raise RuntimeError(message)
        body = bytearray()
        async with self._session.get(address, allow_redirects=False) as response:
            _check(response.status)
            async for chunk in response.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise TooLargeError
        return bytes(body)


def _check(status: int) -> None:
    if status == _FLOOD:
        raise RetryAfter(_FLOOD_SECONDS)
    if status >= _SERVER_FAULT:
        message = "server fault"
        raise NetworkError(message)
    if status != _GOOD:
        raise UnavailableError
