"""Writes down what went wrong, for the operator: named fields alone, never an answer of the ERP or somebody's data."""

import structlog
from flask import request

from adapters.errors import AdapterError, OwnerMismatch
from gateway.incoming import Crowded

log = structlog.get_logger()


def record(error: Exception, *, failed: bool) -> None:
    """Log an error of the ERP, an alarm when it showed another customer's data, or (``failed``) a mistake of ours."""
    if isinstance(error, OwnerMismatch):
        log.critical("owner_mismatch", alarm=True, detail=error.detail, endpoint=request.endpoint)
    elif isinstance(error, AdapterError):
        log.warning("erp_error", error=type(error).__name__, detail=error.detail, endpoint=request.endpoint)
    elif isinstance(error, Crowded):
        log.warning("body_turned_away", endpoint=request.endpoint)  # nobody's mistake, and as many as somebody likes
    elif failed:
        # The frames and the type tell where; the message of an exception may hold somebody's data.
        log.error("failed", error=type(error).__name__, where=_frames(error), endpoint=request.endpoint)


def _frames(error: BaseException) -> list[str]:
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('site-packages/')[2]}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return frames[-8:]
