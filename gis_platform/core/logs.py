"""Logs are JSON lines with the request's id; no locals, no SQL parameters, no card numbers, no links that sign in."""

import logging
import logging.config
import re
import sys
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError
from structlog.typing import EventDict, Processor, WrappedLogger

from gis_platform.core.luhn import without_card_numbers

LINES_MAX = 200  # of a traceback
MESSAGE_LENGTH_MAX = 200  # characters
# A link that was sent by letter opens an account to whoever reads it here first.
LINK_TOKEN = re.compile(r"(?<=/link/)[\w-]{20,}")


def configure(options: dict[str, Any]) -> None:
    """Sends structlog and the standard library's loggers to standard output; `options["level"]` is the lowest level."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=("status_code",)),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(_frames),
            _redact,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options.get("level", "INFO"))
    for name in ("django", "django.server"):  # Django's own handlers would say everything twice
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # below that it writes statements and their values
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _frames(exc_info: Any) -> list[str]:
    """Each exception of the chain, with the places it passed and no locals."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(lines) < LINES_MAX:
        lines.append(f"{type(error).__qualname__}: {_message(error)}")
        frame = error.__traceback__
        while frame is not None:
            code = frame.tb_frame.f_code
            lines.append(f"  {code.co_filename}:{frame.tb_lineno} {code.co_qualname}")
            frame = frame.tb_next
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _message(error: BaseException) -> str:
    """The first line of what the exception says; of a database's error only its code, for the rest quotes the row."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, psycopg.Error):
        return " ".join(filter(None, (cause.sqlstate, cause.diag.table_name, cause.diag.constraint_name)))
    return "" if isinstance(error, DatabaseError) else str(error).partition("\n")[0][:MESSAGE_LENGTH_MAX]


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return LINK_TOKEN.sub("…", without_card_numbers(value)) if isinstance(value, str) else value
