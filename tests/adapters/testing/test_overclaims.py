"""A mapping that declares more than its billing system does fails the suite, by the test that names it."""

from pathlib import Path

import pytest

from adapters.capabilities import Recognition
from adapters.testing import run
from tests.adapters.mapping.sent import mapped, variant
from tests.adapters.testing.outcomes import Outcomes
from tests.adapters.testing.sandbox_world import SandboxWorld

TWICE = "test_the_same_submission_twice_is_one_in_the_back_end"
FOUND = "test_what_was_sent_is_found_by_our_reference"


@pytest.mark.parametrize(
    ("way", "declared", "true", "named"),
    [
        ("soap", Recognition.DEDUPLICATES, Recognition.FINDABLE, TWICE),
        ("rest", Recognition.DEDUPLICATES, Recognition.NONE, TWICE),
        ("rest", Recognition.FINDABLE, Recognition.NONE, FOUND),
    ],
)
def test_a_level_that_is_not_true_fails_by_name(
    way: str, declared: Recognition, true: Recognition, named: str, tmp_path: Path
) -> None:
    world, outcomes = SandboxWorld(true), Outcomes()
    mapping = variant(way, tmp_path, recognition=f'"{declared}"')
    try:
        with mapped(way, world.url, mapping=mapping) as adapter:
            arguments = ["-q", "--tb=no", "-k", f"{named}[reading] or {named}[complaint]"]
            code = run(adapter, world.facts, world=world, write=True, arguments=arguments, plugins=[outcomes])
    finally:
        world.close()
    assert code == 1
    assert outcomes.failed == {f"{named}[reading]", f"{named}[complaint]"}
