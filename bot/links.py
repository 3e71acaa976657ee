"""Deep links to this bot (core.telegram.org/bots/features, "Deep linking")."""

from __future__ import annotations

from urllib.parse import quote

from domain.codes import CodeKind, Keyring, poster_code


class DeepLinks:
    def __init__(self, username: str, keyring: Keyring, app_url: str = "") -> None:
        self._base = f"https://t.me/{username}?start="
        self._keyring = keyring
        self._app_url = app_url

    def secret(self, kind: CodeKind, id: int) -> str:
        return self._base + self._keyring.seal(kind, id)

    def poster(self, kind: CodeKind, id: int) -> str:
        return self._base + poster_code(kind, id)

    def share(self, url: str, text: str) -> str:
        return f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(text, safe='')}"

    def page(self, name: str) -> str | None:
        return f"{self._app_url}/app/{name}/" if self._app_url else None
