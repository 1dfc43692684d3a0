"""Finds an adapter by its name: the built-in table, then the entry points, then ``package.module:Class``.

Only the named one is loaded. A wrong name stops the start and lists the right ones; there is no fallback.
"""

from importlib import import_module
from importlib.metadata import entry_points
from inspect import isabstract

from adapters.base import Adapter
from adapters.errors import Misconfigured

GROUP = "ebok.adapters"

_BUILT_IN = {
    "soap": "adapters.soap:SoapAdapter",
    "rest": "adapters.rest:RestAdapter",
}


def names() -> list[str]:
    """Every name that ``load`` knows without being given a path."""
    return sorted({*_BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def load(name: str) -> type[Adapter]:
    """The adapter class of that name; raises ``Misconfigured`` when there is none or it is not an ``Adapter``."""
    path = _BUILT_IN.get(name) or _from_entry_points(name) or (name if ":" in name else None)
    if path is None:
        raise Misconfigured(
            f'erp.adapter: "{name}" is not known; expected one of {", ".join(names())}, or "package.module:Class"'
        )
    module, _, attribute = path.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except Exception as error:  # importing somebody else's module can raise anything
        told = f"{type(error).__name__}: {error}"
        raise Misconfigured(f'erp.adapter: "{name}" could not be loaded: {told}') from error
    if not (isinstance(found, type) and issubclass(found, Adapter)):
        raise Misconfigured(f'erp.adapter: "{name}" is not a subclass of adapters.base.Adapter')
    if isabstract(found):
        lacks = ", ".join(sorted(found.__abstractmethods__))
        raise Misconfigured(f'erp.adapter: "{name}" is not complete; it lacks {lacks}')
    return found


def _from_entry_points(name: str) -> str | None:
    for point in entry_points(group=GROUP, name=name):
        return point.value
    return None
