"""Which tests go to one worker together, because what they need is dear; and no test looks at a watch."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadGroupScheduling

# How long an example takes says how busy the machine is, and no more.
settings.register_profile("ebok", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ebok")


class _Scheduling(LoadGroupScheduling):
    """Tests against Tryton stay together. ``xdist_group`` alone does nothing under pytest 9.2 with xdist 3.8."""

    def _split_scope(self, nodeid: str) -> str:
        return "tryton" if nodeid.startswith("tests/tryton/") else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``--dist loadgroup``; the largest group is given out first, so that Tryton is built while others run."""
    return _Scheduling(config, log) if config.getoption("dist") == "loadgroup" else None
