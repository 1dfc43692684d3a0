"""The page on which customers pay, under ``/p24/trnRequest``: plain HTML that works without scripts and on a phone."""

from html import escape
from urllib.parse import parse_qs

from adapters.sandbox.calls import Answer
from adapters.sandbox.faces import Request
from adapters.sandbox.p24.notices import Notices
from adapters.sandbox.p24.transactions import Impossible, Status, Transaction, Transactions

_HTML = "text/html; charset=utf-8"
_HEADERS = {
    # No form-action: the answer to the form leads back to whatever address the merchant gave.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_STYLE = """
body { font: 1.125rem/1.5 Arial, sans-serif; max-width: 36rem; margin: 0 auto; padding: 1rem; color: #0b0c0c }
h1 { font-size: 1.75rem; line-height: 1.2 }
p, dd { overflow-wrap: anywhere }
dt { font-weight: bold }
dd { margin: 0 0 .75rem }
.note { border-left: .375rem solid #1d70b8; padding: .5rem 1rem; background: #f3f4f5 }
button { display: block; width: 100%; min-height: 3rem; margin: 0 0 .75rem; font: inherit; cursor: pointer;
  background: #f3f4f5; color: #0b0c0c; border: 2px solid #0b0c0c; border-radius: 0 }
button.first { background: #00703c; color: #fff; border-color: #00703c; font-weight: bold }
button:focus-visible, a:focus-visible { outline: 4px solid #0b0c0c; outline-offset: 2px; box-shadow: 0 0 0 4px #fd0 }
"""
_NOTE = '<p class="note">To symulator operatora płatności. Żadne pieniądze nie są pobierane.</p>'


def respond(books: Transactions, notices: Notices, request: Request) -> Answer:
    """The page of a token, and what its buttons do."""
    found = books.by_token(request.parts[2]) if len(request.parts) == 3 and request.parts[1] == "trnRequest" else None
    if found is None:
        return _page("Nie ma takiej płatności", "<p>Adres jest niepełny albo płatność już nie istnieje.</p>", 404)
    if request.method == "GET":
        return _shown(books, found)
    if request.method != "POST":
        return _page("Tej strony tak nie można użyć", "<p>Otwórz ją zwykłym adresem.</p>", 405)
    decision = parse_qs(request.body.decode(errors="replace")).get("decyzja", [""])[0]
    try:
        if decision == "zaplac":
            books.pay(found)
            notices.paid(found)
        elif decision == "odrzuc":
            books.refuse(found)
        elif decision != "wroc":
            return _page("Nie wiadomo, co zrobić", "<p>Wróć i wybierz jeden z przycisków.</p>", 400)
    except Impossible:
        return _shown(books, found)
    return Answer(303, _HTML, headers={**_HEADERS, "Location": found.asked.url_return})


def _shown(books: Transactions, found: Transaction) -> Answer:
    amount = zlotys(found.amount)
    if found.status is not Status.NO_PAYMENT:
        return _page(f"Zapłacono {amount}", f"<p>Ta płatność jest już opłacona.</p>{_form(found, pay=False)}")
    if found.is_over(books.clock.now()):
        told = "<p>Czas na zapłatę minął. Nic nie zostało pobrane.</p>"
        return _page("Tej płatności nie można już opłacić", told + _form(found, pay=False))
    details = (
        f"<dl><dt>Odbiorca</dt><dd>Wodociągi (piaskownica)</dd><dt>Tytuł</dt><dd>{escape(found.asked.description)}</dd>"
        f"<dt>Numer płatności</dt><dd>{found.order_id}</dd></dl>"
    )
    return _page(f"Zapłać {amount}", details + _form(found, pay=True))


def _form(found: Transaction, *, pay: bool) -> str:
    buttons = '<button name="decyzja" value="wroc">Wróć bez płacenia</button>'
    if pay:
        buttons = (
            '<button class="first" name="decyzja" value="zaplac">Zapłać</button>'
            f'<button name="decyzja" value="odrzuc">Odrzuć</button>{buttons}'
        )
    else:
        buttons = buttons.replace("Wróć bez płacenia", "Wróć")
    return f'<form method="post" action="/p24/trnRequest/{found.token}">{buttons}</form>'


def zlotys(grosze: int) -> str:
    """``1 234,56 zł``, with spaces that do not break."""
    return f"{grosze // 100:,}".replace(",", "\N{NO-BREAK SPACE}") + f",{grosze % 100:02d}\N{NO-BREAK SPACE}zł"


def _page(title: str, content: str, status: int = 200) -> Answer:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    text = (
        f'<!DOCTYPE html><html lang="pl"><head>{head}<title>{title} – symulator Przelewy24</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>{_NOTE}{content}</main></body></html>"
    )
    return Answer(status, _HTML, text.encode(), _HEADERS)
