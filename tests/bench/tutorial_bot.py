"""The other contestant: the same questionnaire as python-telegram-bot's own examples would have it written.

ConversationHandler with one state a question, PicklePersistence, inline keyboards, the library's defaults.
"""

import argparse
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (  # noqa: TID251 - what this contestant is about
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.plan import Asked, read_questions
from tests.bench.stand_in import TOKEN
from tests.bench.tutorial_scoring import Indicator, assess, read_indicators

logging.basicConfig(format="%(asctime)s - %(name)s - %(levelname)s - %(message)s", level=logging.WARNING)

QUESTIONS: Sequence[Asked] = read_questions()
CHOOSING_LANGUAGE = len(QUESTIONS)
LANGUAGES = {"en": "English", "es": "Español"}
TRANSLATIONS: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "es": {"Skip": "Saltar", "I don't know": "No sé", "Back": "Atrás", "Language": "Idioma"},
}
INDICATORS: Sequence[Indicator] = ()


def translate(context: ContextTypes.DEFAULT_TYPE, text: str) -> str:
    """The text in the person's language."""
    return TRANSLATIONS[context.user_data.get("language", "en")].get(text, text)  # type: ignore[union-attr]


def keyboard(context: ContextTypes.DEFAULT_TYPE, number: int) -> InlineKeyboardMarkup:
    """The choices of a question, and the ways around it."""
    rows = [
        [InlineKeyboardButton(translate(context, label), callback_data=f"choice:{name}")]
        for name, label, _ in QUESTIONS[number].choices
    ]
    rows += [
        [InlineKeyboardButton(translate(context, each), callback_data=f"control:{each}") for each in pair]
        for pair in (("Skip", "I don't know"), ("Back", "Language"))
    ]
    return InlineKeyboardMarkup(rows)


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask for the language."""
    context.user_data.clear()  # type: ignore[union-attr]
    buttons = [
        [InlineKeyboardButton(name, callback_data=f"language:{code}") for code, name in LANGUAGES.items()]
    ]
    await update.message.reply_text("Choose your language.", reply_markup=InlineKeyboardMarkup(buttons))  # type: ignore[union-attr]
    return CHOOSING_LANGUAGE


async def language(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the language and ask the first question."""
    context.user_data["language"] = update.callback_query.data.partition(":")[2]  # type: ignore[union-attr,index]
    return await ask(update, context, 0)


async def ask(update: Update, context: ContextTypes.DEFAULT_TYPE, number: int) -> int:
    """Show a question, or the end: by editing after a tap, by a new message after words."""
    if number == len(QUESTIONS):
        return await end(update, context)
    text, markup = translate(context, QUESTIONS[number].text), keyboard(context, number)
    query = update.callback_query
    if query is not None:
        await query.answer()
        await query.edit_message_text(text, reply_markup=markup)
    else:
        await update.message.reply_text(text, reply_markup=markup)  # type: ignore[union-attr]
    return number


def tapped(number: int) -> Any:
    """The handler of a question's choices."""

    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        answers = context.user_data.setdefault("answers", {})  # type: ignore[union-attr]
        answers[QUESTIONS[number].id] = update.callback_query.data.partition(":")[2]  # type: ignore[union-attr]
        return await ask(update, context, number + 1)

    return handle


def typed(number: int) -> Any:
    """The handler of words."""

    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        context.user_data.setdefault("answers", {})[QUESTIONS[number].id] = update.message.text  # type: ignore[union-attr]
        return await ask(update, context, number + 1)

    return handle


def moved(number: int) -> Any:
    """The handler of skip, unknown and back."""

    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        back = update.callback_query.data.endswith("Back")  # type: ignore[union-attr]
        return await ask(update, context, max(0, number - 1) if back else number + 1)

    return handle


async def end(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Score what was answered, keep it, and say goodbye."""
    answers = context.user_data.get("answers", {})  # type: ignore[union-attr]
    context.bot_data.setdefault("queue", []).append((assess(INDICATORS, QUESTIONS, answers), dict(answers)))
    query, text = update.callback_query, translate(context, "Thank you. That was the last question.")
    if query is not None:
        await query.answer()
        await query.edit_message_text(text)
    else:
        await update.message.reply_text(text)  # type: ignore[union-attr]
    return ConversationHandler.END


async def cancel(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Stop."""
    await update.message.reply_text("Bye.")  # type: ignore[union-attr]
    return ConversationHandler.END


def states() -> dict[object, list[Any]]:
    """One state a question, and one for the language."""
    found: dict[object, list[Any]] = {
        number: [
            CallbackQueryHandler(tapped(number), pattern="^choice:"),
            CallbackQueryHandler(moved(number), pattern="^control:"),
            MessageHandler(filters.TEXT & ~filters.COMMAND, typed(number)),
        ]
        for number in range(len(QUESTIONS))
    }
    found[CHOOSING_LANGUAGE] = [CallbackQueryHandler(language, pattern="^language:")]
    return found


def main() -> None:
    """Run until stopped."""
    global INDICATORS  # noqa: PLW0603 - as tutorials do
    options = argparse.ArgumentParser(description="The tutorial bot.")
    options.add_argument("--api", required=True, help="root of the Bot API server")
    options.add_argument("--folder", type=Path, required=True, help="where the pickle lies")
    options.add_argument("--indicators", type=Path, required=True, help="indicators.yaml")
    chosen = options.parse_args()
    INDICATORS = read_indicators(chosen.indicators)
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{chosen.api}/bot")
        .persistence(PicklePersistence(chosen.folder / "tutorial.pickle"))
        .build()
    )
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states=states(),
            fallbacks=[CommandHandler("cancel", cancel)],
            allow_reentry=True,
            persistent=True,
            name="questionnaire",
        )
    )
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
