"""Buttons of improvement actions."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ShowActions(CallbackData, prefix="im"):
    pass


class ShowAction(CallbackData, prefix="imo"):
    action_id: int


class JoinAction(CallbackData, prefix="imj"):
    """The same source has led to an action that is there already."""

    action_id: int
    source: str
    source_id: int


class SetDue(CallbackData, prefix="imd"):
    """``days``: from now."""

    action_id: int
    days: int


class ChooseOwner(CallbackData, prefix="ima"):
    action_id: int


class GiveAction(CallbackData, prefix="img"):
    action_id: int
    person_id: int


class EndAction(CallbackData, prefix="imf"):
    """``done``: it was done; else it is given up. The words are typed then."""

    action_id: int
    done: bool


class TellNobody(CallbackData, prefix="imx"):
    action_id: int
