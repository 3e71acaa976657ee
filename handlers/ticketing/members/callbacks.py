"""Buttons of memberships."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenTiers(CallbackData, prefix="mbl"):
    pass


class OpenTier(CallbackData, prefix="mbo"):
    tier_id: int


class NewTier(CallbackData, prefix="mbn"):
    venue_id: int


class AskMembers(CallbackData, prefix="mbg"):
    """Which numbers, until when?"""

    tier_id: int


class EndThisMembership(CallbackData, prefix="mbe"):
    membership_id: int


class TakeThisMembership(CallbackData, prefix="mbt"):
    """Its link was opened in this very chat before."""

    membership_id: int


class AskMemberAtWindow(CallbackData, prefix="mbw"):
    """The customer is a member: which one?"""

    order_id: int


class ChooseMemberAtWindow(CallbackData, prefix="mbc"):
    order_id: int
    membership_id: int


class PayAsMember(CallbackData, prefix="mbp"):
    """On one's order."""

    order_id: int
