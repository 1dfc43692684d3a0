"""Opaque ids in URLs: an ERP's reference, sealed for one link and one kind of thing.

A stranger's handle, an invented one and one of another kind are all the same: not there.
"""

from flask import abort

from gateway.accounts import Link
from gateway.portal import portal


def handle_for(link: Link, kind: str, ref: str) -> str:
    """The opaque id of the ERP's ``ref`` for this link."""
    return portal().sealer.seal(ref, link.public_id, kind)


def open_handle(link: Link, kind: str, handle: str) -> str:
    """The ERP's reference behind a handle; 404 where it was made for somebody or something else."""
    ref = portal().sealer.open(handle, link.public_id, kind)
    return ref if ref is not None else abort(404)
