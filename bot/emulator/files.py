"""Files up and down: bytes by content hash, file ids per bot, picture sizes."""

from __future__ import annotations

import hashlib
import io
import mimetypes
from dataclasses import asdict, dataclass

from PIL import Image, UnidentifiedImageError

from . import errors as E
from .errors import ApiError
from .store import Store
from .wire import Call, Json, Upload

MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
"""Bytes of a file that `getFile` hands out."""
_SIDES = (90, 320, 800)
"""The longer sides of the smaller copies that Telegram makes of a photo, in pixels."""
_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice"}
_PREFIX = {"photo": "AgACAgQAAx", "document": "BQACAgQAAx", "voice": "AwACAgQAAx"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file id. `side` is the longer side in pixels of a smaller copy of the photo `blob`, 0 for the file itself."""

    file_id: str
    unique_id: str
    bot_id: int
    kind: str
    blob: str
    size: int
    name: str
    mime_type: str
    width: int = 0
    height: int = 0
    side: int = 0

    @property
    def path(self) -> str:
        """Where the file is downloaded, below `/file/bot<token>/`."""
        suffix = ".jpg" if self.kind == "photo" else mimetypes.guess_extension(self.mime_type) or ""
        if "." in self.name and self.kind != "photo":
            suffix = "." + self.name.rpartition(".")[2]
        return f"{_FOLDERS[self.kind]}/{self.file_id}{suffix}"


class Files:
    """All files that were sent, by file id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: dict[str, StoredFile] = {}
        for file_id, body in store.load("file"):
            self._files[file_id] = StoredFile(**body)

    def find(self, file_id: str, bot_id: int) -> StoredFile | None:
        """The file behind an id; ids are of one bot, as Telegram's are."""
        found = self._files.get(file_id)
        return found if found is not None and found.bot_id == bot_id else None

    def by_path(self, path: str, bot_id: int) -> StoredFile | None:
        """The file behind a `file_path`."""
        return self.find(path.rpartition("/")[2].partition(".")[0], bot_id)

    def content(self, file: StoredFile) -> bytes:
        """The bytes of a file; a smaller copy of a photo is made when it is asked for."""
        content = self._store.blob(file.blob)
        if content is None:
            raise KeyError(file.file_id)
        return _shrink(content, file.side) if file.side else content

    def incoming(
        self, call: Call, field: str, bot_id: int, kind: str, reference: str | None = None
    ) -> StoredFile | None:
        """The file of a call: an upload, or an id of a file of the same kind; None when there is neither.

        Raises ApiError for what Telegram would not take.
        """
        upload = call.upload(field, reference)
        if upload is not None:
            return self.add(upload, bot_id, kind)
        given = call.text(field) if reference is None else reference
        if not given or given.startswith("attach://"):
            return None
        if given.startswith(("http://", "https://")):
            raise ApiError(E.FILE_URL)  # this server reaches nothing but loopback
        known = self.find(given, bot_id)
        if known is None or known.kind != kind:
            raise ApiError(E.FILE_WRONG)
        return known

    def add(self, upload: Upload, bot_id: int, kind: str) -> StoredFile:
        """Keep an upload under a new id. Raises ApiError for an empty file and for a photo that is none."""
        if not upload.content:
            raise ApiError(E.FILE_EMPTY)
        blob = hashlib.sha256(upload.content).hexdigest()
        width, height = _photo_size(upload.content) if kind == "photo" else (0, 0)
        mime_type = upload.content_type.partition(";")[0]
        if mime_type == "application/octet-stream":
            mime_type = mimetypes.guess_type(upload.filename)[0] or mime_type
        self._store.put_blob(blob, upload.content)
        return self._register(
            StoredFile("", "", bot_id, kind, blob, len(upload.content), upload.filename, mime_type, width, height)
        )

    def _register(self, file: StoredFile) -> StoredFile:
        key = hashlib.sha256(f"{file.bot_id}:{file.kind}:{file.blob}:{file.side}:{file.name}".encode()).hexdigest()
        unique = hashlib.sha256(f"{file.blob}:{file.side}".encode()).hexdigest()
        body = asdict(file) | {"file_id": _PREFIX[file.kind] + key[:40], "unique_id": "AQAD" + unique[:12]}
        registered = StoredFile(**body)
        if registered.file_id not in self._files:
            self._files[registered.file_id] = registered
            self._store.put("file", registered.file_id, body)
        return registered

    def photo_sizes(self, file: StoredFile) -> list[Json]:
        """A photo as the Bot API shows it: PhotoSize objects, the largest last."""
        longest = max(file.width, file.height)
        sizes: list[Json] = []
        for side in _SIDES if not file.side else ():
            if side >= longest:
                break
            width, height = max(1, file.width * side // longest), max(1, file.height * side // longest)
            body = asdict(file) | {"side": side, "width": width, "height": height, "size": 0}
            smaller = self._register(StoredFile(**body))
            sizes.append(_file_json(smaller) | {"width": width, "height": height})
        sizes.append(_file_json(file) | {"width": file.width, "height": file.height})
        return sizes


def document_json(file: StoredFile) -> Json:
    """A document as the Bot API shows it."""
    return {"file_name": file.name, "mime_type": file.mime_type} | _file_json(file)


def voice_json(file: StoredFile, duration: int) -> Json:
    """A voice message as the Bot API shows it; `duration` in seconds."""
    return {"duration": duration, "mime_type": file.mime_type} | _file_json(file)


def file_json(file: StoredFile) -> Json:
    """What `getFile` answers. Raises ApiError for a file above `MAX_DOWNLOAD`."""
    if file.size > MAX_DOWNLOAD:
        raise ApiError(E.FILE_TOO_BIG)
    return _file_json(file) | {"file_path": file.path}


def _file_json(file: StoredFile) -> Json:
    body: Json = {"file_id": file.file_id, "file_unique_id": file.unique_id}
    return body | {"file_size": file.size} if file.size else body


def _photo_size(content: bytes) -> tuple[int, int]:
    if len(content) > MAX_PHOTO:
        raise ApiError(E.PHOTO_TOO_BIG, size=len(content))
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError):
        raise ApiError(E.PHOTO_UNREADABLE) from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise ApiError(E.PHOTO_DIMENSIONS)
    return width, height


def _shrink(content: bytes, side: int) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        copy = picture.convert("RGB")
    copy.thumbnail((side, side))
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=87)
    return out.getvalue()
