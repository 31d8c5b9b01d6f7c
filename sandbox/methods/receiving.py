"""Methods by which a bot gets its updates: by asking, or by naming a webhook."""

import re

import msgspec

from sandbox.methods.call import Answer, Call, Method
from sandbox.refusals import POLLER_BY_WEBHOOK, BadRequest

LONGEST_POLL = 50
MOST_UPDATES = 100
MOST_CONNECTIONS = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_URL = re.compile(r"https?://[^\s/]+(?:/\S*)?")


async def get_updates(call: Call) -> Answer:
    """Return waiting updates; an offset confirms everything before it."""
    _allow(call)
    limit = min(max(call.parameters.integer("limit", MOST_UPDATES), 1), MOST_UPDATES)
    timeout = min(max(call.parameters.integer("timeout"), 0), LONGEST_POLL)
    offset = call.parameters.integer("offset")
    return Answer(await call.exchange.mailbox.poll(call.bot.id, offset, limit, timeout))


def _allow(call: Call) -> None:
    """Remember which kinds of updates the bot wants; said once, it stays so."""
    given = call.parameters.json("allowed_updates")
    if given is None:
        return
    if not isinstance(given, list):
        raise BadRequest("can't parse allowed updates JSON object")
    allowed = tuple(given) or None
    current = call.world.subscription(call.bot.id)
    call.exchange.mailbox.subscribe(msgspec.structs.replace(current, allowed=allowed))


async def set_webhook(call: Call) -> Answer:
    """Name the address to which updates go; an empty one removes it."""
    url = call.parameters.text("url").strip()
    if not url:
        return await delete_webhook(call)
    if not _URL.fullmatch(url):
        raise BadRequest("bad webhook: invalid webhook URL specified")
    secret = call.parameters.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise BadRequest("secret token contains unallowed characters")
    _allow(call)
    connections = min(max(call.parameters.integer("max_connections", 40), 1), MOST_CONNECTIONS)
    before = call.world.subscription(call.bot.id)
    after = msgspec.structs.replace(before, url=url, secret_token=secret, max_connections=connections)
    _drop_if_asked(call)
    call.exchange.mailbox.oust(call.bot.id, POLLER_BY_WEBHOOK)
    call.exchange.mailbox.subscribe(after)
    call.exchange.on_subscription(call.bot.id)
    return Answer(result=True, description="Webhook is already set" if before == after else "Webhook was set")


async def delete_webhook(call: Call) -> Answer:
    """Go back to asking for updates."""
    _drop_if_asked(call)
    before = call.world.subscription(call.bot.id)
    call.exchange.mailbox.subscribe(msgspec.structs.replace(before, url="", secret_token=""))
    call.exchange.on_subscription(call.bot.id)
    done = "Webhook was deleted" if before.url else "Webhook is already deleted"
    return Answer(result=True, description=done)


def _drop_if_asked(call: Call) -> None:
    if call.parameters.truth("drop_pending_updates"):
        call.exchange.mailbox.drop(call.bot.id)


async def get_webhook_info(call: Call) -> Answer:
    """Return where updates go, how many wait, and what went wrong last."""
    held = call.world.subscription(call.bot.id)
    info = {
        "url": held.url,
        "has_custom_certificate": False,
        "pending_update_count": len(call.exchange.mailbox.waiting(call.bot.id)),
    }
    if held.url:
        info["max_connections"] = held.max_connections
        info |= call.exchange.webhook_trouble(call.bot.id)
    if held.allowed:
        info["allowed_updates"] = list(held.allowed)
    return Answer(info)


async def release(call: Call) -> Answer:
    """Log out or close: the sandbox has nothing to let go of."""
    call.exchange.mailbox.oust(call.bot.id, "terminated by other getUpdates request")
    return Answer(result=True)


METHODS = (
    Method("getUpdates", ("offset", "limit", "timeout", "allowed_updates"), get_updates),
    Method(
        "setWebhook",
        ("url", "max_connections", "allowed_updates", "drop_pending_updates", "secret_token"),
        set_webhook,
    ),
    Method("deleteWebhook", ("drop_pending_updates",), delete_webhook),
    Method("getWebhookInfo", (), get_webhook_info),
    Method("logOut", (), release),
    Method("close", (), release),
)
