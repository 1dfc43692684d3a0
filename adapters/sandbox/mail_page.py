"""Shows the demo's mailbox in a browser: ``/mail`` lists what arrived, ``/mail/<number>`` is one mail."""

import re
from html import escape

from adapters.sandbox.calls import Answer
from adapters.sandbox.faces import Request
from adapters.sandbox.mailbox import Letter, Mailbox

_HTML = "text/html; charset=utf-8"
_HEADERS = {
    # A mail's own HTML is shown in a frame that may do nothing but follow links.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_STYLE = """
body { font: 18px/1.5 Arial, sans-serif; max-width: 960px; margin: 0 auto; padding: 16px; color: #0b0c0c }
p { overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: 8px; border-bottom: 1px solid #ccc; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f4f5; padding: 16px; font-size: 16px }
iframe { width: 100%; height: 600px; border: 1px solid #ccc }
"""
_LINK = re.compile(r"https?://[^\s<>\"']+")


def respond(mailbox: Mailbox, request: Request) -> Answer:
    """The answer to a GET under ``/mail``."""
    if request.method != "GET":
        return Answer(405, "text/plain; charset=utf-8", b"Read only; DELETE /control/mail empties it.\n")
    letters = {str(each.number): each for each in mailbox.read()}
    match request.parts[1:]:
        case ():
            return _page("Mailbox", _list(list(letters.values())))
        case (number,) if number in letters:
            return _page(letters[number].subject, _letter(letters[number]))
    return _page("Not here", '<p>There is no such mail. <a href="/mail">The mailbox</a></p>', status=404)


def _list(letters: list[Letter]) -> str:
    if not letters:
        return "<p>No mail yet. What the portal sends arrives here; nothing leaves this machine.</p>"
    rows = "\n".join(
        f"<tr><td>{each.number}</td><td>{escape(each.to)}</td>"
        f'<td lang="{escape(each.language)}"><a href="/mail/{each.number}">{escape(each.subject)}</a></td></tr>'
        for each in reversed(letters)
    )
    return f'<table><thead><tr><th scope="col">No.<th scope="col">To<th scope="col">Subject</thead>\n{rows}</table>'


def _letter(letter: Letter) -> str:
    return f"""<p>To: {escape(letter.to)}<br>Message-ID: {escape(letter.message_id)}</p>
<pre lang="{escape(letter.language)}">{_linked(letter.text)}</pre>
<h2>The same as HTML</h2>
<iframe title="HTML" sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
 srcdoc="{escape(letter.html.replace("<head>", '<head><base target="_top">', 1))}"></iframe>
<p><a href="/mail">The mailbox</a></p>"""


def _linked(text: str) -> str:
    made, at = [], 0
    for found in _LINK.finditer(text):
        url = escape(found[0])
        made += [escape(text[at : found.start()]), f'<a href="{url}">{url}</a>']
        at = found.end()
    return "".join([*made, escape(text[at:])])


def _page(title: str, body: str, status: int = 200) -> Answer:
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(title)}</h1>
{body}
</main></body></html>
"""
    return Answer(status, _HTML, page.encode(), _HEADERS)
