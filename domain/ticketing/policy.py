"""The house's rules of sale, in one place."""

from __future__ import annotations

from datetime import timedelta

HOLD_LASTS = timedelta(minutes=10)
HOLD_AT_MOST = timedelta(minutes=30)
#: Telegram gives 10 s to answer a pre-checkout and names no limit for the money itself; a card with a second
#: factor takes minutes.
PAYING_LASTS = timedelta(minutes=10)
#: From the hold's beginning: pressing Pay again and again keeps no seats for ever.
PAYING_AT_MOST = HOLD_AT_MOST + PAYING_LASTS
COOL_DOWN_AFTER = 3  # unpaid holds on one performance …
COOL_DOWN_WITHIN = timedelta(minutes=60)
COOL_DOWN_LASTS = timedelta(minutes=10)
HAND_ON_LASTS = timedelta(days=3)
