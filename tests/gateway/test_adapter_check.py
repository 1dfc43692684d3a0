"""``ebok adapter check``: the conformance suite from the command line, over a running billing system."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.clock import SetClock
from adapters.sandbox.server import SandboxServer
from gateway.cli import main
from tests.stack import NOON

FACTS = """
unknown_customer_no = "999999"
without_invoices = "100201"

[[customers]]
customer_no = "100001"
name = "{name}"

[[customers]]
customer_no = "100101"
"""


@pytest.mark.parametrize(("name", "code"), [("{}", 0), ("Somebody Else", 1)])
def test_a_right_adapter_passes_and_a_wrong_fact_fails(tmp_path: Path, name: str, code: int) -> None:
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        known = sandbox.world.parties["100001"].name
        facts = tmp_path / "facts.toml"
        facts.write_text(FACTS.format(name=name.format(known)), encoding="utf-8")
        environ = {
            "EBOK_UTILITY__NAME": "W",
            "EBOK_WEB__SECRET_KEY": "x" * 40,
            "EBOK_DATABASE__URL": "sqlite://",
            "EBOK_ERP__ADAPTER": "rest",
            "EBOK_ERP__REST__MAPPING": "sandbox_rest",
            "EBOK_ERP__REST__URL": sandbox.url,
        }
        answer = CliRunner().invoke(main, ["adapter", "check", str(facts), "--", "-q"], env=environ)
        assert answer.exit_code == code, answer.output
        ping = CliRunner().invoke(main, ["adapter", "ping"], env=environ)
        assert ping.exit_code == 0
    gone = CliRunner().invoke(main, ["adapter", "ping"], env=environ)
    assert gone.exit_code == 1
    assert "does not answer" in gone.output
