"""The blueprint that every view of the staff hangs on."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")
