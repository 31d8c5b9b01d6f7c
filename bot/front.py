"""The bot's public face: neutral name, picture, description and commands, set by the program itself."""

from pathlib import Path

from telegram import Bot, BotCommand, InputProfilePhotoStatic
from telegram.error import InvalidToken, TelegramError

from bot.failures import SetupError
from bot.library import Library
from bot.logs import Log
from bot.settings import Places
from bot.transport import AiohttpRequest
from bot.voice import Voice

PICTURE = Path(__file__).parent / "pictures" / "notes.jpg"


async def dress(bot: Bot, library: Library, log: Log, *, covered: bool = False) -> None:
    """Set what differs; Telegram allows few changes of a name a day, so what is right is left alone.

    A covered front keeps the name, picture and description that its operator gave it: ours on all of them would be a
    list.
    """
    if not covered:
        await _picture(bot, log)
    for code, voice in library.newest.voices.items():
        language = None if code == library.default_language else code.split("_", 1)[0]
        try:
            await _name_commands(bot, voice, language)
            if not covered:
                await _describe(bot, voice, language)
        except TelegramError as problem:
            # Telegram allows few changes of a name a day; the next language and the next start try again.
            log.warning("front.not_set", error=type(problem).__name__)


async def _picture(bot: Bot, log: Log) -> None:
    """A sheet of notes, where there is no picture; one that the operator chose stays."""
    try:
        if not (await bot.get_user_profile_photos(bot.id, limit=1)).total_count:
            await bot.set_my_profile_photo(InputProfilePhotoStatic(PICTURE.read_bytes()))
    except Exception as problem:  # noqa: BLE001 - whatever answers there: for want of a picture no hotline stops
        log.warning("front.not_set", error=type(problem).__name__)


async def _name_commands(bot: Bot, voice: Voice, language: str | None) -> None:
    await bot.set_my_commands([BotCommand("start", voice.phrase("command_start"))], language_code=language)


async def _describe(bot: Bot, voice: Voice, language: str | None) -> None:
    name, description = voice.phrase("bot_name"), voice.phrase("bot_description")
    if (await bot.get_my_description(language_code=language)).description != description:
        await bot.set_my_description(description, language_code=language)
        await bot.set_my_short_description(voice.phrase("bot_about"), language_code=language)
    if (await bot.get_my_name(language_code=language)).name != name:
        await bot.set_my_name(name, language_code=language)


async def ask_handle(settings: Places) -> str:
    """The bot's name as Telegram has it; SetupError where that cannot be asked."""
    token = settings.bot_token.get_secret_value()
    if not token:
        raise SetupError("no token", "set WAYOUT_BOT_TOKEN, or give the name with --handle")
    root = settings.telegram_api_url
    bot = Bot(
        token,
        base_url=f"{root}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    try:
        async with bot:
            return bot.username
    except InvalidToken:
        raise SetupError("Telegram does not know this token", "ask @BotFather for the bot's token") from None
    except TelegramError as problem:
        raise SetupError(
            f"Telegram cannot be asked: {type(problem).__name__}", "give the name with --handle"
        ) from None
