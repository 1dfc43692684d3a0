"""What every page has around it: whose office this is, where the reader is, and addresses of our own files."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale

from gateway.accounts import Link
from gateway.handles import handle_for
from gateway.pages.menu import menu, outages_taken
from gateway.pages.preferences import LANGUAGES, look
from gateway.portal import portal
from schemas import Invoice


def init_app(app: Flask) -> None:
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    """Nothing here asks the database or the billing system: pages that report a failure stand in the same frame."""
    return {
        "utility": portal().settings.utility,
        "language": str(get_locale()),
        "languages": LANGUAGES,
        "look": look(),
        "here": request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.path,
        "link": g.get("link"),
        "endpoint": request.endpoint if "link" in g else None,  # where on the link's pages the reader is
        "several": g.get("several", False),
        "menu": menu,
        "outages_taken": outages_taken,
        "asset": asset,
        "invoice_url": invoice_url,
    }


def asset(name: str) -> str:
    """The address of a static file, which changes with its content so that browsers may keep it."""
    folder = current_app.static_folder
    assert folder is not None
    return url_for("static", filename=name, v=_checksum(Path(folder) / name))


@cache
def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def invoice_url(link: Link, invoice: Invoice, view: str = "pages.invoice") -> str:
    """The address of an invoice's page, or of its document, by an opaque handle."""
    return url_for(view, cid=link.public_id, iid=handle_for(link, "invoice", invoice.invoice_ref))
