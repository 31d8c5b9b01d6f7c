"""The Bot API's JSON shapes of people, bots, chats and messages."""

from sandbox.records import Bot, Chat, Json, Message, Person
from sandbox.world import World


def _without_none(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def user(person: Person, *, with_language: bool = True) -> Json:
    """Return a person as the Bot API's User; the language comes only with what the person does."""
    return _without_none(
        id=person.id,
        is_bot=False,
        first_name=person.first_name,
        last_name=person.last_name,
        username=person.username,
        language_code=person.language_code if with_language else None,
    )


def bot_user(world: World, bot: Bot) -> Json:
    """Return a bot as the Bot API's User; its name is what it has set itself, or the one it was made with."""
    name = world.profile(bot.id, "name") or bot.name
    return {"id": bot.id, "is_bot": True, "first_name": name, "username": bot.username}


def me(world: World, bot: Bot) -> Json:
    """Return what getMe returns: a User with what only the bot itself is told."""
    return bot_user(world, bot) | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


def private_chat(person: Person) -> Json:
    """Return a private chat as the Bot API's Chat; its id is the person's."""
    return _without_none(
        id=person.id,
        type="private",
        first_name=person.first_name,
        last_name=person.last_name,
        username=person.username,
    )


def full_chat(world: World, chat: Chat) -> Json:
    """Return what getChat returns: a ChatFullInfo."""
    person = world.people[chat.person]
    pinned = world.messages.get((chat.bot, chat.pinned)) if chat.pinned else None
    return private_chat(person) | _without_none(
        active_usernames=[person.username] if person.username else None,
        accent_color_id=person.id % 7,
        max_reaction_count=11,
        accepted_gift_types={
            "unlimited_gifts": True,
            "limited_gifts": True,
            "unique_gifts": True,
            "premium_subscription": True,
            "gifts_from_channels": True,
        },
        pinned_message=message(world, pinned) if pinned else None,
    )


def message(world: World, sent: Message, *, with_reply: bool = True) -> Json:
    """Return a message as the Bot API's Message, seen by the bot."""
    person = world.people[sent.person]
    sender = bot_user(world, world.bots[sent.bot]) if sent.from_bot else user(person)
    body = dict(sent.body)
    if not with_reply:
        body.pop("reply_to_message", None)
    shape = {"message_id": sent.id, "from": sender, "chat": private_chat(person), "date": sent.date}
    if sent.edit_date is not None:
        shape["edit_date"] = sent.edit_date
    return shape | body


def seen_by_person(world: World, sent: Message) -> Json:
    """Return a message as the chat page and the scripted person see it: the Bot API's shape and a little more."""
    return message(world, sent) | {
        "outgoing": not sent.from_bot,
        "silent": sent.silent,
        "reactions": list(sent.reactions),
    }
