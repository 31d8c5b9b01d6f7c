"""Channels: how one page reaches one destination. Nothing that was answered is kept but a code."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import aiohttp
import aiosmtplib
import msgspec

from bot.alert import Alert, Said, Wording, wordings
from bot.alerts import Destination, EmailForm, NtfyForm, TelegramForm, WebhookForm
from bot.settings import Places
from flows.rule import Urgency
from protocol.card import CardId
from protocol.document import encode_document
from protocol.requests import ALERT_TAG, sign_request
from protocol.signing import SigningKey

SECONDS = 15.0
"""How long a channel may take for one page, if nothing else is said."""
ARRIVED = "ok"
_PRIORITIES = {Urgency.CRITICAL: "5", Urgency.HIGH: "4", Urgency.MEDIUM: "3"}


class Undelivered(Exception):
    """A page did not arrive; the message is a code."""


@dataclass(frozen=True, slots=True)
class Channels:
    """What all channels need: pages' words by language, Telegram's root, the server's key, the alerts file's folder."""

    wordings: Mapping[str, Wording] = field(repr=False)
    telegram: str
    signing_key: SigningKey = field(repr=False)
    folder: Path
    seconds: float = SECONDS

    async def send(self, to: Destination, alert: Alert, *, http: aiohttp.ClientSession, now: datetime) -> str:
        """Send one page and return the code of what came of it; Undelivered with one."""
        words = self.wordings[to.language].said(alert)
        try:
            match to.channel:
                case TelegramForm():
                    return await self._write(to.channel, to, words, http)
                case WebhookForm(url=url):
                    return await self._call(url, alert, http, now)
                case NtfyForm(url=url):
                    return await self._push(url, to, alert, words, http)
                case EmailForm():
                    return await self._mail(to.channel, to, alert, words, now)
        except TimeoutError:
            raise Undelivered("timeout") from None
        except ssl.SSLError:
            raise Undelivered("tls") from None
        except (aiohttp.ClientError, OSError):
            raise Undelivered("unreachable") from None

    async def _write(
        self, form: TelegramForm, to: Destination, words: Said, http: aiohttp.ClientSession
    ) -> str:
        """Into a chat of staff, which the operator named: no contact's."""
        url = f"{self.telegram}/bot{to.secret.get_secret_value()}/sendMessage"
        body = msgspec.json.encode({"chat_id": form.chat, "text": words.text})
        return await self._post(http, url, body, {"Content-Type": "application/json"})

    async def _call(self, url: str, alert: Alert, http: aiohttp.ClientSession, now: datetime) -> str:
        body = encode_document(alert)
        signed = sign_request(
            method="POST",
            url=url,
            body=body,
            key=self.signing_key,
            key_id=CardId(self.signing_key.id),
            now=int(now.timestamp()),
            tag=ALERT_TAG,
        )
        return await self._post(http, url, body, {**signed, "Content-Type": "application/json"})

    async def _mail(self, form: EmailForm, to: Destination, alert: Alert, words: Said, now: datetime) -> str:
        secret = to.secret.get_secret_value()
        try:
            await aiosmtplib.send(
                _letter(form, alert, words, now),
                hostname=form.host,
                port=form.port,
                username=form.user,
                password=secret or None,
                timeout=self.seconds,
                use_tls=form.tls == "implicit",
                start_tls=form.tls == "starttls",
                cert_bundle=None if form.ca_file is None else str(self.folder / form.ca_file),
            )
        except aiosmtplib.SMTPTimeoutError:
            raise Undelivered("timeout") from None
        except aiosmtplib.SMTPException as problem:
            raise Undelivered(_smtp_code(problem)) from None
        return ARRIVED

    async def _push(
        self, url: str, to: Destination, alert: Alert, words: Said, http: aiohttp.ClientSession
    ) -> str:
        headers = {"Title": _header(words.title), "Priority": _PRIORITIES.get(alert.urgency, "2")}
        token = to.secret.get_secret_value()
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self._post(http, url, words.text.encode(), headers)

    async def _post(
        self, http: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str]
    ) -> str:
        # What is sent elsewhere would take a token along.
        timeout = aiohttp.ClientTimeout(total=self.seconds)
        async with http.post(
            url, data=body, headers=headers, allow_redirects=False, timeout=timeout
        ) as answer:
            if answer.status >= 300:  # noqa: PLR2004 - the first status that is no success
                raise Undelivered(f"http_{answer.status}")
            return f"http_{answer.status}"


def open_channels(settings: Places, signing_key: SigningKey) -> Channels:
    """The channels of this deployment."""
    folder = settings.alerts_file.parent if settings.alerts_file else settings.data_dir
    return Channels(wordings(), settings.telegram_api_url, signing_key, folder)


def _letter(form: EmailForm, alert: Alert, words: Said, now: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = form.from_, ", ".join(form.to), words.title
    letter["Date"] = format_datetime(now)
    # The same in every try, so that a copy can be told.
    letter["Message-ID"] = f"<{alert.id}@wayout.invalid>"
    letter["Auto-Submitted"] = "auto-generated"
    if alert.urgency is Urgency.CRITICAL:
        letter["Importance"] = "high"
    # Not every server on its way takes eight bits.
    letter.set_content(words.text + "\n", cte="7bit" if words.text.isascii() else "base64")
    return letter


def _smtp_code(problem: aiosmtplib.SMTPException) -> str:
    if isinstance(problem.__cause__ or problem.__context__, ssl.SSLError):
        return "tls"
    if isinstance(problem, aiosmtplib.SMTPRecipientsRefused):
        return f"smtp_{problem.recipients[0].code}"
    code = getattr(problem, "code", None)
    return f"smtp_{code}" if isinstance(code, int) and code > 0 else "unreachable"


def _header(text: str) -> str:
    """A header's value, its letters in RFC 2047's way where HTTP has none for them; ntfy reads that."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=10**6).encode()
