"""How a reader wants the pages: language, contrast, size of letters; kept in a cookie that says nothing else."""

import re
from dataclasses import dataclass

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from werkzeug import Response

from gateway.portal import portal

COOKIE = "ebok_look"
LANGUAGES = {"pl": "Polski", "en": "English", "uk": "Українська"}
THEMES = ("normal", "contrast")
SIZES = ("0", "1", "2")
_YEAR = 365 * 24 * 3600
_COOKIE = re.compile(rf"({'|'.join(LANGUAGES)}|)\.({'|'.join(THEMES)})\.({'|'.join(SIZES)})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Look:
    """``language`` is empty until the reader has chosen one."""

    language: str = ""
    theme: str = THEMES[0]
    size: str = SIZES[0]


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=_locale)


def look() -> Look:
    """What this reader has chosen; a cookie that is not ours in every letter counts as none."""
    if "look" not in g:
        found = _COOKIE.fullmatch(request.cookies.get(COOKIE, ""))
        g.look = Look(*found.groups()) if found else Look()
    chosen: Look = g.look
    return chosen


def remember(chosen: Look, response: Response) -> Response:
    """Let the browser keep it for a year."""
    response.set_cookie(
        COOKIE,
        f"{chosen.language}.{chosen.theme}.{chosen.size}",
        max_age=_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _locale() -> str:
    default = portal().settings.utility.language
    if not has_request_context():
        return default
    return look().language or request.accept_languages.best_match(LANGUAGES, default) or default
