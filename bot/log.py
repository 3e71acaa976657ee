"""Structured logs, without token, secret, payload or personal data: events have names, details are ids."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any

import structlog

from domain.codes import SECRET_CODE

#: Bot tokens in addresses (libraries put them into messages), and our own codes.
_SECRETS = re.compile(rf"\b\d{{3,20}}:[A-Za-z0-9_-]{{10,}}|{SECRET_CODE.pattern}")


class HideSecrets:
    """The last step: looks at the whole line, so that nothing gets past it inside an exception, a list or a repr.

    ``known``: secrets in their own words, whatever they look like.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        words = "|".join(re.escape(word) for word in sorted(filter(None, known), key=len, reverse=True))
        self._secrets = re.compile(f"{words}|{_SECRETS.pattern}") if words else _SECRETS

    def __call__(self, _logger: Any, _name: str, line: Any) -> str:
        return self._secrets.sub("***", str(line))


def set_up(form: str = "console", level: int = logging.INFO, secrets: Iterable[str] = ()) -> None:
    """``secrets``: what must not stand in any line, in so many words."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # plain: a pretty traceback shows the values of variables
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, HideSecrets(secrets)],
        )
    )
    logging.raiseExceptions = False  # it would print the arguments of a line that cannot be written
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # They log every request with its address, at INFO.
    for noisy in ("httpx", "aiohttp.access", "apscheduler", "aiogram.event", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It writes a traceback for every 429; the courier says so itself.
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)


def get(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
