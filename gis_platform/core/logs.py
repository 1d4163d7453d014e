"""Logs are JSON lines with the request's id; no locals, no SQL parameters, no card numbers."""

import logging
import logging.config
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from gis_platform.core.luhn import without_card_numbers


def configure(options: dict[str, Any]) -> None:
    """Sends structlog and the standard library's loggers to standard output; `options["level"]` is the lowest level."""
    shared = [
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
    """Each exception of the chain by its type, with the places it passed; neither message nor locals.

    A database error's message quotes the refused row, so messages stay out.
    """
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(lines) < 200:
        lines.append(type(error).__qualname__)
        frame = error.__traceback__
        while frame is not None:
            code = frame.tb_frame.f_code
            lines.append(f"  {code.co_filename}:{frame.tb_lineno} {code.co_qualname}")
            frame = frame.tb_next
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _clean(value) for name, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return without_card_numbers(value) if isinstance(value, str) else value
