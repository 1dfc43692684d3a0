"""How much a request with files may hold, so that nobody can fill the memory, the disk or the time."""

from flask import request

from gateway.settings import Settings

_MIB = 1024 * 1024
_FORM_BYTES = 256 * 1024
_FORM_PARTS = 64


def bounded(settings: Settings) -> None:
    """Bound the current request before its form is read; what is larger is answered with 413.

    Only a form with parts is read piece by piece; any other stands in memory whole.
    """
    files = settings.files.megabytes_together * _MIB if request.mimetype == "multipart/form-data" else 0
    request.max_content_length = files + _FORM_BYTES
    request.max_form_memory_size = _FORM_BYTES
    request.max_form_parts = _FORM_PARTS


def too_many_parts() -> bool:
    """Whether a request that was answered with 413 had too many parts: for anything else it would be too small."""
    bounds = (request.max_content_length, request.max_form_memory_size)
    size = request.content_length or 0
    return request.mimetype == "multipart/form-data" and all(size <= each for each in bounds if each is not None)
