"""Roles in words."""

from __future__ import annotations

from domain.people.model import Role
from domain.programme.search import folded
from handlers.ui.i18n import LOCALES, N_, Html, Texts, texts

ROLE_NAMES: dict[Role, str] = {
    Role.AUDIENCE: N_("Audience"),
    Role.USHER: N_("Usher"),
    Role.BOX_OFFICE: N_("Box office"),
    Role.FLOOR: N_("Floor service"),
    Role.STAGE: N_("Stage team"),
    Role.SAFETY: N_("Safety team"),
    Role.MANAGER: N_("Manager"),
    Role.OWNER: N_("Owner"),
}
_WHAT_THEY_DO: dict[Role, str] = {
    Role.USHER: N_("You check tickets at the door."),
    Role.BOX_OFFICE: N_("You sell and change tickets at the window."),
    Role.FLOOR: N_("You look after the audience in the house."),
    Role.STAGE: N_("You say when a performance starts, pauses and ends."),
    Role.SAFETY: N_("You hear of everything that concerns safety."),
    Role.MANAGER: N_("You run a venue: its team, its tasks, its doors."),
    Role.OWNER: N_("You may do everything here."),
}


def role_name(t: Texts, role: Role) -> str:
    return t.plain(ROLE_NAMES[role])


def what_they_do(t: Texts, role: Role) -> Html:
    return t(_WHAT_THEY_DO[role])


def role_called(text: str) -> Role | None:
    """The staff role that somebody names, in any of our languages or by its stable word."""
    asked = folded(text.strip())
    for role in _WHAT_THEY_DO:
        names = {role.value, *(role_name(texts(locale), role) for locale in LOCALES)}
        if asked in {folded(name) for name in names}:
            return role
    return None
