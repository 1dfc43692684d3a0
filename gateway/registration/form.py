"""Reads a registration as people type it: exact values, or a sentence about each field that is wrong."""

import re
from collections.abc import Mapping
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from stdnum.exceptions import ValidationError
from stdnum.pl import nip as nip_number

from gateway.registration.records import Typed
from schemas import values

LONGEST = {"customer_no": 40, "invoice_no": 60, "gross": 30, "name": 120, "email": 254, "phone": 32, "nip": 20}
LONGEST |= {"answer": 1000}

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z0-9\-]{{2,63}}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,12}", re.ASCII)


class Form:
    """What somebody typed; ``mistakes`` maps a field to the sentence that they read beside it."""

    def __init__(self, given: Mapping[str, str], *, known: Typed | None = None) -> None:
        self._given = given
        self._known = known
        self.mistakes: dict[str, LazyString] = {}

    def shown(self, name: str) -> str:
        """What was typed, to be shown again."""
        known = getattr(self._known, name, "")
        default = f"{known:.2f}".replace(".", ",") if isinstance(known, Decimal) else str(known)
        return self._given.get(name, default)[: LONGEST.get(name, 40)]

    def registration(self) -> Typed | None:
        """A visitor's registration, or None with ``mistakes``."""
        invoice = self._invoice()
        name, email, phone = self._name(), self._email(), self._phone()
        nip = self._nip() if self._given.get("kind") == "company" else ""
        for box, sentence in (
            ("terms", _l("Przeczytaj regulamin i potwierdź, że go akceptujesz.")),
            ("privacy", _l("Przeczytaj informację o danych osobowych i potwierdź, że ją znasz.")),
        ):
            if not self._given.get(box):
                self.mistakes[box] = sentence
        return None if self.mistakes else Typed(*invoice, name=name, email=email, phone=phone, nip=nip)

    def one_more(self, *, name: str, email: str, phone: str) -> Typed | None:
        """An account's wish to see one more customer, or None with ``mistakes``."""
        invoice = self._invoice()
        nip = self._nip() if self._given.get("kind") == "company" else ""
        return None if self.mistakes else Typed(*invoice, name=name, email=email, phone=phone, nip=nip)

    def corrected(self, before: Typed) -> Typed | None:
        """The answer to a clerk's question: the particulars again, and words."""
        invoice, name = self._invoice(), self._name()
        words = self._text("answer")
        return (
            None
            if self.mistakes
            else Typed(*invoice, name=name, email=before.email, phone=before.phone, nip=before.nip, answer=words)
        )

    def _text(self, name: str) -> str:
        text = " ".join(self._given.get(name, "").split())
        if len(text) > LONGEST[name]:
            self.mistakes[name] = _l("To jest za długie: najwięcej %(most)s znaków.", most=LONGEST[name])
        elif not text.isprintable():
            self.mistakes[name] = _l("Są tu znaki, których nie da się wydrukować. Wpisz to jeszcze raz ręcznie.")
        return text

    def _invoice(self) -> tuple[str, str, Decimal]:
        customer_no = "".join(self._text("customer_no").split())
        try:
            values.customer_no(customer_no)
        except ValueError:
            self.mistakes.setdefault(
                "customer_no",
                _l("Wpisz numer odbiorcy z faktury: litery, cyfry i znaki _ . - /, bez innych.")
                if customer_no
                else _l("Wpisz numer odbiorcy. Jest na fakturze."),
            )
        invoice_no = self._text("invoice_no")
        if not invoice_no:
            self.mistakes["invoice_no"] = _l("Wpisz numer jednej z otrzymanych faktur.")
        gross = amount(self._text("gross"))
        if gross is None:
            self.mistakes.setdefault("gross", _l("Wpisz kwotę brutto z tej faktury, na przykład 123,45."))
        return customer_no, invoice_no, gross or Decimal("0.00")

    def _name(self) -> str:
        name = self._text("name")
        if not name:
            self.mistakes["name"] = _l("Wpisz imię i nazwisko albo nazwę firmy.")
        elif not any(letter.isalpha() for letter in name):
            self.mistakes.setdefault("name", _l("W imieniu i nazwisku brakuje liter."))
        return name

    def _email(self) -> str:
        email = self._text("email").lower()
        if not email:
            self.mistakes["email"] = _l("Wpisz adres e-mail. Wyślemy na niego link i hasło.")
        elif not EMAIL.fullmatch(email):
            self.mistakes.setdefault("email", _l("Wpisz pełny adres e-mail, na przykład jan.kowalski@poczta.example."))
        return email

    def _phone(self) -> str:
        phone = re.sub(r"[\s()\-./]", "", self._text("phone"))
        if phone and not _PHONE.fullmatch(phone):
            self.mistakes.setdefault(
                "phone", _l("Wpisz od 7 do 15 cyfr, z + przed numerem kierunkowym kraju, albo zostaw puste.")
            )
        return phone

    def _nip(self) -> str:
        nip = self._text("nip")
        try:
            return str(nip_number.validate(nip))
        except ValidationError:
            self.mistakes.setdefault(
                "nip",
                _l("Cyfra kontrolna się nie zgadza. Sprawdź NIP: to 10 cyfr.")
                if nip
                else _l("Wpisz NIP firmy: 10 cyfr."),
            )
        return nip


def amount(text: str) -> Decimal | None:
    """An amount as people write it (``1 234,56``, ``1234.56 zł``, ``1.234,56``), or None where it can be read twice.

    A correction's may be negative. ``1.234`` alone is a thousand to one and one and a bit to another: None.
    """
    plain = re.sub(r"(zł|pln)\.?$", "", "".join(text.split()).casefold()).replace("\u2212", "-")
    sign, plain = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    last = max(plain.rfind(","), plain.rfind("."))
    if last < 0:
        whole, fraction = plain, ""
    elif len(plain) - last - 1 in (1, 2):
        whole, fraction = _joined(plain[:last], "." if plain[last] == "," else ","), plain[last + 1 :]
    elif plain.count(plain[last]) > 1:
        whole, fraction = _joined(plain, plain[last]), ""
    else:
        return None
    if not _WHOLE.fullmatch(whole) or not re.fullmatch(r"[0-9]{0,2}", fraction, re.ASCII):
        return None
    return Decimal(f"{sign}{whole}.{fraction:0<2}") + 0


def _joined(text: str, separator: str) -> str:
    """The number without its separators of thousands; empty where they stand in the wrong places."""
    first, *groups = text.split(separator)
    right = all(len(group) == 3 for group in groups) and (not groups or 0 < len(first) <= 3)
    return first + "".join(groups) if right else ""
