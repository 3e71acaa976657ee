"""What must outlive the process: JSON documents and bytes in one SQLite file, written through.

Changes are collected by `put` and `delete` and written by `flush`, which every answer waits for: what somebody was
told is on disk. WAL without fsync survives the death of the process, kill -9 included (the pages are the kernel's by
then), though not the death of the machine; that is enough for a local messenger and costs some 50 µs per call.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .wire import Json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS doc (kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, content BLOB NOT NULL);
"""


class Store:
    """Documents and bytes. Without a path only the bytes are kept, in memory."""

    def __init__(self, path: Path | None) -> None:
        self._database: sqlite3.Connection | None = None
        self._documents: dict[tuple[str, str], Json | None] = {}
        self._blobs: dict[str, bytes] = {}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _open(path)

    def put(self, kind: str, key: object, body: Json) -> None:
        """Keep a document. It is serialised at the next `flush`, so later changes to `body` until then are kept too."""
        if self._database is not None:
            self._documents[kind, str(key)] = body

    def delete(self, kind: str, key: object) -> None:
        """Forget a document."""
        if self._database is not None:
            self._documents[kind, str(key)] = None

    def put_blob(self, blob_id: str, content: bytes) -> None:
        """Keep bytes under the hash of their content; the same id again is the same bytes."""
        self._blobs[blob_id] = content

    def blob(self, blob_id: str) -> bytes | None:
        """The bytes kept under an id."""
        pending = self._blobs.get(blob_id)
        if pending is not None or self._database is None:
            return pending
        row = self._database.execute("SELECT content FROM blob WHERE id = ?", (blob_id,)).fetchone()
        return bytes(row[0]) if row else None

    def load(self, kind: str) -> Iterator[tuple[str, Json]]:
        """All documents of a kind, in the order in which they were first put."""
        if self._database is None:
            return
        for key, body in self._database.execute("SELECT key, body FROM doc WHERE kind = ? ORDER BY rowid", (kind,)):
            yield key, json.loads(body)

    def flush(self) -> None:
        """Write what has changed, in one transaction."""
        if self._database is None or not (self._documents or self._blobs):
            return
        documents, self._documents = self._documents, {}
        blobs, self._blobs = self._blobs, {}
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT OR IGNORE INTO blob VALUES (?, ?)", blobs.items())
        self._database.executemany(
            "INSERT INTO doc VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
            [(*key, json.dumps(body, ensure_ascii=False)) for key, body in documents.items() if body is not None],
        )
        self._database.executemany(
            "DELETE FROM doc WHERE kind = ? AND key = ?", [key for key, body in documents.items() if body is None]
        )
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Write the rest and let go of the file."""
        self.flush()
        if self._database is not None:
            self._database.close()
            self._database = None


def _open(path: Path) -> sqlite3.Connection:
    """The file, for this process alone. Raises ValueError when another has it or it is no database."""
    database = sqlite3.connect(path, isolation_level=None, timeout=0.5)
    try:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=OFF")
        database.executescript("BEGIN IMMEDIATE;" + _SCHEMA + "COMMIT;")
    except sqlite3.DatabaseError as error:
        database.close()
        raise ValueError(f"{path} cannot be used, is another messenger running on it? ({error})") from None
    return database
