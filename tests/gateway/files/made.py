"""Good files of each sort, made here byte by byte, so that tests can spoil them in one place at a time."""

import struct
import zlib
from collections.abc import Iterable

GOOD_PDF_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
    b"<< /Length 44 >>\nstream\nBT /F1 12 Tf 72 720 Td (Dzien dobry) Tj ET  \nendstream",
)


def pdf(*more: bytes, header: bytes = b"%PDF-1.7\n", trailer: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    """A PDF with these objects besides the usual ones."""
    body, places = header, []
    for number, content in enumerate((*GOOD_PDF_OBJECTS, *more), 1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    table += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n" % (len(places) + 1, trailer, len(body))
    return body + table + end


def object_stream(content: bytes, *, filters: bytes = b"/Filter /FlateDecode", first: int = 4) -> bytes:
    """An object stream (ISO 32000-1, 7.5.7) with ``content`` folded in it."""
    folded = zlib.compress(content) if b"FlateDecode" in filters else content
    head = b"<< /Type /ObjStm /N 1 /First %d %b /Length %d >>" % (first, filters, len(folded))
    return head + b"\nstream\n" + folded + b"\nendstream"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack("!H", len(content) + 2) + content


def jpeg(
    *before: bytes,
    width: int = 640,
    height: int = 480,
    scan: bytes = b"\x11\x22\xff\x00\x33" * 50,
    end: bytes = b"\xff\xd9",
) -> bytes:
    """A baseline JPEG with these segments behind its first one."""
    frame = struct.pack("!BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = [
        segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
        *before,
        segment(0xDB, bytes(65)),
        segment(0xC0, frame),
    ]
    parts += [segment(0xC4, bytes(29)), segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"), scan]
    return b"\xff\xd8" + b"".join(parts) + end


def samsung_trailer(content: bytes = b"Image_UTC_Data1763800000000") -> bytes:
    """What Samsung's camera puts behind the picture."""
    block = b"\0\0\x01\x0a" + content
    head = b"SEFH" + struct.pack("<II", 106, 1) + struct.pack("<HHII", 0, 0x0A01, len(block), len(block))
    return block + head + struct.pack("<I", len(head)) + b"SEFT"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))


def png(*more: bytes, width: int = 32, height: int = 32, end: bytes | None = None) -> bytes:
    """A PNG with these chunks before its picture."""
    rows = zlib.compress(b"".join(b"\0" + bytes(32) for _ in range(32)))
    header = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0))
    last = chunk(b"IEND", b"") if end is None else end
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", rows) + last


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content) + 8) + kind + content


def heic(*more: bytes, sizes: Iterable[tuple[int, int]] = ((4032, 3024),), brand: bytes = b"heic") -> bytes:
    """A HEIC as phones write it, in its outermost structure."""
    extents = b"".join(box(b"ispe", bytes(4) + struct.pack("!II", *size)) for size in sizes)
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", extents)))
    return box(b"ftyp", brand + bytes(4) + b"mif1heic") + meta + b"".join(more) + box(b"mdat", bytes(range(256)) * 4)


def opening(value: bytes, *more: bytes) -> bytes:
    """A PDF that does something when it is opened; ``more`` are its objects from 6 on."""
    return pdf(b"<< /Type /Catalog /Pages 2 0 R /OpenAction %b >>" % value, *more)


_TABLE = b"xref\n0 0\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
_TO_PAGE = b"<< /Type /Action /S /GoTo /D [3 0 R /FitH null] >>"
_TO_NAME = b"<</S/GoTo/D(\\(Doc\\)-Start >>)>>"
_NAMES_BY_CHANCE = bytes(range(1, 40)) + b"/JS\x9c\x02/3D\xff/AA\x81/AA\n\x90" + bytes(range(128, 200))
_SECOND_SCAN = segment(0xC4, bytes(20)) + segment(0xDA, b"\x01\x01\x00\x01\x05\x01") + b"\x22" * 9

GOOD: dict[str, bytes] = {
    "pismo.pdf": pdf(),
    "pismo z serwera.PDF": pdf(object_stream(b"5 0 << /Type /Font /Subtype /Type1 >>"), header=b"%PDF-1.5\n"),
    "dwa zapisy.pdf": pdf(end=b"%%EOF\n") + b"5 0 obj\n<< >>\nendobj\nstartxref\n0\n%%EOF\r\n",
    "dopełniony.pdf": pdf() + bytes(4000) + b"\r\n",
    "podpisany dwa razy.pdf": pdf()[:-1] + (b"\r" + bytes(9) + b"% podpis\n12 0 obj\n<< >>\nendobj\n" + _TABLE) * 2,
    "szybki w sieci.pdf": b"%PDF-1.5\n" + _TABLE + b"     \r\n" + pdf(header=b""),
    "koniec w treści.pdf": pdf(b"<< /Length 20 >>\nstream\n%PostScript\n%%EOF\nQ\nendstream"),
    "od strony.pdf": opening(b"[3 0 R /XYZ null null 0]"),
    "od strony wprost.pdf": opening(_TO_PAGE),
    "od strony gdzie indziej.pdf": opening(b"6 0 R", _TO_NAME),
    "od strony w strumieniu.pdf": opening(b"12 0 R", object_stream(b"12 0 " + _TO_PAGE, first=5)),
    "z odsyłaczem.pdf": pdf(b"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://wodociagi.example) >> >>"),
    "skan.pdf": pdf(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(_NAMES_BY_CHANCE), _NAMES_BY_CHANCE)),
    "zdjecie.jpg": jpeg(),
    "zdjęcie wodomierza.JPEG": jpeg(segment(0xE1, b"Exif\0\0" + bytes(200)), segment(0xFE, "Żółć".encode())),
    "wysoki zakres.jpg": jpeg() + jpeg(width=320, height=240),
    "z telefonu.jpg": jpeg() + samsung_trailer(),
    "progresywne.jpg": jpeg(scan=b"\x11" * 40 + _SECOND_SCAN),
    "zrzut.png": png(chunk(b"tEXt", b"Software\0Zrzut ekranu")),
    "IMG_0001.HEIC": heic(),
    "IMG_0002.heif": heic(brand=b"mif1", sizes=((512, 512), (4032, 3024))),
}
