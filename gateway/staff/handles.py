"""How the staff's pages name accounts and people in addresses: sealed, so that nothing can be counted through."""

from flask import abort

from gateway.portal import portal


def account_handle(account_id: int) -> str:
    return portal().sealer.seal(str(account_id), "staff", "account")


def open_account(handle: str) -> int:
    """The account behind a handle; 404 for anything else."""
    return _open(handle, "account")


def person_handle(staff_id: int) -> str:
    return portal().sealer.seal(str(staff_id), "staff", "person")


def open_person(handle: str) -> int:
    """The person behind a handle; 404 for anything else."""
    return _open(handle, "person")


def _open(handle: str, kind: str) -> int:
    found = portal().sealer.open(handle, "staff", kind)
    return int(found) if found is not None else abort(404)
