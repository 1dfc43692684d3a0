"""Logs to standard error, one event a line; only named fields, never a body, a URL's query or an exception's text."""

import logging
import sys

import structlog

from gateway.settings import Log


def configure(settings: Log) -> None:
    """Send our events and other libraries' records the same way."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if settings.format == "plain":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_without_traceback, renderer])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("ebok").setLevel(level)
    # At DEBUG, these print whole bodies, which are personal data.
    for name in ("zeep", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_traceback(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    for key in ("_record", "_from_structlog", "exc_info"):
        event.pop(key, None)
    return event
