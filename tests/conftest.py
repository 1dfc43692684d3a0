"""Which tests go to one worker together, because what they need is dear; and no test looks at a watch."""

import gc
import os
import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadGroupScheduling

from tests.prepared import Templates

# How long an example takes says how busy the machine is, and no more.
EXAMPLES = int(os.environ.get("EBOK_EXAMPLES", "25"))
settings.register_profile("ebok", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ebok")

Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
gc.disable()  # until all are collected: a fifth of the processors' time went to looking at what stays to the end

_TOGETHER = (
    *("tests/tryton/", "tests/adapters/payments/test_payu_simulator.py", "tests/gateway/files/test_uploads.py"),
    *("tests/gateway/test_api_fuzzed.py", "tests/gateway/pages/test_browser.py", "tests/gateway/staff/test_browser.py"),
    *("tests/gateway/pages/test_sending_in_browser.py", "tests/gateway/payments/test_paying_in_browser.py"),
)
_BY_FACE = re.compile(r"(tests/gateway/.*\.py)::.*\[(?:.*-)?(soap|rest)[-\]]")


class _Scheduling(LoadGroupScheduling):
    """What shares a dear fixture stays together. ``xdist_group`` alone does nothing under pytest 9.2 with xdist 3.8."""

    def _split_scope(self, nodeid: str) -> str:
        together = next((each for each in _TOGETHER if nodeid.startswith(each)), None)
        if together is not None:
            return together
        by_face = _BY_FACE.match(nodeid)  # one portal for a module and a face
        return f"{by_face[1]} {by_face[2]}" if by_face else str(super()._split_scope(nodeid))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``--dist loadgroup``; the largest group is given out first, so that Tryton is built while others run."""
    return _Scheduling(config, log) if config.getoption("dist") == "loadgroup" else None
