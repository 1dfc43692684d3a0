"""Passwords are checked the same way for everybody, and sealed handles open only where they were made for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.passwords import hash_password, is_right
from gateway.sealing import Sealer


def test_a_password_is_kept_as_argon2id_at_owasps_minimum_and_checked() -> None:
    kept = hash_password("długie hasło")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_right("długie hasło", kept)
    assert not is_right("inne hasło", kept)
    assert not is_right("nobody's password", None)
    assert not is_right("x", "not a hash")


@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_handle_opens_under_its_own_context_alone(ref: str, one: str, other: str) -> None:
    sealer = Sealer(["secret one"])
    handle = sealer.seal(ref, one, "invoice")
    assert sealer.open(handle, one, "invoice") == ref
    assert handle == sealer.seal(ref, one, "invoice")
    assert sealer.open(handle, one, "cursor") is None
    if one != other:
        assert sealer.open(handle, other, "invoice") is None
    if len(ref) > 6:
        assert ref not in handle


@given(st.text(max_size=80))
def test_an_invented_handle_opens_nothing(text: str) -> None:
    assert Sealer(["secret one"]).open(text, "a", "invoice") is None


@pytest.mark.parametrize("change", [lambda h: h + "=", lambda h: h + "A", lambda h: h[:-1], lambda h: h.swapcase()])
def test_a_changed_handle_opens_nothing(change: object) -> None:
    sealer = Sealer(["secret one"])
    handle = sealer.seal("FV/2026/1", "a", "invoice")
    assert sealer.open(change(handle), "a", "invoice") is None  # type: ignore[operator]


def test_handles_survive_the_rotation_of_the_secret() -> None:
    handle = Sealer(["old"]).seal("FV/2026/1", "a")
    assert Sealer(["new", "old"]).open(handle, "a") == "FV/2026/1"
    assert Sealer(["new"]).open(handle, "a") is None
