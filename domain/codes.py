"""Codes that travel in links and QR pictures: ``kind letter + key id + base64url(id, MAC)``.

A deep link's parameter is at most 64 of ``[A-Za-z0-9_-]`` (Bot API, "Deep linking"). Ours are 30 characters: the
shorter the payload, the better a QR is read. The MAC is HMAC-SHA-256 cut to 128 bits under a key that can be
rotated: a forged code fails without a look-up; whether a genuine one is *valid* only the database knows.

This is also the one registry of start prefixes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_ID_BYTES = 5
_MAC_BYTES = 16
LENGTH = 2 + (_ID_BYTES + _MAC_BYTES) * 4 // 3
_MOST_ID = 256**_ID_BYTES - 1


class CodeKind(StrEnum):
    """The first letter of a start parameter. Letters without a MAC (event, performance) are for posters in town."""

    TICKET = "T"
    PARTY = "P"
    HAND_ON = "H"
    INVITATION = "I"
    SEAT = "S"  # one of a hold, for a friend to pay
    VOUCHER = "V"
    MEMBERSHIP = "M"
    GROUP = "G"  # places set aside, for the group's leader to pay
    HANDOUT = "L"  # tickets of an order: all of them as a present, or one for each of a group
    EVENT = "e"
    PERFORMANCE = "p"


SECRET_KINDS = "".join(kind for kind in CodeKind if kind.isupper())
#: A secret code anywhere in a text, alone or inside a link.
SECRET_CODE = re.compile(
    rf"(?<![A-Za-z0-9_-])[{SECRET_KINDS}][A-Za-z0-9][A-Za-z0-9_-]{{{LENGTH - 2}}}(?![A-Za-z0-9_-])"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A code whose MAC was found right. It says nothing about whether it is still in force."""

    kind: CodeKind
    id: int


class Keyring:
    """Server keys by their one-character id; the first one signs, all of them open. Raises ValueError if empty."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        for key_id, secret in keys.items():
            if not re.fullmatch("[A-Za-z0-9]", key_id) or len(secret) < 16:
                raise ValueError("a key has an id of one letter or digit and at least 16 bytes")
        self._keys = dict(keys)
        self.current = next(iter(self._keys))

    def seal(self, kind: CodeKind, id: int, key_id: str | None = None) -> str:
        """The code for an object. Raises ValueError for an id beyond 40 bits, KeyError for a key that is gone."""
        if not 0 < id <= _MOST_ID:
            raise ValueError(id)
        key_id = key_id or self.current
        raw = id.to_bytes(_ID_BYTES, "big")
        return f"{kind.value}{key_id}{_b64(raw + self._mac(kind.value, key_id, raw))}"

    def open(self, code: str) -> Opened | None:
        """None for everything that this house did not sign with a key it still has."""
        # The shape is looked at first: Python's decoder takes "+" for "-", and so would know two texts for one code.
        if not SECRET_CODE.fullmatch(code) or code[1] not in self._keys:
            return None
        blob = base64.urlsafe_b64decode(code[2:])
        raw, mac = blob[:_ID_BYTES], blob[_ID_BYTES:]
        if not hmac.compare_digest(mac, self._mac(code[0], code[1], raw)):
            return None
        return Opened(CodeKind(code[0]), int.from_bytes(raw, "big"))

    def every_seal(self, kind: CodeKind, id: int) -> list[str]:
        """All codes that open to this object: one for each key that the ring still has."""
        return [self.seal(kind, id, key_id) for key_id in self._keys]

    def stamp(self, use: str, message: bytes) -> str:
        """A proof, to travel beside a message, that this house wrote it. ``use`` keeps one kind of message from being
        taken for another."""
        return self.current + _b64(self._stamp(self.current, use, message))

    def is_stamp(self, stamp: str, use: str, message: bytes) -> bool:
        key_id = stamp[:1]
        if key_id not in self._keys:
            return False
        right = key_id + _b64(self._stamp(key_id, use, message))
        return hmac.compare_digest(stamp.encode(), right.encode())

    def _stamp(self, key_id: str, use: str, message: bytes) -> bytes:
        return hmac.new(self._keys[key_id], b"foyer-" + use.encode() + b"\0" + message, hashlib.sha256).digest()

    def _mac(self, kind: str, key_id: str, raw: bytes) -> bytes:
        message = b"foyer-code\0" + kind.encode() + key_id.encode() + raw
        return hmac.new(self._keys[key_id], message, hashlib.sha256).digest()[:_MAC_BYTES]


def _b64(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).decode("ascii").rstrip("=")


def poster_code(kind: CodeKind, id: int) -> str:
    """The open code of an event or a performance: anybody may make one."""
    return f"{kind.value}{id}"


def open_poster_code(code: str) -> Opened | None:
    match = re.fullmatch(rf"([{CodeKind.EVENT}{CodeKind.PERFORMANCE}])([0-9]{{1,12}})", code)
    return Opened(CodeKind(match[1]), int(match[2])) if match else None


#: No vowels, nothing that looks or sounds like something else when it is read out at a door.
SHORT_ALPHABET = "2346789BCDFGHJKMPQRTVWXY"
SHORT_LENGTH = 6


def clean_short_code(text: str) -> str | None:
    """What somebody typed, as a short code; None if it cannot be one."""
    code = _joined(text)
    good = len(code) == SHORT_LENGTH and all(letter in SHORT_ALPHABET for letter in code)
    return code if good else None


def is_mistyped_short_code(text: str) -> bool:
    """Whether it was meant as a short code and cannot be one: about as long, with a figure in it."""
    code = _joined(text)
    like = abs(len(code) - SHORT_LENGTH) <= 1 and code.isascii() and code.isalnum() and any(map(str.isdigit, code))
    return like and clean_short_code(text) is None


def _joined(text: str) -> str:
    return re.sub(r"[\s\-–—.]", "", text).upper()
