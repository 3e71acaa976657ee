"""What a small house says about help, drinks and questions."""

from __future__ import annotations

from typing import Any


def house_document(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "venue": "riverside",
        "answer_within_minutes": 10,
        "pick_up": {"en": "Bar on the first floor", "zh_Hans": "二楼酒吧"},
        "page": [
            {"after": 0, "whom": "zone"},
            {"after": 60, "whom": "venue"},
            {"after": 120, "whom": "manager"},
        ],
        "drink": [
            {
                "key": "wine",
                "name": {"en": "White wine", "zh_Hans": "白葡萄酒"},
                "price": 4800,
                "tax": 1300,
                "stock": 3,
            },
            {
                "key": "juice",
                "name": {"en": "Orange juice", "zh_Hans": "橙汁"},
                "price": 2000,
                "tax": 600,
                "allergens": {"en": "none", "zh_Hans": "无"},
            },
        ],
        "fact": [
            {
                "key": "parking",
                "words": ["parking", "car park", "停车"],
                "text": {"en": "The car park is under the square.", "zh_Hans": "停车场在广场地下。"},
            }
        ],
        "reply": [
            {
                "key": "late",
                "title": {"en": "Latecomers", "zh_Hans": "迟到"},
                "text": {"en": "You are let in at the break.", "zh_Hans": "您可在中场休息时入场。"},
            }
        ],
        "hours": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "10:00", "until": "21:00"}],
    }
    return document | changes
