"""Walks through the structure of pictures: where they begin and end, and how large they are by their own header."""

import re
import zlib
from collections.abc import Iterator

from gateway.files.records import RefusedFile

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZES_IN_JPEG = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|!doctype)|<\?php|PK\x03\x04", re.IGNORECASE)
_FILL = re.compile(rb"\xff+")
"""Any number of bytes before a marker of a JPEG."""
_MOST_PARTS = 100_000
_MOST_PICTURES = 8


def judge_jpeg(data: bytes, most_pixels: int) -> None:
    """ISO/IEC 10918-1: a picture from SOI to EOI; behind it only what cameras put there.

    Those are further whole pictures (CIPA DC-007, as in photographs of a high dynamic range) and Samsung's own trailer.
    """
    if not data.startswith(_JPEG):
        raise RefusedFile("not_its_ending")
    place, pictures = 0, 0
    while data.startswith(_JPEG, place) and pictures < _MOST_PICTURES:
        place = _end_of_jpeg(data, place, most_pixels)
        pictures += 1
    if place != len(data) and not _is_samsungs(data[place:]):
        raise RefusedFile("cut_or_added")


def _end_of_jpeg(data: bytes, start: int, most_pixels: int) -> int:
    place, frames = start + 2, 0
    for _ in range(_MOST_PARTS):
        filled = _FILL.match(data, place)
        place = place if filled is None else filled.end() - 1
        marker, length = data[place + 1 : place + 2], int.from_bytes(data[place + 2 : place + 4], "big")
        segment = data[place + 4 : place + 2 + length]
        if data[place : place + 1] != b"\xff" or length < 2 or len(segment) != length - 2:
            raise RefusedFile("broken")
        if marker[0] in _SIZES_IN_JPEG:
            frames += 1
            if len(segment) < 6:
                raise RefusedFile("broken")
            _pixels(int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[1:3], "big"), most_pixels)
        elif marker[0] == 0xFE or 0xE0 <= marker[0] <= 0xEF:
            _no_markup(segment)
        place += 2 + length
        if marker[0] == 0xDA:
            break
    # in a picture's own data 0xFF is followed by 0x00 or a restart mark, so the first EOI is its end
    end = data.find(b"\xff\xd9", place)
    if frames != 1 or end < 0:
        raise RefusedFile("cut_or_added")
    return end + 2


def _is_samsungs(rest: bytes) -> bool:
    """Blocks of the camera's own data, then their directory from ``SEFH`` to its length and ``SEFT``."""
    length = int.from_bytes(rest[-8:-4], "little")
    _no_markup(rest)
    return rest.endswith(b"SEFT") and 12 <= length <= len(rest) - 8 and rest[-8 - length :].startswith(b"SEFH")


def judge_png(data: bytes, most_pixels: int) -> None:
    """PNG (ISO/IEC 15948): IHDR first, every chunk with its right CRC-32, IEND last and nothing after it."""
    if not data.startswith(_PNG):
        raise RefusedFile("not_its_ending")
    pictures = 0
    last = b""
    for number, (kind, content) in enumerate(_png_chunks(data)):
        if (number == 0) != (kind == b"IHDR"):
            raise RefusedFile("broken")
        if kind == b"IHDR":
            if len(content) != 13:
                raise RefusedFile("broken")
            _pixels(int.from_bytes(content[:4], "big"), int.from_bytes(content[4:8], "big"), most_pixels)
        elif kind == b"IDAT":
            pictures += 1
        else:
            _no_markup(content)
        last = kind
    if last != b"IEND" or not pictures:
        raise RefusedFile("cut_or_added")


def judge_heic(data: bytes, most_pixels: int) -> None:
    """HEIF (ISO/IEC 23008-12): boxes that fill the file exactly, ``ftyp`` first, sizes in ``ispe``."""
    if data[4:8] != b"ftyp" or data[8:12] not in _HEIC_BRANDS:
        raise RefusedFile("not_its_ending")
    sizes = 0
    kinds = []
    for kind, content in _boxes(data):
        kinds.append(kind)
        if kind != b"meta":
            continue
        for found in re.finditer(rb"\x00\x00\x00\x14ispe\x00{4}(.{4})(.{4})", content, re.DOTALL):
            sizes += 1
            _pixels(int.from_bytes(found[1], "big"), int.from_bytes(found[2], "big"), most_pixels)
    if not sizes or b"mdat" not in kinds or not set(kinds) <= {b"ftyp", b"meta", b"mdat", b"free", b"skip", b"moov"}:
        raise RefusedFile("broken")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG)
    for _ in range(_MOST_PARTS):
        length = int.from_bytes(data[place : place + 4], "big")
        end = place + 12 + length
        if end > len(data):
            raise RefusedFile("cut_or_added")
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        if zlib.crc32(data[place + 4 : place + 8 + length]).to_bytes(4, "big") != data[end - 4 : end]:
            raise RefusedFile("broken")
        yield kind, content
        place = end
        if kind == b"IEND":
            if place != len(data):
                raise RefusedFile("cut_or_added")
            return
    raise RefusedFile("broken")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    for _ in range(_MOST_PARTS):
        if place == len(data):
            return
        size, kind, header = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8], 8
        if size == 1:
            size, header = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        if size < header or place + size > len(data):
            raise RefusedFile("cut_or_added")
        yield kind, data[place + header : place + size]
        place += size
    raise RefusedFile("broken")


def _pixels(width: int, height: int, most: int) -> None:
    if not width or not height:
        raise RefusedFile("broken")
    if width * height > most:
        raise RefusedFile("too_many_pixels")


def _no_markup(content: bytes) -> None:
    if _MARKUP.search(content):
        raise RefusedFile("twofold")
