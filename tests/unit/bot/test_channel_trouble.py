"""Channels in trouble, and in other languages: servers that hang, or for which nobody vouches."""

import asyncio
import email
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email.header import decode_header, make_header
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.alert import Alert
from bot.alerts import read_alerts
from bot.channels import Channels, Undelivered, open_channels
from bot.failures import SettingsError
from bot.settings import Places, read_settings
from flows.rule import Urgency
from protocol.signing import SigningKey
from tests.conftest import NOON
from tests.staff import Staff, staff

CASE = "3f" * 16
ALERT = Alert("a1" * 16, CASE, Urgency.CRITICAL, "waiting")
MAIL = "kind: email, to: [duty@example.org], from: wayout@example.org, host: 127.0.0.1"


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's own certificate for this machine, which nobody else vouches for; it lies in `ca.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "staff.example")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


async def send(folder: Path, row: str, change: Callable[[Channels], Channels] = lambda same: same) -> str:
    """Send one page to the destination that is written so; what came of it."""
    (folder / "token").write_text("42:secret")
    (folder / "alerts.yaml").write_text(f"destinations:\n  - {{name: it, {row}}}\n")
    settings = read_settings(Places, {"WAYOUT_ALERTS_FILE": str(folder / "alerts.yaml")})
    (to,) = read_alerts(settings)
    channels = change(open_channels(settings, SigningKey.generate()))
    async with aiohttp.ClientSession() as http:
        try:
            return await channels.send(to, ALERT, http=http, now=NOON)
        except Undelivered as problem:
            return str(problem)


def hurried(channels: Channels) -> Channels:
    """The same with less patience."""
    return replace(channels, seconds=0.2)


@asynccontextmanager
async def silent() -> AsyncIterator[int]:
    """A port where somebody answers and then says nothing."""
    ended = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        ended.set()
        server.close()


@pytest.mark.parametrize(
    "row",
    [
        "kind: webhook, url: 'http://127.0.0.1:{port}/hook'",
        "kind: ntfy, url: 'http://127.0.0.1:{port}/topic'",
        "kind: webhook, url: 'https://127.0.0.1:{port}/hook'",
        MAIL + ", port: {port}, tls: none",
        MAIL + ", port: {port}, tls: implicit",
        MAIL + ", port: {port}, tls: starttls",
    ],
    ids=["webhook", "push", "https", "mail", "mail implicit", "mail starttls"],
)
async def test_a_server_that_hangs_holds_a_page_up_for_so_long_and_no_longer(
    tmp_path: Path, row: str
) -> None:
    """It is told as a timeout, and tried again like anything else."""
    async with silent() as port:
        assert await send(tmp_path, row.replace("{port}", str(port)), hurried) == "timeout"


@asynccontextmanager
async def https(folder: Path) -> AsyncIterator[tuple[int, list[bytes]]]:
    """An HTTPS server with a certificate of its own; its port, and what came."""
    came: list[bytes] = []

    async def take(request: web.Request) -> web.Response:
        came.append(await request.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/topic", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate(folder)).start()
    try:
        yield runner.addresses[0][1], came
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("kind", ["ntfy", "webhook"])
async def test_a_server_whose_certificate_nobody_vouches_for_gets_no_page(tmp_path: Path, kind: str) -> None:
    """Whoever sits in between learns nothing."""
    async with https(tmp_path) as (port, came):
        assert await send(tmp_path, f"kind: {kind}, url: 'https://127.0.0.1:{port}/topic'") == "tls"
    assert came == []


@asynccontextmanager
async def mail(folder: Path, *, implicit: bool) -> AsyncIterator[tuple[int, Staff]]:
    """A mail server with a certificate of its own; its port, and whoever gets the letters."""
    here, context, loop = Staff(), certificate(folder), asyncio.get_running_loop()
    later = None if implicit else context

    def session() -> SMTP:
        return SMTP(
            here, hostname="staff.example", loop=loop, tls_context=later, require_starttls=not implicit
        )

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if implicit else None)
    try:
        yield server.sockets[0].getsockname()[1], here
    finally:
        server.close()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
async def test_mail_goes_over_tls_to_a_certificate_of_your_own_and_to_no_other(
    tmp_path: Path, tls: str
) -> None:
    """`ca_file` vouches for it; without that nothing leaves."""
    async with mail(tmp_path, implicit=tls == "implicit") as (port, here):
        row = f"{MAIL}, port: {port}, tls: {tls}"
        assert await send(tmp_path, row) == "tls"
        assert here.letters == []
        assert await send(tmp_path, f"{row}, ca_file: ca.pem") == "ok"
        assert len(here.letters) == 1


ARABIC, TITLE = "لا أحد يمسك هذه الحالة.", "3f3f3f3f"


async def test_a_push_reads_in_the_language_of_its_phone(tmp_path: Path) -> None:
    """Also its title, which HTTP has no letters for: RFC 2047 has."""
    async with staff() as here:
        row = f"kind: ntfy, url: '{here.url('/duty')}', language: ar"
        assert await send(tmp_path, row) == "http_200"
        (asked,) = here.of("/duty")
    assert asked.headers["Title"].isascii()
    title = str(make_header(decode_header(asked.headers["Title"])))
    assert title.startswith("Wayout: ")
    assert TITLE in title
    assert ARABIC in asked.body.decode()
    assert asked.headers["Priority"] == "5"


async def test_a_letter_and_a_chat_read_in_their_language(tmp_path: Path) -> None:
    """The same sentences as on the desk."""
    async with staff() as here:
        mailed = f"{MAIL}, port: {here.mail_port}, tls: none, language: zh_Hans"
        assert await send(tmp_path, mailed) == "ok"
        letter = email.message_from_string(here.letters[0])
        chat = "kind: telegram, chat: 5, token_file: token, language: es"
        assert await send(tmp_path, chat, lambda same: replace(same, telegram=here.url(""))) == "http_200"
        (asked,) = here.of("/bot42:secret/sendMessage")
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "还没有人接这个个案。" in body.decode()
    assert TITLE in str(make_header(decode_header(letter["Subject"])))
    assert json.loads(asked.body)["text"].startswith("Crítica. ")


async def test_a_language_that_is_not_there_is_a_mistake_of_the_file(tmp_path: Path) -> None:
    """It names those that are; a webhook is for a program, and has none."""
    for row in (
        "kind: ntfy, url: 'https://n.example.org/t', language: tlh",
        "kind: webhook, url: 'https://h.example.org', language: es",
    ):
        with pytest.raises(SettingsError, match="language"):
            await send(tmp_path, row)
