"""The demo and the server as processes: what they refuse, what they write, and what is left when they are killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

_PYTHONS_OWN = "Fatal Python error: init"
_PATIENCE = 60


@pytest.fixture
def ports() -> dict[str, str]:
    with socket.socket() as first, socket.socket() as second, socket.socket() as third:
        taken = {}
        for each, name in ((first, "EBOK_PORT"), (second, "EBOK_SANDBOX_PORT"), (third, "EBOK_SMTP_PORT")):
            each.bind(("127.0.0.1", 0))
            taken[name] = str(each.getsockname()[1])
        return taken


@contextmanager
def demo(folder: Path, ports: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "gateway", "demo", "--folder", str(folder)]
    process = subprocess.Popen(
        command, env=os.environ | ports, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def serving(folder: Path, ports: dict[str, str], *, workers: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
        "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
        "EBOK_WEB__PORT": ports["EBOK_PORT"],
        "EBOK_WEB__WORKERS": workers,
        "EBOK_DATABASE__URL": f"sqlite:///{folder}/portal.sqlite",
        "EBOK_ERP__ADAPTER": "rest",
        "EBOK_ERP__REST__MAPPING": "sandbox_rest",
        "EBOK_ERP__REST__URL": f"http://127.0.0.1:{ports['EBOK_SANDBOX_PORT']}",
    }
    with subprocess.Popen([sys.executable, "-m", "gateway", "serve"], env=os.environ | settings) as process:
        try:
            yield process
        finally:
            process.terminate()


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def is_free(port: str | int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) != 0


def answers(url: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=10).ok
        except requests.ConnectionError:
            return False


@pytest.mark.parametrize("killed", [signal.SIGKILL, signal.SIGINT, signal.SIGHUP])
def test_nobody_is_left_on_the_ports_when_the_demo_ends(
    tmp_path: Path, ports: dict[str, str], killed: signal.Signals
) -> None:
    with demo(tmp_path, ports) as process:
        until(lambda: answers(f"http://127.0.0.1:{ports['EBOK_PORT']}/readyz"))
        assert not any(is_free(port) for port in ports.values())
        process.send_signal(killed)
        process.wait(_PATIENCE)
        for port in ports.values():
            until(lambda port=port: is_free(port))  # type: ignore[misc]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_killed_server_leaves_no_worker_on_its_port(tmp_path: Path, ports: dict[str, str], workers: str) -> None:
    url = f"http://127.0.0.1:{ports['EBOK_PORT']}"
    with serving(tmp_path, ports, workers=workers) as process:
        until(lambda: answers(f"{url}/healthz"))
        process.kill()
        process.wait()
        until(lambda: is_free(ports["EBOK_PORT"]))


def test_what_the_demo_writes_is_for_nobody_else(tmp_path: Path, ports: dict[str, str]) -> None:
    folder = tmp_path / "new" / "demo"
    with demo(folder, ports) as process:
        until((folder / "portal.sqlite").exists)
        process.send_signal(signal.SIGINT)
    assert {path.name for path in folder.iterdir()} >= {"config.toml", "secret_key", "portal.sqlite"}
    for path in (folder, *folder.iterdir()):
        assert not path.stat().st_mode & 0o077, path


def test_an_older_configuration_is_closed_to_others(tmp_path: Path, ports: dict[str, str]) -> None:
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "config.toml").chmod(0o644)
    with demo(tmp_path, ports) as process:
        until(lambda: (tmp_path / "portal.sqlite").exists())
        process.send_signal(signal.SIGINT)
    assert (tmp_path / "config.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("moment", [0.2, 0.7, 1.5])
def test_ctrl_c_at_the_start_ends_it_without_a_word(tmp_path: Path, ports: dict[str, str], moment: float) -> None:
    said = _PYTHONS_OWN
    while said.startswith(_PYTHONS_OWN):  # its very first moments, when nothing of ours runs yet
        with demo(tmp_path, ports) as process:
            time.sleep(moment)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=_PATIENCE)
        moment += 0.3
    assert not re.search("Traceback|KeyboardInterrupt|Aborted|Error", said), said
    assert all(is_free(port) for port in ports.values())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"EBOK_PORT": "many"}, "EBOK_PORT"),
        ({"EBOK_SANDBOX_PORT": "70000"}, "EBOK_SANDBOX_PORT"),
        ({"EBOK_SANDBOX_PORT": "EBOK_PORT"}, "EBOK_PORT and EBOK_SANDBOX_PORT are both"),
        ({"EBOK_SMTP_PORT": "EBOK_PORT"}, "EBOK_PORT and EBOK_SMTP_PORT are both"),
        ({"EBOK_PORT": "taken"}, "is in use; choose another with EBOK_PORT"),
    ],
)
def test_a_port_that_cannot_be_had_is_said_before_anything_is_begun(
    tmp_path: Path, ports: dict[str, str], given: dict[str, str], said: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = {**ports, "taken": str(taken.getsockname()[1])}
        folder = tmp_path / "demo"
        with demo(folder, ports | {name: words.get(value, value) for name, value in given.items()}) as process:
            told, _ = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 2
    assert said in told.splitlines()[-1]
    assert not folder.exists()
