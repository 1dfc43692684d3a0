"""Offers and notices of outages: the ERP's or the operator's, valid by the clock, harmless whoever wrote them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.errors import Misconfigured
from gateway.folder_of_texts import FolderOfTexts, WrongHead, split
from gateway.notices import notice_files
from gateway.offers import offer_files
from tests.gateway.pages.reading import main_words, parsed, words
from tests.stack import Stack, stack

HARMFUL = """kind: product
title: Zły <b>tytuł</b>

# Nagłówek

<script>alert(1)</script> [klik](javascript:alert(1)) ![obraz](https://zly.example/x.png) <img src=x onerror=alert(1)>
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("content")
    for name in ("offers", "outages"):
        (made / name).mkdir()
    return made


@pytest.fixture(scope="module")
def _own(folder: Path) -> Iterator[Stack]:
    mapping = (Path(__file__).parents[3] / "adapters/erps/sandbox_rest.toml").read_text(encoding="utf-8")
    before, _, rest = mapping.partition("[operations.offers]")
    after = rest.split("\n[operations.", 1)[1]
    while after.startswith("offers"):
        after = after.split("\n[operations.", 1)[1]
    (folder / "no_offers.toml").write_text(f"{before}[operations.{after}", encoding="utf-8")
    with stack(
        folder,
        face="rest",
        ERP__REST__MAPPING=str(folder / "no_offers.toml"),
        CONTENT__OFFERS=str(folder / "offers"),
        CONTENT__OUTAGES=str(folder / "outages"),
    ) as made:
        yield made


@pytest.fixture
def own(_own: Stack, folder: Path) -> Iterator[Stack]:
    """An ERP without offers, and the operator's folders, empty at first."""
    yield _own
    for each in folder.glob("o*/*.md"):
        each.unlink()


def test_the_erps_offers_are_shown_while_they_are_valid(portal: Stack) -> None:
    browser = portal.browser("anna")
    home = browser.get("/", follow_redirects=True)
    assert "Podlicznik ogrodowy 30% taniej" in words(home)
    page = browser.get(home.request.path + "oferta")
    assert "Odczytujemy bez wizyty" in main_words(page)
    assert "Zimowe przeglądy" not in words(page)
    assert "5 zł mniej" not in words(page)
    portal.set_now("2027-03-10T11:00:00+00:00")
    assert "Podlicznik ogrodowy" not in words(browser.get(home.request.path + "oferta"))


def test_offers_that_cannot_be_had_leave_the_start_page_whole(portal: Stack) -> None:
    browser = portal.browser("anna")
    home = browser.get("/", follow_redirects=True).request.path
    portal.fault("offers", "html_500")
    assert browser.get(home).status_code == 200
    missing = browser.get(home + "oferta")
    assert missing.status_code >= 500
    assert "Oferty nie udało się teraz pobrać." in words(missing)


def test_the_operators_offers_need_no_restart_and_speak_the_readers_language(own: Stack, folder: Path) -> None:
    browser = own.browser("anna")
    home = browser.get("/", follow_redirects=True).request.path
    assert "Teraz nie mamy nic w ofercie." in words(browser.get(home + "oferta"))
    head = "kind: promotion\nvalid_from: 2026-03-01\nvalid_until: 2026-03-10\n"
    (folder / "offers" / "pl.md").write_text(f"---\n{head}title: Taniej\nlanguage: pl\n---\nO **połowę**.")
    (folder / "offers" / "en.md").write_text(f"{head}title: Cheaper\nlanguage: en\n\nBy half.")
    (folder / "offers" / "soon.md").write_text("kind: product\ntitle: Potem\nvalid_from: 2026-03-11\n\nCoś.")
    text = main_words(browser.get(home + "oferta"))
    assert "Taniej" in text
    assert "Ważne do 10 marca 2026." in text
    assert "Cheaper" not in text
    assert "Potem" not in text
    assert "Taniej" in words(browser.get(home))
    browser.get("/jezyk/en")
    assert "Cheaper" in words(browser.get(home + "oferta"))


def test_what_somebody_wrote_does_no_harm(own: Stack, folder: Path) -> None:
    (folder / "offers" / "zly.md").write_text(HARMFUL)
    browser = own.browser("anna")
    page = browser.get(browser.get("/", follow_redirects=True).request.path + "oferta")
    read = parsed(page)
    assert "Zły <b>tytuł</b>" in words(page)
    assert "b" not in read.tags
    assert read.tags.count("h1") == 1
    assert not any(value.startswith(("javascript:", "https://zly")) for _, value in read.attributes)
    assert not any(name.startswith("on") for name, _ in read.attributes)


def test_a_known_outage_is_told_before_logging_in_and_at_the_start(own: Stack, folder: Path) -> None:
    head = "title: Wymiana zasuwy\nplace: ul. Lipowa\n"
    (folder / "outages" / "a.md").write_text(f"{head}since: 2026-03-10 08:00\nuntil: 2026-03-10 15:00\n\nBeczkowóz.")
    (folder / "outages" / "b.md").write_text("title: Dawna\nplace: tu\nsince: 2026-03-01\nuntil: 2026-03-09\n")
    stranger = words(own.client().get("/awaria"))
    assert "Wymiana zasuwy ul. Lipowa Trwa od 10.03.2026, 08:00." in stranger
    assert "Skończy się najpóźniej 10.03.2026, 15:00." in stranger
    assert "Beczkowóz." in stranger
    assert "Dawna" not in stranger
    assert "Wymiana zasuwy" in words(own.browser("anna").get("/", follow_redirects=True))
    own.set_now("2026-03-10T14:00:00+00:00")
    assert "Wymiana zasuwy" not in words(own.client().get("/awaria"))
    own.set_now("2026-03-10T11:00:00+00:00")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: product\n\nTekst", "title: is required"),
        ("kind: gift\ntitle: T\n\nTekst", "kind: expected one of product, promotion"),
        ("kind: product\ntitle: T\nvalid_from: wczoraj\n\nTekst", "valid_from: expected a day"),
        ("kind: product\ntitle: T\nvalid_from: 2026-02-02\nvalid_until: 2026-02-01\n\nT", "on or after valid_from"),
        ("kind: product\ntitle: T\nprice: 5\n\nTekst", "price: unknown"),
        ("kind: product\ntitle: T\nlanguage: de\n\nTekst", "language: expected one of pl, en, uk"),
        ("kind: product\ntitle: T\n", "title or text"),
        ("kind: product\nkind: product\n\nTekst", "kind: given twice"),
        ("# Nagłówek\n\nTekst", "line 1: expected name: value"),
        ("---\nkind: product\ntitle: T\n", "expected --- after the head"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong_in_it(own: Stack, folder: Path, text: str, told: str) -> None:
    (folder / "offers" / "zla.md").write_text(text)
    files = offer_files(own.portal.settings)
    with pytest.raises(Misconfigured, match=re.escape("content.offers: zla.md: ")) as found:
        files.check()
    assert told in str(found.value)
    assert files.rows() == ()


def test_a_wrong_notice_is_named_and_the_right_ones_stay(own: Stack, folder: Path) -> None:
    (folder / "outages" / "a.md").write_text("title: T\nplace: P\nsince: 2026-03-10 25:00\n")
    (folder / "outages" / "b.md").write_text("title: Dobra\nplace: P\nsince: 2026-03-10\n")
    files = notice_files(own.portal.settings)
    with pytest.raises(Misconfigured, match=re.escape("content.outages: a.md: since: expected a day or a moment")):
        files.check()
    assert [each.title for each in files.rows()] == ["Dobra"]


def test_our_samples_are_right() -> None:
    samples = Path(__file__).parents[3] / "gateway" / "samples"
    for name, reader in (("offers", offer_files), ("outages", notice_files)):
        for each in (samples / name).glob("*.md"):
            head, text = split(each.read_text(encoding="utf-8"))
            assert head["title"]
            assert text
        assert reader is not None


def test_no_folder_is_no_rows() -> None:
    def never(name: str, head: object, text: str) -> None:
        raise WrongHead("not read")

    files = FolderOfTexts[None](None, key="content.offers", read=never)
    files.check()
    assert files.rows() == ()
