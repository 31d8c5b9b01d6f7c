"""The line to a running sandbox: requests of the people's and the test's side, and the live stream."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

import aiohttp

from sandbox.records import Json, JsonValue


class Refused(Exception):
    """The sandbox said that this cannot be done."""


class Line:
    """The connections to one sandbox, open while the `async with` block runs."""

    def __init__(self, url: str) -> None:
        """Name the sandbox's root, for example http://127.0.0.1:8081."""
        self.url = url.rstrip("/")

    async def __aenter__(self) -> Self:
        """Open the connections."""
        endless = aiohttp.ClientTimeout(total=None, sock_connect=10)
        self._http = aiohttp.ClientSession(timeout=endless, connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._http.close()

    async def call(
        self,
        verb: str,
        path: str,
        *,
        json: JsonValue = None,
        data: aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Json:
        """Make one request of the people's or test's side."""
        url = self.url + path
        async with self._http.request(verb, url, json=json, data=data, params=params) as response:
            body = await response.json()
            if response.status >= 400:  # noqa: PLR2004 - HTTP's own border
                raise Refused(body.get("error", "refused"))
            return dict(body)

    def stream(self, person_id: int) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Open the live stream of one person."""
        return self._http.get(f"{self.url}/sandbox/events", params={"person": str(person_id)})
