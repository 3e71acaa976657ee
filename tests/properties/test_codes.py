"""Codes that this house did not sign, or not with a key it still has: none opens, none hurts."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from bot.intake import open_codes
from domain.codes import LENGTH, SECRET_KINDS, CodeKind, Keyring, Opened
from handlers.ui.start import MARK, Forged, opened_code

NEW, OLD, STRANGER = (f"the {name} secret of the tests".encode() for name in ("new", "old", "stranger's"))
HOUSE = Keyring({"n": NEW, "o": OLD})
CODES = 100_000
KINDS = [CodeKind(kind) for kind in SECRET_KINDS]
ALPHABET = string.ascii_letters + string.digits + "-_"
STRANGE = ALPHABET + "+/=~! \n\x00.ä票🎫" + "\u202e\u0301\ud800"
ALIASES = {"-": "+", "_": "/"}  # what decoders of the other Base64 alphabet would take for the same


@pytest.fixture
def genuine() -> list[str]:
    chance = random.Random(1)
    return [HOUSE.seal(chance.choice(KINDS), chance.randrange(1, 2**40), chance.choice("no")) for _ in range(500)]


def mutated(chance: random.Random, genuine: list[str]) -> Iterator[str]:
    """Codes near to genuine ones, and none of them genuine."""
    retired = Keyring({"r": OLD})  # the house has lost this key id
    stranger = Keyring({"n": STRANGER, "o": STRANGER})
    known = set(genuine)

    def noise() -> str:
        return "".join(chance.choices(STRANGE, k=chance.choice((0, 1, 2, LENGTH, LENGTH, 64))))

    ways: list[Callable[[str, int], str]] = [
        lambda code, at: code[:at] + chance.choice(ALPHABET) + code[at + 1 :],
        lambda code, at: code[:at] + chance.choice(STRANGE) + code[at + 1 :],
        lambda code, at: "".join(ALIASES.get(letter, letter) for letter in code),
        lambda code, at: code[:at],
        lambda code, at: code[at + 1 :],
        lambda code, at: code + chance.choice(ALPHABET + "="),
        lambda code, at: code[:at] + code[at + 1 :],
        lambda code, at: code[:at] + chance.choice(genuine)[at:],
        lambda code, at: code[:1] + chance.choice(ALPHABET) + code[2:],
        lambda code, at: chance.choice(SECRET_KINDS + "epXZ") + code[1:],
        lambda code, at: retired.seal(chance.choice(KINDS), chance.randrange(1, 1000)),
        lambda code, at: stranger.seal(chance.choice(KINDS), chance.randrange(1, 1000), chance.choice("no")),
        lambda code, at: noise(),
    ]
    while True:
        code = chance.choice(genuine)
        made = chance.choice(ways)(code, chance.randrange(len(code)))
        if made not in known:
            yield made


def test_genuine_codes_open_under_each_key(genuine: list[str]) -> None:
    for key in HOUSE.current, "o":
        for kind in KINDS:
            assert HOUSE.open(HOUSE.seal(kind, 7, key)) == Opened(kind, 7)
    assert all(HOUSE.open(code) for code in genuine)
    assert HOUSE.open(Keyring({"n": NEW}).seal(CodeKind.TICKET, 2**40 - 1)) == Opened(CodeKind.TICKET, 2**40 - 1)


def test_100_000_codes_that_are_not_ours(genuine: list[str]) -> None:
    codes = mutated(random.Random(2), genuine)
    assert [code for code in islice(codes, CODES) if HOUSE.open(code)] == []


def test_the_inbox_lets_none_of_them_in(genuine: list[str]) -> None:
    """In a text, alone, in a link, and with a mark that a person typed before it."""
    for code in islice(mutated(random.Random(3), genuine), 20_000):
        if any(part in genuine for part in re.findall("[A-Za-z0-9_-]+", code)):
            continue  # a genuine code with something beside it, as in a sentence
        for text in (f"/start {code}", f"https://t.me/foyer_bot?start={code}", f"/start {MARK * 2}T1 {MARK}{code}"):
            found = opened_code(open_codes(text, HOUSE))
            assert found is None or isinstance(found, Forged) or found.kind not in SECRET_KINDS, text


def test_a_genuine_code_is_never_stored_raw(genuine: list[str]) -> None:
    for code in genuine:
        opened = HOUSE.open(code)
        assert opened is not None
        stored = open_codes(f"/start {code}, {code}!", HOUSE)
        assert code not in stored
        assert stored.count(f"{MARK}{opened.kind}{opened.id}") == 2
