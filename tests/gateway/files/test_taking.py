"""The files of a form: how many, how large, and every mistake at once."""

import hashlib
import io

import pytest
from werkzeug.datastructures import FileStorage

from gateway.files import RefusedFiles
from gateway.files.taking import CHUNK_BYTES, chunks, take
from gateway.settings import Settings
from tests.gateway.files.made import jpeg, pdf, segment

MIB = 1024 * 1024


def part(name: str | None, data: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


def large(size: int) -> bytes:
    comment = segment(0xFE, b"x" * 65_000)
    filled = jpeg(*[comment] * ((size - 1_000) // len(comment)))
    return jpeg(*[comment] * ((size - 1_000) // len(comment)), scan=b"\x11" * (size - len(filled) + 200))


def refusals(settings: Settings, *parts: FileStorage) -> list[tuple[str, str]]:
    with pytest.raises(RefusedFiles) as refused:
        take(parts, settings)
    return [(each.reason, each.name) for each in refused.value.refused]


def test_a_file_is_taken_with_its_name_type_size_and_hash(settings: Settings) -> None:
    (taken,) = take([part("..\\zdjęcie.JPG", jpeg())], settings)
    assert (taken.name, taken.media_type, taken.size) == ("zdjęcie.JPG", "image/jpeg", len(jpeg()))
    assert taken.sha256 == hashlib.sha256(jpeg()).hexdigest()
    assert b"".join(chunks(taken.content)) == jpeg()
    assert b"".join(chunks(taken.content)) == jpeg()


def test_fields_left_empty_are_no_files(settings: Settings) -> None:
    assert take([part("", b""), part(None, b""), part("a.pdf", pdf()), part("", b"")], settings)[0].name == "a.pdf"
    assert take([], settings) == ()


def test_an_empty_file_and_one_without_a_name_are_said(settings: Settings) -> None:
    assert refusals(settings, part("a.pdf", b"")) == [("empty", "a.pdf")]
    assert refusals(settings, part("", pdf())) == [("sort", "plik")]


def test_one_too_many_is_refused_before_any_is_read(settings: Settings) -> None:
    assert len(take([part(f"{n}.pdf", pdf()) for n in range(5)], settings)) == 5
    assert refusals(settings, *(part(f"{n}.pdf", pdf()) for n in range(6))) == [("too_many", "")]


def test_the_largest_is_taken_and_a_larger_one_is_not(settings: Settings) -> None:
    most = large(10 * MIB)
    most = most[:-2] + b"\x11" * (10 * MIB - len(most)) + b"\xff\xd9"
    assert len(most) == 10 * MIB
    assert take([part("a.jpg", most)], settings)[0].size == 10 * MIB
    assert refusals(settings, part("a.jpg", most[:-2] + b"\x11\xff\xd9")) == [("too_large", "a.jpg")]


def test_together_they_are_bounded_too(settings: Settings) -> None:
    nine = large(9 * MIB)
    assert len(take([part("a.jpg", nine), part("b.jpg", nine)], settings)) == 2
    assert refusals(settings, *(part(f"{n}.jpg", nine) for n in "abc")) == [("too_large_together", "")]


def test_every_file_that_is_wrong_is_named(settings: Settings) -> None:
    wrong = [part("a.exe", b"MZ"), part("b.pdf", pdf()), part("c.pdf", jpeg()), part("d.png", b"")]
    assert refusals(settings, *wrong) == [("sort", "a.exe"), ("not_its_ending", "c.pdf"), ("empty", "d.png")]


def test_a_chunk_is_a_quarter_of_a_megabyte(settings: Settings) -> None:
    (taken,) = take([part("a.jpg", large(MIB))], settings)
    assert [len(each) for each in chunks(taken.content)][:-1] == [CHUNK_BYTES] * (taken.size // CHUNK_BYTES)
