"""The blueprint that every page's view hangs on."""

from flask import Blueprint

bp = Blueprint("pages", __name__)
