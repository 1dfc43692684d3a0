"""``ebok adapter check``: the conformance suite from the command line, over a running billing system."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.capabilities import Recognition
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


WRITING = """
[writing]
customer_no = "100101"
kinds = ["reading", "complaint"]

[writing.contents.complaint]
topic = "other"
text = "To jest próba."
"""


@pytest.mark.parametrize(("name", "code"), [("{}", 0), ("Somebody Else", 1)])
def test_a_right_adapter_passes_and_a_wrong_fact_fails(tmp_path: Path, name: str, code: int) -> None:
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        facts = _facts(tmp_path, sandbox, name, WRITING)
        answer = CliRunner().invoke(main, ["adapter", "check", str(facts), "--", "-q"], env=_environ(sandbox))
        assert answer.exit_code == code, answer.output
        assert sandbox.world.bureau.submissions() == []
        ping = CliRunner().invoke(main, ["adapter", "ping"], env=_environ(sandbox))
        assert ping.exit_code == 0
    gone = CliRunner().invoke(main, ["adapter", "ping"], env=_environ(sandbox))
    assert gone.exit_code == 1
    assert "does not answer" in gone.output


@pytest.mark.parametrize(("level", "code"), [(Recognition.DEDUPLICATES, 0), (Recognition.NONE, 1)])
def test_only_with_write_is_anything_sent_and_recognition_proved(tmp_path: Path, level: Recognition, code: int) -> None:
    with SandboxServer() as sandbox:  # today: what is read tomorrow is refused
        sandbox.world.bureau.recognition = level
        facts = _facts(tmp_path, sandbox, "{}", WRITING)
        chosen = ["--", "-q", "--tb=no", "-k", "submission or sent"]
        answer = CliRunner().invoke(main, ["adapter", "check", "--write", str(facts), *chosen], env=_environ(sandbox))
        assert answer.exit_code == code, answer.output
        sent = [each.sending for each in sandbox.world.bureau.submissions()]
        assert {each.customer_no for each in sent} == {"100101"}
        assert {str(each.kind) for each in sent} == {"reading", "complaint"}


def test_write_needs_to_be_allowed_in_the_facts(tmp_path: Path) -> None:
    with SandboxServer(clock=SetClock(NOON)) as sandbox:
        facts = _facts(tmp_path, sandbox, "{}", "")
        answer = CliRunner().invoke(main, ["adapter", "check", "--write", str(facts)], env=_environ(sandbox))
    assert answer.exit_code == 1
    assert "writing: expected this table" in answer.output


def _facts(folder: Path, sandbox: SandboxServer, name: str, writing: str) -> Path:
    facts = folder / "facts.toml"
    known = sandbox.world.parties["100001"].name
    facts.write_text(FACTS.format(name=name.format(known)) + writing, encoding="utf-8")
    return facts


def _environ(sandbox: SandboxServer) -> dict[str, str]:
    return {
        "EBOK_UTILITY__NAME": "W",
        "EBOK_WEB__SECRET_KEY": "x" * 40,
        "EBOK_DATABASE__URL": "sqlite://",
        "EBOK_ERP__ADAPTER": "rest",
        "EBOK_ERP__REST__MAPPING": "sandbox_rest",
        "EBOK_ERP__REST__URL": sandbox.url,
    }
