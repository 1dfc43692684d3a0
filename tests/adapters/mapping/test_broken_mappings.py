"""Whatever a mapping file holds, it is either used or refused with messages; it never ends the start in a traceback."""

import copy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import Misconfigured
from adapters.http import HttpClient
from adapters.limits import Limits
from adapters.mapping import Mapped
from adapters.mapping.language import examine
from adapters.mapping.options import BUILT_IN
from adapters.rest import RestAdapter
from adapters.rest.kind import REST

FILE = BUILT_IN / "sandbox_rest.toml"
WHOLE = tomllib.loads(FILE.read_text(encoding="utf-8"))

odd = st.recursive(
    st.sampled_from(["", " ", "x", "{", "{x}", "{customer_no}", "a.b", "a[", "a || b", "header:", "*", "start", "page"])
    | st.booleans()
    | st.integers(-2, 2)
    | st.just(1.5)
    | st.just(date(2026, 3, 29)),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["at", "values", "each", "fields", "json_b64", "kind", "q"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    for key, value in tree.items() if isinstance(tree, dict) else ():
        found += places(value, (*path, key))
    return found


@given(place=st.sampled_from(places(WHOLE)), value=odd, action=st.sampled_from(["replace", "remove", "add"]))
@settings(max_examples=400, deadline=None)
def test_a_mapping_with_one_thing_changed_is_used_or_refused(place: tuple[str, ...], value: Any, action: str) -> None:
    document = copy.deepcopy(WHOLE)
    inside: Any = document
    for key in place[:-1]:
        inside = inside[key]
    if action == "remove":
        del inside[place[-1]]
    else:
        inside[place[-1] if action == "replace" else "added"] = value
    mapped, mistakes = attempt(document)
    assert all(line.startswith("x.toml: ") and ": expected " in line for line in mistakes)
    if mapped is None:
        assert mistakes
    else:
        RestAdapter(mapped, HttpClient("http://127.0.0.1:1", limits=Limits())).close()


def attempt(document: dict[str, Any]) -> tuple[Mapped | None, list[str]]:
    try:
        return examine(Path("x.toml"), document, REST), []
    except Misconfigured as error:
        return None, error.mistakes
