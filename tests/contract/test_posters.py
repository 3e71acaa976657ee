"""Posters of the house's own on their way from the picture store to Telegram."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog.testing

from bot.adapters.picture_store import PictureStore, key_of
from bot.adapters.pictures import draw
from bot.painter import Painter
from domain.programme.model import EventKind
from handlers.ui.pictures import Poster, UploadedPoster
from storage.unit_of_work import UnitOfWork

MADE = Poster("魔笛", EventKind.OPERA, "magic")
BYTES = b"the bytes of a picture"


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path / "pictures")


def test_a_picture_is_kept_once_and_nothing_half_written_stays(store: PictureStore, tmp_path: Path) -> None:
    key = store.put(BYTES)
    assert (store.put(BYTES), key_of(BYTES)) == (key, key)
    assert store.get(key) == BYTES
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == [key]
    (tmp_path / "secret").write_bytes(b"x")
    for unknown in ("0" * 64, "../secret", "", "pictures"):
        assert store.get(unknown) is None


def test_a_write_that_fails_leaves_nothing(
    store: PictureStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("bot.adapters.picture_store.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(BYTES)
    assert list((tmp_path / "pictures").iterdir()) == []
    assert store.get(key_of(BYTES)) is None


async def test_an_uploaded_poster_goes_out_as_it_is_in_every_language(uow: UnitOfWork, store: PictureStore) -> None:
    painter = Painter(uow, 1, store)
    chinese = UploadedPoster(store.put(BYTES), instead=MADE)
    english = UploadedPoster(store.put(BYTES), instead=Poster("The Magic Flute", EventKind.OPERA, "magic"))
    assert await painter.file_id(chinese) is None
    assert await painter.draw(chinese) == BYTES
    await painter.sent(chinese, "file-1")
    assert await painter.file_id(english) == "file-1"
    assert await Painter(uow, 1, store).file_id(english) == "file-1"


async def test_a_poster_that_the_store_has_lost_is_replaced_and_told_until_it_is_back(
    uow: UnitOfWork, store: PictureStore
) -> None:
    painter = Painter(uow, 1, store)
    poster = UploadedPoster(key_of(BYTES), instead=MADE)
    with structlog.testing.capture_logs() as logs:
        assert await painter.draw(poster) == draw(MADE)
    assert [(line["event"], line["picture"]) for line in logs] == [("poster.lost", key_of(BYTES))]
    await painter.sent(poster, "file-of-the-made-one")
    assert await painter.file_id(poster) is None
    assert await painter.file_id(MADE) is None

    store.put(BYTES)
    assert await painter.draw(poster) == BYTES
    await painter.sent(poster, "file-1")
    assert await painter.file_id(poster) == "file-1"
