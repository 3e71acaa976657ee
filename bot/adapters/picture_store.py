"""Pictures of the house's own, on disk: a file each, named by the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{64}")


class PictureStore:
    """Whoever runs several processes gives them one ``folder``. It is made when the first picture is put there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """The key of these bytes. They are on disk whole or not at all, also when the machine fails."""
        key = key_of(data)
        path = self._folder / key
        if path.exists():
            return key
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=self._folder, suffix=".new")
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise
        return key

    def get(self, key: str) -> bytes | None:
        """None where there is no such picture."""
        if not _KEY.fullmatch(key):
            return None
        try:
            return (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None


def key_of(data: bytes) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
