"""Which files may go along, and which of more than four hundred hostile ones may not."""

import io
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.files.judging import judge
from gateway.files.names import LONGEST, clean, ending
from gateway.files.records import RefusedFile
from tests.gateway.files.hostile import corpus
from tests.gateway.files.made import GOOD

CASES = list(corpus())
_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


@pytest.mark.parametrize("name", GOOD)
def test_what_people_have_is_taken(name: str) -> None:
    said = judge(name, io.BytesIO(GOOD[name]), megapixels=100)
    assert said == _TYPES.get(ending(name), "image/heic")


def test_there_are_more_than_four_hundred() -> None:
    assert len({(name, data) for name, data, _ in CASES}) >= 400


@pytest.mark.parametrize(("name", "data", "reasons"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)])
def test_a_hostile_file_is_refused_for_a_reason(name: str, data: bytes, reasons: frozenset[str]) -> None:
    with pytest.raises(RefusedFile) as refused:
        judge(name, io.BytesIO(data), megapixels=100)
    assert refused.value.reason in reasons
    assert refused.value.name == name


@given(st.sampled_from(sorted(GOOD)), st.data())
def test_a_spoiled_file_is_taken_or_refused_and_nothing_else(name: str, data: st.DataObject) -> None:
    good = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    for content in (bytes(good), bytes(good[:cut]), bytes(good[cut:])):
        with suppress(RefusedFile):
            assert judge(name, io.BytesIO(content), megapixels=100)


@given(st.sampled_from(["a.pdf", "a.jpg", "a.png", "a.heic"]), st.binary(max_size=4000))
def test_noise_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(RefusedFile):
        judge(name, io.BytesIO(data), megapixels=100)


def test_what_unfolds_without_end_takes_bounded_memory() -> None:
    name, data, _ = next(case for case in CASES if case[0] == "bomba.pdf")
    tracemalloc.start()
    with pytest.raises(RefusedFile):
        judge(name, io.BytesIO(data), megapixels=100)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 200 * 1024 * 1024


@given(st.text(max_size=400))
def test_a_cleaned_name_is_plain_short_and_stays(given_name: str) -> None:
    name = clean(given_name)
    assert 0 < len(name) <= LONGEST
    assert name.isprintable()
    assert not set(name) & set('<>:"|?*\\/')
    assert clean(name) == name


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\anna\\pismo.pdf", "pismo.pdf"),
        ("zdjęcie wodomierza.jpg", "zdjęcie wodomierza.jpg"),
        ("z\u0301.png", "ź.png"),
        ("fdp.\u202egpj.exe", "fdp.gpj.exe"),
        ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("  .pdf  ", "pdf"),
        ("", "plik"),
        (None, "plik"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("a" * 200, "a" * 120),
    ],
)
def test_names_are_data(given_name: str | None, cleaned: str) -> None:
    assert clean(given_name) == cleaned
