"""Downloads: as many bytes as may be, from the one address, and every refusal by what is to be done about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest
from aiohttp import web
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.download import Download, TooLargeError, UnavailableError
from bot.media import MOST_BYTES, read_file

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Telegram:
    """Where a file lies, and what is answered there."""

    def __init__(self) -> None:
        self.path = "photos/a file.jpg"
        self.refusal: Exception | None = None
        self.answer: Answer = self.good
        self.sent = 0
        self.asked: list[str] = []

    async def call(self, method: str, parameters: bytes) -> msgspec.Raw:
        """The Bot API."""
        assert (method, msgspec.json.decode(parameters)) == ("getFile", {"file_id": "x"})
        if self.refusal is not None:
            raise self.refusal
        return msgspec.Raw(msgspec.json.encode({"file_path": self.path}))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The files."""
        self.asked.append(request.path)
        return await self.answer(request)

    async def good(self, _request: web.Request) -> web.StreamResponse:
        """The bytes."""
        return web.Response(body=b"bytes")

    async def endless(self, request: web.Request) -> web.StreamResponse:
        """Far more than may be, whatever was said before."""
        response = web.StreamResponse()
        await response.prepare(request)
        piece = bytes(1024 * 1024)
        while self.sent < 10 * MOST_BYTES:
            await response.write(piece)
            self.sent += len(piece)
        return response

    async def cut(self, request: web.Request) -> web.StreamResponse:
        """Less than was promised."""
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response


@pytest.fixture
async def telegram() -> Telegram:
    """A Telegram with one file."""
    return Telegram()


@pytest.fixture
async def download(telegram: Telegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Download]:
    """A way to it."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    app = web.Application()
    app.router.add_get("/{path:.+}", telegram.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}/file/bot1:secret"
    async with Download(telegram.call, root) as entered:
        yield entered
    await runner.cleanup()


def status(code: int) -> Answer:
    """An answer with this status."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers={"Location": "http://127.0.0.1:9/elsewhere"})

    return answer


async def test_bytes_come_from_the_path(download: Download, telegram: Telegram) -> None:
    """Whatever signs are in it."""
    assert await download.fetch("x") == b"bytes"
    assert telegram.asked == ["/file/bot1:secret/photos/a file.jpg"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (429, RetryAfter),
        (500, NetworkError),
        (502, NetworkError),
        (404, UnavailableError),
        (302, UnavailableError),
        (204, UnavailableError),
    ],
)
async def test_a_status_says_what_to_do(
    download: Download, telegram: Telegram, code: int, error: type[Exception]
) -> None:
    """Wait, try again, or ask for the path anew; nobody is followed elsewhere."""
    telegram.answer = status(code)

    with pytest.raises(error):
        await download.fetch("x")


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ("File is too big", TooLargeError),
        ("wrong file_id or the file is temporarily unavailable", UnavailableError),
    ],
)
async def test_a_refusal_of_the_path(
    download: Download, telegram: Telegram, refusal: str, error: type[Exception]
) -> None:
    """Telegram hands out no larger file, or does not have it."""
    telegram.refusal = BadRequest(refusal)

    with pytest.raises(error):
        await download.fetch("x")


async def test_a_file_without_a_path_is_not_there(download: Download, telegram: Telegram) -> None:
    """As Telegram answers for a while now and then."""
    telegram.path = ""

    with pytest.raises(UnavailableError):
        await download.fetch("x")


async def test_reading_stops_at_the_limit(download: Download, telegram: Telegram) -> None:
    """However much more would come."""
    telegram.answer = telegram.endless

    with pytest.raises(TooLargeError):
        await asyncio.wait_for(download.fetch("x"), 30)
    assert telegram.sent < 3 * MOST_BYTES


async def test_half_a_file_is_none(download: Download, telegram: Telegram) -> None:
    """It is fetched again; the error does not hold the address, which has the token in it."""
    telegram.answer = telegram.cut

    with pytest.raises(NetworkError) as caught:
        await download.fetch("x")
    assert "secret" not in str(caught.value)


async def test_it_is_to_be_entered(telegram: Telegram) -> None:
    """Connections are kept and closed."""
    with pytest.raises(RuntimeError):
        await Download(telegram.call, "http://127.0.0.1:9").fetch("x")


@pytest.mark.parametrize(
    "body", [None, 7, "text", [], [7], {}, {"file_id": 7}, [{"file_id": ""}], {"file_id": None}]
)
def test_what_is_no_file_is_none(body: object) -> None:
    """A shape that we never saw is only noted."""
    assert read_file("photo", body) is None


def test_of_several_sizes_the_largest_that_fits_is_taken() -> None:
    """Not one that no bot may fetch; where none fits, the smallest, to say that it is too large."""
    small = {"file_id": "s", "file_size": 10, "width": 1, "height": 1}
    middle = {"file_id": "m", "file_size": 1000, "width": 5, "height": 5}
    large = {"file_id": "l", "file_size": MOST_BYTES + 1, "width": 9, "height": 9}
    found = read_file("photo", [small, large, middle])
    assert found is not None
    assert found.file == "m"
    only = read_file("photo", [large])
    assert only is not None
    assert (only.file, only.size, only.unique) == ("l", MOST_BYTES + 1, "l")


def test_what_a_phone_calls_it_is_kept_short() -> None:
    """A name as long as a book is none."""
    found = read_file("document", {"file_id": "x", "file_name": "n" * 9999, "mime_type": 7})
    assert found is not None
    assert (len(found.name), found.mime) == (255, "")
    assert "nnn" not in repr(found)
