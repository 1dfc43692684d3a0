"""How a transfer's 2D code comes onto a page: as a picture within it, which needs no address of its own."""

from flask import Flask

from gateway.payments import qr


def init_app(app: Flask) -> None:
    app.add_template_filter(qr_picture)


def qr_picture(code: str) -> str:
    """A ``data:`` address of the code as PNG, for an image and for a link that saves it."""
    return qr.png_uri(code)
