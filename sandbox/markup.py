"""Keyboards: what the Bot API accepts under a message, and what it says to the rest."""

from collections.abc import Iterator

from sandbox.records import Json, JsonValue
from sandbox.refusals import BadRequest

CALLBACK_BYTES = 64
BUTTONS_PER_MESSAGE = 100
_INLINE_ACTIONS = (
    "callback_data", "url", "login_url", "web_app", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def read(value: JsonValue) -> Json | None:
    """Return the reply markup of a call, checked; None where there is none."""
    if value in (None, "", {}):
        return None
    if not isinstance(value, dict):
        raise BadRequest("can't parse reply keyboard markup JSON object")
    if "inline_keyboard" in value:
        return _inline(value["inline_keyboard"])
    if "keyboard" in value:
        return _reply_keyboard(value)
    if value.get("remove_keyboard") is True or value.get("force_reply") is True:
        return value
    return None


def is_inline(markup: Json | None) -> bool:
    """Whether this markup stays with its message (a reply keyboard belongs to the chat)."""
    return markup is not None and "inline_keyboard" in markup


def buttons(markup: Json | None) -> Iterator[tuple[int, int, Json]]:
    """Yield row, column and button of an inline keyboard."""
    for row, line in enumerate((markup or {}).get("inline_keyboard", ())):
        for column, button in enumerate(line):
            yield row, column, button


def _inline(rows: JsonValue) -> Json | None:
    kept = [[_inline_button(button) for button in row] for row in _rows(rows) if row]
    if sum(map(len, kept)) > BUTTONS_PER_MESSAGE:
        raise BadRequest("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _rows(rows: JsonValue) -> list[list[JsonValue]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays')
    return rows


def _inline_button(button: JsonValue) -> Json:
    if not isinstance(button, dict):
        raise BadRequest("can't parse inline keyboard button: InlineKeyboardButton should be an Object")
    if not str(button.get("text", "")).strip():
        raise BadRequest(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if not any(action in button for action in _INLINE_ACTIONS):
        raise BadRequest(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_BYTES:
        raise BadRequest("BUTTON_DATA_INVALID")
    return button


def _reply_keyboard(value: Json) -> Json:
    rows = value["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    shaped = [[{"text": key} if isinstance(key, str) else key for key in row] for row in rows if row]
    if not all(isinstance(key, dict) and key.get("text") for row in shaped for key in row):
        raise BadRequest("can't parse keyboard button: KeyboardButton must have a text")
    return value | {"keyboard": shaped}
