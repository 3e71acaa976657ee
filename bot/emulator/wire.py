"""From an HTTP request to a call: the Bot API takes parameters in four ways, and files in two.

Query string, `application/x-www-form-urlencoded` (nested values as JSON), `application/json`, and
`multipart/form-data`. A file is either a part named `x` to which a parameter refers as `attach://x`, or a part that
has the parameter's own name. See https://core.telegram.org/bots/api#making-requests.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web
from aiohttp.http_exceptions import BadHttpMessage

from .errors import BAD_BODY, PARAMETER_REQUIRED, TOO_LARGE, USER_ID_INVALID, ApiError, ErrorText

Json: TypeAlias = dict[str, Any]

MAX_UPLOAD = 50 * 1024 * 1024
"""Bytes that one request may bring; Telegram's limit for bots."""
_ATTACH = "attach://"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One call of a method. `method` is in small letters: names are case-insensitive."""

    method: str
    params: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter as text; "" when it is missing."""
        value = self.params.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def required(self, name: str) -> str:
        """The parameter as text. Raises ApiError when it is missing or empty."""
        value = self.text(name)
        if not value:
            raise ApiError(PARAMETER_REQUIRED, name=name)
        return value

    def integer(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """The parameter as a number, kept between `low` and `high`; what is no number counts as 0."""
        raw = self.text(name)
        value = (to_integer(raw) or 0) if raw else default
        if low is not None:
            value = max(low, value)
        return value if high is None else min(high, value)

    def flag(self, name: str) -> bool:
        """The parameter as a truth value."""
        return self.text(name).lower() in _TRUE

    def json(self, name: str, error: ErrorText) -> Any:
        """The parameter decoded, or None when it is missing. Raises `error` on bad JSON."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return decode(value)
        except ValueError:
            raise ApiError(error, **({"name": name} if "{name}" in error.text else {})) from None

    def user_id(self, name: str = "user_id") -> int:
        """The parameter as the id of a person. Raises ApiError when it is none."""
        value = self.integer(name)
        if value <= 0:
            raise ApiError(USER_ID_INVALID, name=name)
        return value

    def upload(self, name: str, reference: str | None = None) -> Upload | None:
        """The file behind a parameter, in either upload style; None when it is not an upload."""
        reference = self.text(name) if reference is None else reference
        if reference.startswith(_ATTACH):
            return self.files.get(reference.removeprefix(_ATTACH))
        return self.files.get(name) if name else None

    def observed(self) -> Json:
        """The parameters as an onlooker sees them: uploads in place as `<file>`."""
        seen = dict(self.params)
        attached = {v.removeprefix(_ATTACH) for v in seen.values() if isinstance(v, str) and v.startswith(_ATTACH)}
        for name in self.files:
            if name not in seen and name not in attached and _ATTACH + name not in json.dumps(seen, default=str):
                seen[name] = "<file>"
        return seen


def decode(text: str | bytes) -> Any:
    """JSON decoded. Raises ValueError, also for half a surrogate pair, which is no character."""
    value = json.loads(text)
    if _SURROGATE.search(text if isinstance(text, str) else text.decode("ascii", "replace")):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def to_integer(text: str) -> int | None:
    """The number that a parameter holds, or None."""
    try:
        return int(text)
    except ValueError:
        return None


async def read_call(request: web.Request, method: str) -> Call:
    """Parse a request. Raises ApiError (413, or 400 on a body that is not what its Content-Type says)."""
    call = Call(method.lower(), dict(request.query))
    kind = request.content_type
    if request.method != "POST" or not request.body_exists:
        return call
    if kind.startswith("multipart/"):
        try:
            await _read_parts(await request.multipart(), call)
        except (ValueError, AssertionError, BadHttpMessage):
            raise ApiError(BAD_BODY) from None
        return call
    body = await _body(request)
    if kind == "application/json":
        call.params.update(_json_object(body))
    else:
        call.params.update(_form(body))
    return call


async def read_reply(response: ClientResponse) -> Call | None:
    """The call that a bot makes in its answer to a webhook request, or None when it makes none."""
    kind = response.content_type
    call = Call("")
    if kind.startswith("multipart/"):
        await _read_parts(MultipartReader.from_response(response), call)
    else:
        body = await response.read()
        try:
            call.params.update(_json_object(body) if kind == "application/json" else _form(body))
        except ApiError:
            return None
    call.method = str(call.params.pop("method", "")).lower()
    return call if call.method else None


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(TOO_LARGE) from None


def _json_object(body: bytes) -> Json:
    if not body.strip():
        return {}
    try:
        value = decode(body)
    except ValueError:
        raise ApiError(BAD_BODY) from None
    if not isinstance(value, dict):
        raise ApiError(BAD_BODY)
    return value


def _form(body: bytes) -> Json:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise ApiError(BAD_BODY) from None


async def _read_parts(reader: Any, call: Call) -> None:
    left = MAX_UPLOAD
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        content = bytes(await part.read(decode=True))
        left -= len(content)
        if left < 0:
            raise ApiError(TOO_LARGE)
        if part.filename is None:
            call.params[part.name] = content.decode("utf-8", "replace")
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            call.files[part.name] = Upload(part.filename, kind, content)
