"""A billing system that takes nothing and knows no cases: no form, no menu entry, no link."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.gateway.pages.conftest import Browser
from tests.gateway.pages.reading import link, words


def test_what_the_erp_does_not_take_is_not_shown(browser: Browser, home: Callable[[FlaskClient], str]) -> None:
    anna = browser("anna")
    start = home(anna)
    for path in ("/awaria", start + "sprawy", start + "sprawy/nowa", start + "e-faktura"):
        assert anna.get(path).status_code == 404, path
    page = anna.get(start)
    assert "Zgłoś awarię" not in words(page)
    assert "Sprawy" not in words(page)
    invoice = anna.get(link(anna.get(start + "faktury"), "FV/"))
    assert invoice.status_code == 200
    assert "Złóż reklamację" not in words(invoice)
    particulars = anna.get(start + "dane")
    assert "Anna Źródło-Kowalczyk" in words(particulars)
    assert "Poproś o zmianę" not in words(particulars)
    assert "E-faktury" not in words(particulars)
