"""Finds where a mapping's paths lead in the types of a WSDL, so that a wrong one is met at start and not in an answer.

Steps are matched to the WSDL's elements by their local names; answers are then matched by the qualified ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zeep.xsd import All, Choice, Group, Sequence

from adapters.mapping.mistakes import one_of


@dataclass(frozen=True, slots=True)
class Step:
    """One element on the way: its qualified name, and whether the WSDL says that it is always there."""

    tag: str
    required: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path leads from an element: through ``steps``, and perhaps to an ``attribute`` of the last."""

    steps: tuple[Step, ...]
    attribute: str | None
    element: Any  # zeep's element at the end of the steps
    repeated: bool  # whether it may be there more than once

    @property
    def found(self) -> str:
        """The steps as lxml's ``find`` takes them."""
        return "/".join(step.tag for step in self.steps)


def resolve(element: Any, path: str) -> Place:
    """Follow ``path`` ("Faktury/Faktura", "@id", ".") from a zeep element; ``LookupError`` says what was expected."""
    steps: list[Step] = []
    repeated = False
    names = [] if path == "." else path.split("/")
    attribute = names.pop()[1:] if names and names[-1].startswith("@") else None
    for name in names:
        known = {child.name: child for child in children(element)}
        if name not in known:
            raise LookupError(one_of(name, known, f"element in {element.name}"))
        required = any(each is known[name] for each in _promised(getattr(element.type, "_element", None)))
        element = known[name]
        steps.append(Step(element.qname.text, required))
        repeated = repeated or element.accepts_multiple
    if attribute is not None:
        of_element = attributes(element)
        if attribute not in of_element:
            raise LookupError(one_of(attribute, of_element, f"attribute of {element.name}"))
        attribute = of_element[attribute]
    return Place(tuple(steps), attribute, element, repeated)


def children(element: Any) -> Iterator[Any]:
    """The elements that may stand directly in ``element``."""
    for name, child in getattr(element.type, "elements", ()):
        if getattr(child, "qname", None) is not None and not name.startswith("_value_"):
            yield child


def _promised(group: Any) -> list[Any]:
    """The elements that every instance of a type has: those of a choice, or of what may be left out, are none."""
    if group is None or group.is_optional or isinstance(group, Choice):
        return []
    if isinstance(group, Group):
        return _promised(group.child)
    if isinstance(group, (All, Sequence)):
        return [each for inner in group for each in _promised(inner)]
    return [group]


def attributes(element: Any) -> dict[str, str]:
    """The attributes of ``element``: local name → name as lxml has it."""
    found = getattr(element.type, "attributes", ())
    return {attribute.name: attribute.qname.text for _, attribute in found if attribute.name}


def holds_text(element: Any) -> bool:
    """Whether the element has a value of its own and not only other elements."""
    return next(children(element), None) is None
