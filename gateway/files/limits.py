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
