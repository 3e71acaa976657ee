"""Fetch the Bot API schema that aiogram's source distribution carries: `python -m tests.fidelity.fetch_schema`.

The archive comes through pip, is checked against a pinned hash before it is opened, and stays in `.cache/`, as does
the schema taken out of it; neither is part of the repository.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
VERSION = "3.31.0"
ARCHIVE = CACHE / f"aiogram-{VERSION}.tar.gz"
SCHEMA = CACHE / "botapi-schema.json"
SHA256 = "f2c5064fe52d88898c86af62261c405440a014216e45dd99b2c6555a5602ce30"
_MEMBER = f"aiogram-{VERSION}/.butcher/schema/schema.json"


def fetch() -> Path:
    """The path of the schema, fetched if need be. Raises RuntimeError when the archive is not the pinned one."""
    CACHE.mkdir(exist_ok=True)
    if not ARCHIVE.is_file():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-binary", "aiogram", "--dest", str(CACHE), f"aiogram=={VERSION}"]
        subprocess.run(command, check=True)
    return extract()


def extract() -> Path:
    """Take the schema out of the archive. Raises RuntimeError when the archive is missing or not the pinned one."""
    if not ARCHIVE.is_file():
        raise RuntimeError(f"{ARCHIVE} is missing: run python -m tests.fidelity.fetch_schema")
    found = hashlib.sha256(ARCHIVE.read_bytes()).hexdigest()
    if found != SHA256:
        raise RuntimeError(f"{ARCHIVE} has the hash {found}, not {SHA256}: delete it and fetch it again")
    if not SCHEMA.is_file():
        with tarfile.open(ARCHIVE) as archive:
            member = archive.extractfile(_MEMBER)
            if member is None:
                raise RuntimeError(f"{ARCHIVE} holds no {_MEMBER}")
            SCHEMA.write_bytes(member.read())
    return SCHEMA


if __name__ == "__main__":
    sys.stdout.write(f"{fetch()}\n")
