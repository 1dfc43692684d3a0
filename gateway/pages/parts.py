"""Pages that ask the ERP for several parts at once: what the page as a whole answers."""

from collections.abc import Mapping

from gateway.erp import Part


def status_of(parts: Mapping[str, Part]) -> int:
    """200 while anything could be shown; 503 when every part failed, so that watchers see it too."""
    failed = [part.error is not None for part in parts.values()]
    return 503 if failed and all(failed) else 200
