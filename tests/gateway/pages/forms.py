"""Fills a form in as a browser does: the hidden fields of the page as they came, what is typed, and files."""

import io
import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from gateway import background
from gateway.models import SubmissionRow
from tests.stack import Stack

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's own form, which comes after that for logging out."""
    form = page.text[page.text.index("<main") :]
    return {name: unescape(value) for name, value in _HIDDEN.findall(form)}


def send(
    client: FlaskClient, path: str, *, page: TestResponse | None = None, files: Any = (), **typed: Any
) -> TestResponse:
    """Open the form (or take an opened ``page``) and send it; ``files`` are names, or pairs of a name and bytes."""
    opened = page or client.get(path)
    pairs = [(each, PDF) if isinstance(each, str) else each for each in files]
    values = {**hidden(opened), **typed}
    if not pairs:
        return client.post(path, data=values)
    values["files"] = [FileStorage(io.BytesIO(content), name) for name, content in pairs]
    boundary, body = encode_multipart(values)  # the client itself would leave a temporary file open
    return client.post(path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def number_on(receipt: TestResponse) -> str:
    found = re.search(r"Z-[0-9]{6}-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.text)
    assert found is not None, receipt.text[-3000:]
    return found[0]


def home(client: FlaskClient) -> str:
    """Where the customer's own pages begin, with a slash at its end."""
    return client.get("/", follow_redirects=True).request.path


def arrived(office: Stack) -> list[dict[str, Any]]:
    """What the billing system has when everything that is due was delivered."""
    background.run_once(office.portal)
    found: list[dict[str, Any]] = office.control("GET", "submissions")
    return found


def rows(office: Stack) -> int:
    """How much was ever accepted."""
    with office.portal.database.reading() as connection:
        return len(connection.execute(select(SubmissionRow.id)).all())
