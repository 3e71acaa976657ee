"""The error texts agree with Telegram's own source, where it is public.

`FOYER_CLIENT_CPP` names `telegram-bot-api/Client.cpp` of tdlib/telegram-bot-api, `FOYER_TDLIB_SRC` the folder
`td/telegram` of tdlib/td; the commits that the table was checked at stand in bot/emulator/errors.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.emulator import errors
from bot.emulator.errors import TABLE, ApiError, ErrorText, Source, describe

_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_JOINED = re.compile(r'"\s*\n\s*"')


def _literals(paths: Iterable[Path]) -> str:
    """All string literals of C++ files, neighbours joined as the compiler joins them, one per line."""
    found: list[str] = []
    for path in paths:
        found += _LITERAL.findall(_JOINED.sub("", path.read_text(errors="replace")))
    return "\n".join(literal.replace('\\"', '"') for literal in found)


def _of(source: Source) -> list[tuple[str, ErrorText]]:
    return [(name, error) for name, error in TABLE.items() if error.source is source]


def _missing(source: Source, literals: str) -> list[str]:
    return [f"{name}: {part!r}" for name, error in _of(source) for part in error.literals() if part not in literals]


@pytest.mark.skipif("FOYER_CLIENT_CPP" not in os.environ, reason="NOT CHECKED: FOYER_CLIENT_CPP names no Client.cpp")
def test_texts_of_the_bot_api_server_stand_in_its_source() -> None:
    assert not _missing(Source.CLIENT, _literals([Path(os.environ["FOYER_CLIENT_CPP"])]))


@pytest.mark.skipif("FOYER_TDLIB_SRC" not in os.environ, reason="NOT CHECKED: FOYER_TDLIB_SRC names no td/telegram")
def test_texts_of_tdlib_stand_in_its_source() -> None:
    assert not _missing(Source.TDLIB, _literals(Path(os.environ["FOYER_TDLIB_SRC"]).rglob("*.cpp")))


def test_every_entry_has_a_code_and_words_and_none_stands_twice() -> None:
    assert len(TABLE) > 100
    for name, error in TABLE.items():
        assert error.code in (400, 401, 403, 404, 409, 413, 429, 500), name
        assert error.text.strip() == error.text, name
        assert error.text, name
        assert error.literals() or error.source is Source.UNVERIFIED, name
    keys = [(error.code, error.text, error.source) for error in TABLE.values()]
    twice = {key for key in keys if keys.count(key) > 1}
    assert {text for _, text, _ in twice} <= {"Unsupported type specified", "Can't parse {name} JSON object"}


def test_the_parts_of_a_text_are_parts_of_it() -> None:
    for name, error in TABLE.items():
        for part in error.parts:
            assert part in error.text, name


def test_the_commits_that_were_checked_are_on_record() -> None:
    assert re.fullmatch(r"[0-9a-f]{40}", errors.CLIENT_COMMIT)
    assert re.fullmatch(r"[0-9a-f]{40}", errors.TDLIB_COMMIT)


def test_no_error_text_stands_outside_the_table() -> None:
    folder = Path(errors.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name in ("errors.py", "faults.py"):
            continue
        for literal in _LITERAL.findall(path.read_text()):
            assert not literal.startswith(("Bad Request", "Forbidden:", "Conflict:")), path


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (400, "Message text is empty", "Bad Request: message text is empty"),
        (400, "BUTTON_DATA_INVALID", "Bad Request: BUTTON_DATA_INVALID"),
        (400, "MESSAGE_TOO_LONG", "Bad Request: MESSAGE_TOO_LONG"),
        (403, "bot was blocked by the user", "Forbidden: bot was blocked by the user"),
        (404, "Not Found: method not found", "Not Found: method not found"),
        (401, "Unauthorized", "Unauthorized"),
    ],
)
def test_a_description_is_made_as_telegram_makes_it(code: int, words: str, told: str) -> None:
    assert describe(code, words) == told


def test_too_many_requests_says_when_to_come_back() -> None:
    error: ApiError = errors.too_many_requests(7)
    assert (error.code, error.retry_after) == (429, 7)
    assert error.description == "Too Many Requests: retry after 7"
