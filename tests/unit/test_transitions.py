"""The transition table of screens, line by line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.ui.transitions import Standing, Transition, transition

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = Standing(10, False, NOW - timedelta(hours=1), 10)
PICTURE = Standing(10, True, NOW - timedelta(hours=1), 10)
PASSED = Standing(10, False, NOW - timedelta(hours=1), 11)
OLD = Standing(10, True, NOW - timedelta(hours=48), 10)


@pytest.mark.parametrize(
    ("standing", "wants_picture", "then"),
    [
        (Standing(), False, Transition.SEND),
        (Standing(latest_message_id=3), True, Transition.SEND),
        (PASSED, False, Transition.STRIP_AND_SEND),
        (PASSED, True, Transition.STRIP_AND_SEND),
        (OLD, True, Transition.STRIP_AND_SEND),
        (TEXT, False, Transition.EDIT_TEXT),
        (TEXT, True, Transition.EDIT_MEDIA),
        (PICTURE, True, Transition.EDIT_MEDIA),
        (PICTURE, False, Transition.REPLACE),
    ],
)
def test_transition(standing: Standing, wants_picture: bool, then: Transition) -> None:
    assert transition(standing, wants_picture, NOW) is then
