"""HTTP under python-telegram-bot: aiohttp behind PTB's request interface, reqwest for the raw calls of the hot path."""

from datetime import timedelta
from functools import lru_cache
from typing import Any, cast

import aiohttp
import msgspec
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError, RequestTimeoutError
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.updates import tidy

CONNECTIONS = 128
_TIMEOUT_SECONDS = 20.0


class Body:
    """A request body that is already JSON, passed through PTB untouched."""

    __slots__ = ("json",)

    def __init__(self, json: bytes) -> None:
        """`json`: one encoded object of Bot API parameters."""
        self.json = json


class _Reply(msgspec.Struct):
    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    description: str | None = None
    parameters: dict[str, Any] | None = None


_reply = msgspec.json.Decoder(_Reply)


class AiohttpRequest(BaseRequest):
    """PTB's request interface over one kept aiohttp session.

    httpx, PTB's default, costs a millisecond of processor time a request; this costs a tenth of that.
    """

    def __init__(self, *, connections: int = CONNECTIONS, timeout: float = _TIMEOUT_SECONDS) -> None:
        """`timeout` in seconds holds where PTB gives none."""
        self._connections = connections
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds; PTB adds the length of a long poll."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=75)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - PTB's own sentinel type is private
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
    ) -> tuple[int, bytes]:
        """(status, body) of one request; TimedOut or NetworkError where there is none."""
        if self._session is None:
            message = "the request was not initialised"
            raise RuntimeError(message)
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        try:
            async with self._session.request(
                method, url, **_payload(request_data), timeout=aiohttp.ClientTimeout(total=seconds)
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            # The message would hold the address, and so the token.
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:  # noqa: ANN401 - PTB's signature
        """PTB's hook for a JSON library."""
        try:
            return msgspec.json.decode(payload)
        except msgspec.DecodeError:
            message = "Invalid server response"
            raise NetworkError(message) from None


class RawRequest(BaseRequest):
    """The hot path: JSON bytes in, and a result that stays undecoded for the caller to read as far as it needs.

    reqwest, the Rust client, costs a quarter of aiohttp's time a call, and every turn is two calls.
    """

    def __init__(self) -> None:
        """Open nothing yet."""
        self._client: Client | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds where the caller gives none."""
        return _TIMEOUT_SECONDS

    async def initialize(self) -> None:
        """Make the client; connections are kept as they are needed."""
        if self._client is None:
            builder = ClientBuilder().http1_only().no_proxy().tcp_nodelay(enabled=True)
            self._client = builder.max_connections(CONNECTIONS).pool_max_idle_per_host(CONNECTIONS).build()

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - raw calls are POST
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - PTB's own sentinel type is private
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002
    ) -> tuple[int, bytes]:
        """(status, body) of one request; TimedOut or NetworkError where there is none."""
        if self._client is None or not isinstance(request_data, Body):
            message = "raw calls carry a Body, on an initialised client"
            raise TypeError(message)
        request = (
            self._client.post(url).header("content-type", "application/json").body_bytes(request_data.json)
        )
        try:
            response = await request.timeout(_within(read_timeout)).build().send()
            return response.status, await response.bytes()
        except (RequestTimeoutError, TimeoutError):
            raise TimedOut from None
        except PyreqwestError as error:
            # The message would hold the address, and so the token.
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:  # noqa: ANN401 - PTB's signature
        """PTB's hook: a `msgspec.Raw` result."""
        try:
            reply = _decode(bytes(payload))
        except ValueError:
            message = "Invalid server response"
            raise NetworkError(message) from None
        return {"result": reply.result, "description": reply.description, "parameters": reply.parameters}

    async def call(self, url: str, json: bytes, *, seconds: float = _TIMEOUT_SECONDS) -> msgspec.Raw:
        """The raw result of one Bot API method; PTB's errors for everything else."""
        body = cast("RequestData", Body(json))
        return cast("msgspec.Raw", await self.post(url, body, read_timeout=seconds))


def _decode(payload: bytes) -> _Reply:
    try:
        return _reply.decode(payload)
    except msgspec.DecodeError:
        return _reply.decode(tidy(payload))


@lru_cache(maxsize=8)
def _within(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _payload(given: RequestData | None) -> dict[str, Any]:
    if given is None:
        return {}
    if not given.contains_files:
        return {"data": given.json_parameters}
    form = aiohttp.FormData(given.json_parameters)
    for name, (file_name, content, mime) in given.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=mime)
    return {"data": form}
