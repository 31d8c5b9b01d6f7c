"""HTTP under PTB: Telegram's refusals as PTB's errors, broken lines as such, and never an address in a message."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.transport import AiohttpRequest, RawRequest

TOKEN = "123456:an-invented-token-of-nobody"
OVER = web.AppKey("over", asyncio.Event)


@pytest.fixture(autouse=True)
def _as_ptb_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses as time spans: PTB warns of the other way."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


async def answer(request: web.Request) -> web.StreamResponse:  # noqa: PLR0911 - one for each kind of answer
    """What Telegram might say, by the method's name."""
    method = request.path.rsplit("/", 1)[1]
    match method:
        case "getMe":
            return web.json_response(
                {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}}
            )
        case "echo":
            return web.json_response({"ok": True, "result": await request.json()})
        case "flood":
            body = {"ok": False, "error_code": 429, "description": "wait", "parameters": {"retry_after": 3}}
            return web.json_response(body, status=429)
        case "blocked":
            return web.json_response({"ok": False, "description": "Forbidden: blocked"}, status=403)
        case "refused":
            return web.json_response({"ok": False, "description": "Bad Request: no"}, status=400)
        case "surrogate":
            return web.Response(body=b'{"ok":true,"result":"half \\ud83d"}', content_type="application/json")
        case "html":
            return web.Response(text="<html>bad gateway</html>", status=502, content_type="text/html")
        case "garbled":
            return web.Response(text="no json")
        case "hang":
            await request.app[OVER].wait()
    transport = request.transport
    assert transport is not None
    transport.abort()
    return web.Response()


@pytest.fixture
async def root() -> AsyncIterator[str]:
    """The address of a server that answers so."""
    app = web.Application()
    app[OVER] = asyncio.Event()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot{TOKEN}"
    app[OVER].set()
    await runner.cleanup()


@pytest.fixture
async def raw() -> AsyncIterator[RawRequest]:
    """The client of the hot path."""
    request = RawRequest()
    await request.initialize()
    yield request
    await request.shutdown()


async def test_a_result_comes_as_it_is(root: str, raw: RawRequest) -> None:
    """Bytes out, bytes in."""
    assert bytes(await raw.call(f"{root}/echo", b'{"a":1}')) == b'{"a": 1}'
    assert bytes(await raw.call(f"{root}/surrogate", b"{}")) == b'"half ?"'


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("flood", RetryAfter),
        ("blocked", Forbidden),
        ("refused", BadRequest),
        ("html", NetworkError),
        ("garbled", NetworkError),
        ("drop", NetworkError),
    ],
)
async def test_what_telegram_refuses_is_ptbs_error(
    root: str, raw: RawRequest, method: str, error: type[TelegramError]
) -> None:
    """One tree of errors, whichever client carried the call; the token is in none of them."""
    with pytest.raises(error) as problem:
        await raw.call(f"{root}/{method}", b"{}")

    chain = [problem.value, problem.value.__cause__]
    assert TOKEN not in "".join(str(each) for each in chain)


async def test_silence_is_a_time_out(root: str, raw: RawRequest) -> None:
    """An unknown outcome, said as such."""
    with pytest.raises(TimedOut):
        await raw.call(f"{root}/hang", b"{}", seconds=0.05)


async def test_ptbs_own_methods_go_through_aiohttp(root: str) -> None:
    """Set-up calls use the same interface with forms."""
    base = root.removesuffix(TOKEN)
    async with Bot(
        TOKEN, base_url=base, request=AiohttpRequest(), get_updates_request=AiohttpRequest()
    ) as bot:
        assert bot.username == "x_bot"


async def test_aiohttp_hides_addresses_too(root: str) -> None:
    """A broken line or silence tells nothing of the token."""
    request = AiohttpRequest(timeout=0.05)
    await request.initialize()
    for method, error in (("drop", NetworkError), ("hang", TimedOut)):
        with pytest.raises(error) as problem:
            await request.do_request(f"{root}/{method}", "POST")
        assert TOKEN not in f"{problem.value}{problem.value.__cause__}"
    with pytest.raises(NetworkError):
        request.parse_json_payload(b"no json")
    await request.shutdown()


async def test_a_client_that_was_not_opened_is_a_bug() -> None:
    """Said at once, not as a network error."""
    with pytest.raises(RuntimeError):
        await AiohttpRequest().do_request("http://127.0.0.1:1/", "POST")
    with pytest.raises(TypeError):
        await RawRequest().do_request("http://127.0.0.1:1/", "POST")
