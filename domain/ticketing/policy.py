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
COOL_DOWN_AFTER = 3  # holds on one performance that ended unpaid, by the clock or by the person …
COOL_DOWN_WITHIN = timedelta(minutes=60)
COOL_DOWN_LASTS = timedelta(minutes=10)
HAND_ON_LASTS = timedelta(days=3)
WAITING_OFFER_LASTS = timedelta(hours=2)
#: Near the end of sales an offer lasts this share of what is left, and never less than a hold: the next in line wants
#: a chance too.
WAITING_OFFER_SHARE = 8
#: Of a performance that is called off, the money goes back by itself to whoever has not answered by then.
ANSWER_WITHIN = timedelta(days=7)
#: What is reserved keeps so long, if it did before, where its performance is brought forward.
MOVED_RESERVATION_LASTS = timedelta(hours=2)
#: Whoever has not answered by then is called.
CALL_AFTER = timedelta(hours=24)
