"""The posters that a programme sheet names: read beside it, checked, and kept once the whole sheet is found good."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from bot.adapters.picture_check import MOST_BYTES, PictureRefused, check_picture
from bot.adapters.picture_store import PictureStore, key_of
from domain.programme.cells import CellFault


class Posters:
    """Reads a cell of the column ``poster``: the name of a file in ``folder`` or below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, str] = {}
        self._pictures: dict[str, bytes] = {}

    def __call__(self, name: str) -> str:
        """The picture's key in the store. Raises CellFault for a file that is missing, elsewhere, or no picture."""
        if name not in self._keys:
            picture = _checked(self._folder, name)
            key = self._keys[name] = key_of(picture)
            self._pictures[key] = picture
        return self._keys[name]

    def keep(self, store: PictureStore) -> None:
        """Puts all that were read into the store."""
        for picture in self._pictures.values():
            store.put(picture)


def _checked(folder: Path, name: str) -> bytes:
    relative = PurePosixPath(name.replace("\\", "/"))  # Windows writes its paths so
    if not relative.parts or relative.is_absolute() or ".." in relative.parts or ":" in name:
        raise CellFault("poster_elsewhere")
    try:
        return check_picture(_read(folder / relative)).data
    except PictureRefused as refused:
        raise CellFault(refused.code, **refused.params) from None


def _read(path: Path) -> bytes:
    try:
        if path.is_file():
            # A file above the limit is refused by one byte too many, whatever its size.
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise CellFault("poster_unreadable", why=error.strerror) from None
    raise CellFault("no_poster_file", name=path.name)
