"""Signed requests through a real client and server: what is signed is what arrives."""

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from protocol.card import CardId
from protocol.requests import Verified, sign_request, verify_request
from protocol.signing import SigningKey

KEY = SigningKey.generate()
CARD = CardId("abcdefgh23456777")
NOW = 1_790_000_000


async def answer(request: web.Request) -> web.Response:
    """Says who signed."""
    answer_to = verify_request(
        method=request.method,
        url=f"http://{request.host}{request.raw_path}",
        headers=request.headers,
        body=await request.read(),
        keys={CARD: KEY.verify_key},
        now=NOW,
    )
    return web.Response(text=answer_to.key_id if isinstance(answer_to, Verified) else answer_to.reason)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/cases", b""),
        ("GET", "/", b""),
        ("GET", "/v1/cases?state=waiting&language=zh_Hans", b""),
        ("GET", "/v1/cases/a%2Fb%20c?q=%E4%B8%83&r=a+b%26", b""),
        ("POST", "/v1/next", b"{}"),
        ("POST", "/v1/cases/c1/close", b'{"outcome":"helped"}'),
        ("POST", "/v1/cases/c1/claim", b""),
    ],
)
async def test_what_a_client_signs_a_server_believes(method: str, path: str, body: bytes) -> None:
    """Neither side's library rewrites what was signed."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    async with TestServer(app) as server, ClientSession() as session:
        url = URL(str(server.make_url("/")).rstrip("/") + path, encoded=True)
        headers = sign_request(method=method, url=str(url), body=body, key=KEY, key_id=CARD, now=NOW)
        async with session.request(method, url, data=body, headers=headers) as reply:
            assert await reply.text() == CARD
