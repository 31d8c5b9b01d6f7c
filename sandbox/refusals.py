"""What the Bot API answers when it refuses a call, word for word.

Refusal
├── BadRequest      400
├── Unauthorized    401
├── Forbidden       403
├── NotFound        404
├── Conflict        409
├── EntityTooLarge  413
└── TooManyRequests 429
"""

from sandbox.records import Json


class Refusal(Exception):
    """A call that ends in an error; `description` is what the bot reads."""

    code = 400
    prefix = "Bad Request"

    def __init__(self, reason: str = "") -> None:
        """Put the prefix of the class before the reason, as the Bot API does."""
        self.description = f"{self.prefix}: {reason}" if reason else self.prefix
        super().__init__(self.description)

    def body(self) -> Json:
        """Return the JSON that goes over the wire."""
        return {"ok": False, "error_code": self.code, "description": self.description}


class BadRequest(Refusal):
    """The call was understood and cannot be done."""


class Unauthorized(Refusal):
    """No such bot, or another token."""

    code = 401
    prefix = "Unauthorized"


class Forbidden(Refusal):
    """The person does not want to hear from this bot."""

    code = 403
    prefix = "Forbidden"


class NotFound(Refusal):
    """No such method or no such file."""

    code = 404
    prefix = "Not Found"


class Conflict(Refusal):
    """Somebody else takes this bot's updates."""

    code = 409
    prefix = "Conflict"


class EntityTooLarge(Refusal):
    """The upload is over the limit."""

    code = 413
    prefix = "Request Entity Too Large"


class TooManyRequests(Refusal):
    """A flood limit; `retry_after` is in whole seconds."""

    code = 429
    prefix = "Too Many Requests"

    def __init__(self, retry_after: int) -> None:
        """Say how long to wait, in words and in a field."""
        super().__init__(f"retry after {retry_after}")
        self.retry_after = retry_after

    def body(self) -> Json:
        """Return the JSON that goes over the wire."""
        return {**super().body(), "parameters": {"retry_after": self.retry_after}}


FILE_GONE = "wrong file_id or the file is temporarily unavailable"
BLOCKED = "bot was blocked by the user"
CHAT_NOT_FOUND = "chat not found"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current"
    " content and reply markup of the message"
)
NOTHING_TO_EDIT = "message to edit not found"
NOTHING_TO_DELETE = "message to delete not found"
TOO_OLD_TO_DELETE = "message can't be deleted for everyone"
TEXT_EMPTY = "message text is empty"
TEXT_TOO_LONG = "message is too long"
CAPTION_TOO_LONG = "message caption is too long"
STALE_QUERY = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLLER_BY_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
