"""Who a bot is: what BotFather would know about it."""

from __future__ import annotations

from dataclasses import dataclass

TEST_PROVIDER_TOKEN = "284685063:TEST:foyer"
"""The payment token of the provider beside the messenger, as BotFather would hand it out for test payments."""


@dataclass(frozen=True, slots=True)
class BotProfile:
    """A bot that this server knows.

    `payment_tokens` are the provider tokens under which `sendInvoice` is accepted and under which the payment
    provider answers; any other gives PAYMENT_PROVIDER_INVALID.
    """

    username: str = "foyer_bot"
    first_name: str = "Foyer"
    payment_tokens: tuple[str, ...] = (TEST_PROVIDER_TOKEN,)


def bot_id_of(token: str) -> int:
    """The bot's user id, which is the part of its token before the colon. Raises ValueError."""
    head, colon, secret = token.partition(":")
    if not colon or not secret or not head.isdigit():
        raise ValueError(f"A bot token looks like 123456:secret, not like {head[:12]!r}…")
    return int(head)
