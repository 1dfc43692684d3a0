"""Every text is translated, its placeholders with it, and what is compiled is what is written."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("pl", "en", "uk")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("translations_script", str(ROOT / "scripts" / "translations"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def catalogue(language: str) -> Catalog:
    with _file(language, "po").open("rb") as po:
        return read_po(po, locale=language)


def _file(language: str, ending: str) -> Path:
    return ROOT / "gateway" / "translations" / language / "LC_MESSAGES" / f"messages.{ending}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_text_and_no_other(script: ModuleType, language: str) -> None:
    wanted = {message.id for message in script.extracted() if message.id}
    assert {message.id for message in catalogue(language) if message.id} == wanted, "run scripts/translations"


@pytest.mark.parametrize("language", ["en", "uk"])
def test_every_text_is_translated_with_its_placeholders(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        original = message.id[1] if isinstance(message.id, tuple) else message.id
        assert len(forms) == ({"en": 2, "uk": 3}[language] if isinstance(message.id, tuple) else 1), message.id
        for form in forms:
            assert form, message.id
            assert _placeholders(form) == _placeholders(original), message.id
        assert "fuzzy" not in message.flags, message.id


def test_polish_has_its_three_plural_forms() -> None:
    plurals = [message for message in catalogue("pl") if isinstance(message.id, tuple)]
    assert plurals
    for message in plurals:
        assert len(message.string) == 3
        assert all(message.string), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(script: ModuleType, language: str) -> None:
    assert _file(language, "mo").read_bytes() == script.compiled(catalogue(language)), "run scripts/translations"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))
