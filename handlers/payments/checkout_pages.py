"""The small web pages around a checkout, in every language at once: a browser has not said who it is."""

from __future__ import annotations

from html import escape

from handlers.ui.i18n import LOCALES, N_, texts

THANKS = N_("Thank you. As soon as the payment arrives, you find it in the chat.")
OVER = N_("There is nothing to pay here any more. The chat shows how things stand.")
BUSY = N_("The payment service does not answer. Please try again in a minute.")
_BACK = N_("Back to the chat")

_STYLE = (
    "body{font:1.15rem/1.5 system-ui,sans-serif;max-width:30rem;margin:12vh auto;padding:0 1.25rem;"
    "color:#1c2030;background:#fff}a{display:inline-block;padding:.7rem 1.2rem;border-radius:.6rem;"
    "background:#1f4f8f;color:#fff;text-decoration:none}section{margin-bottom:2.5rem}"
    "@media(prefers-color-scheme:dark){body{color:#eef0f5;background:#14171f}}"
)


def page(said: str, chat: str) -> str:
    """``said``: one of the texts above; ``chat``: the address of the chat with the bot."""
    parts = []
    for locale in LOCALES:
        t = texts(locale)
        language = locale.replace("_", "-")
        link = f'<a href="{escape(chat)}">{escape(t.plain(_BACK))}</a>'
        parts.append(f'<section lang="{language}"><p>{escape(t.plain(said))}</p><p>{link}</p></section>')
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>Foyer</title><style>{_STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )
