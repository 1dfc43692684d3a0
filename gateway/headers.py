"""The headers that keep browsers on our side, on every answer."""

from collections.abc import Iterable

from flask import Flask, Response, request


def content_security_policy(forms_to: Iterable[str] = ()) -> str:
    """``forms_to`` are other origins that a form may end at: a browser follows no redirect of a form elsewhere."""
    targets = " ".join(("'self'", *sorted(forms_to)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
    )


def init_app(app: Flask, *, secure: bool, forms_to: Iterable[str] = ()) -> None:
    """Set them after each request; ``secure`` adds HSTS, which must not be sent where there is no TLS."""
    policy = content_security_policy(forms_to)

    @app.after_request
    def _headers(answer: Response) -> Response:
        headers = answer.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # Flask-WTF asks HTTPS forms for their Referer; other sites never get one.
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Robots-Tag", "noindex")
        if secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "static" and answer.status_code == 200:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            headers["Cache-Control"] = "no-store"
        return answer
