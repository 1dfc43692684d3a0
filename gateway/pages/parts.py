"""Pages that ask the ERP for several parts at once: what the page as a whole answers."""

from collections.abc import Mapping

from gateway import problems
from gateway.erp import Part


def none_came(parts: Mapping[str, Part]) -> bool:
    """Whether every part failed, so that the page has nothing of the ERP's to show."""
    return bool(parts) and all(part.error is not None for part in parts.values())


def status_of(parts: Mapping[str, Part]) -> tuple[int, dict[str, str]]:
    """200 while anything could be shown; when every part failed, what the causes say, so that watchers see it too."""
    if not none_came(parts):
        return 200, {}
    return problems.status_of(part.error for part in parts.values() if part.error is not None)
