"""What a bot puts into its menu, and which of it one person sees.

Scopes and languages take precedence as https://core.telegram.org/bots/api#determining-list-of-commands says.
"""

from __future__ import annotations

from .wire import Json
from .world import Bot, Chat, World


def scope_key(scope: Json, language: str) -> str:
    """The key of a list of commands in the bot's settings."""
    chat = f":{scope['chat_id']}" if "chat_id" in scope else ""
    user = f":{scope['user_id']}" if "user_id" in scope else ""
    return f"commands:{scope['type']}{chat}{user}|{language}"


def commands_for(bot: Bot, chat: Chat) -> list[Json]:
    """The commands in one person's menu."""
    scopes: list[Json] = [
        {"type": "chat", "chat_id": str(chat.person.id)},
        {"type": "all_private_chats"},
        {"type": "default"},
    ]
    language = chat.person.language_code.partition("-")[0]
    for scope in scopes:
        for code in (language, ""):
            commands = bot.settings.get(scope_key(scope, code))
            if commands is not None:
                return list(commands)
    return []


def menu_button_for(bot: Bot, chat: Chat) -> Json:
    """The button beside the field where one person writes."""
    default: Json = {"type": "commands"}
    own = bot.settings.get(f"menu:{chat.person.id}")
    common = bot.settings.get("menu:")
    button = own if own is not None and own["type"] != "default" else common
    return button if button is not None and button["type"] != "default" else default


def menu_for(bot: Bot, chat: Chat) -> Json:
    """Both."""
    return {"commands": commands_for(bot, chat), "menu_button": menu_button_for(bot, chat)}


def tell_menu(world: World, bot: Bot, chat: Chat) -> None:
    """Tell one phone, if its menu has changed since it was last told."""
    menu = menu_for(bot, chat)
    if menu != chat.menu_seen:
        chat.menu_seen = menu
        world.tell(bot, chat, "menu", lambda: menu)
