"""More than four hundred files that must not be taken, each with the words by which it may be refused."""

import struct
import zlib
from collections.abc import Iterator

from tests.gateway.files.made import box, chunk, heic, jpeg, object_stream, opening, pdf, png, samsung_trailer, segment

ZIP = b"PK\x03\x04" + bytes(26) + b"a" + b"PK\x01\x02" + bytes(42) + b"a" + b"PK\x05\x06" + bytes(18)
SCRIPT = b"<script>alert(1)</script>"
_ACTIVE = (
    *(b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA", b"SubmitForm"),
    *(b"ImportData", b"GoToE", b"GoToR", b"Rendition", b"Sound", b"Movie", b"3D", b"Collection", b"Filespec"),
)
_OTHERS = {
    "strona.html": b"<!doctype html><script>alert(1)</script>",
    "rysunek.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "archiwum.zip": ZIP,
    "pismo.docx": ZIP,
    "arkusz.xlsm": ZIP,
    "program.exe": b"MZ" + bytes(200),
    "skrypt.js": b"alert(1)",
    "skrypt.sh": b"#!/bin/sh\nrm -rf /\n",
    "obraz.gif": b"GIF89a" + bytes(20) + b";",
    "obraz.webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "obraz.bmp": b"BM" + bytes(60),
    "obraz.tiff": b"II*\0" + bytes(60),
    "film.mp4": box(b"ftyp", b"isom" + bytes(8)) + box(b"mdat", b"x"),
    "poczta.eml": b"From: a@example.pl\r\n\r\n",
    "tekst.txt": b"Dzien dobry",
    "pismo.rtf": b"{\\rtf1 a}",
    "katalog.desktop": b"[Desktop Entry]\nExec=sh\n",
    "skrot.lnk": b"L\0\0\0" + bytes(60),
    "pismo": b"%PDF-1.7\n%%EOF\n",
    "pismo.pdf.exe": b"%PDF-1.7\n%%EOF\n",
    "pismo.": b"%PDF-1.7\n%%EOF\n",
    "jar.jar": ZIP,
}

Case = tuple[str, bytes, frozenset[str]]
_BAD_FORM = frozenset({"not_its_ending", "cut_or_added", "broken", "twofold"})


def corpus() -> Iterator[Case]:
    """Name, bytes, and the reasons of which one must be given."""
    for name, data in _OTHERS.items():
        yield name, data, frozenset({"sort"})
    yield from _under_another_name()
    yield from _pdfs()
    yield from _pictures()
    yield from _cut()
    yield from _twofold()


def _under_another_name() -> Iterator[Case]:
    kinds = {"pdf": pdf(), "jpg": jpeg(), "png": png(), "heic": heic(), **{f"x{n}": d for n, d in _OTHERS.items()}}
    for ending in ("pdf", "jpg", "jpeg", "png", "heic", "heif"):
        for kind, data in kinds.items():
            if (
                kind != ending
                and {kind, ending} not in ({"jpg", "jpeg"}, {"heic", "heif"})
                and not (ending == "pdf" and data.startswith(b"%PDF"))
            ):
                yield f"zmyłka {kind}.{ending}", data, _BAD_FORM


def _hidden_pdfs() -> Iterator[Case]:
    """Object streams that readers find, written so that a careless look does not."""
    script, refused = b"9 0 << /S /JavaScript >>", frozenset({"active", "unreadable"})
    plain = object_stream(script)
    yield "obj w nowym wierszu.pdf", pdf().replace(b"startxref", b"9 0\nobj\n" + plain + b"\nstartxref"), refused
    yield "obj w napisie.pdf", pdf(plain.replace(b"/Length", b"/X ( obj) /Length")), refused
    yield "filtr przed napisem.pdf", pdf(plain.replace(b"/Type /ObjStm", b"").replace(
        b"/Length", b"/X ( obj) /Type /ObjStm /Length")), refused  # fmt: skip
    yield "długi słownik.pdf", pdf(plain.replace(b"/Length", b"/X (%b) /Length" % (b"x" * 4000))), refused
    yield "filtr gdzie indziej.pdf", pdf(b"/FlateDecode", plain.replace(b"/FlateDecode", b"4 0 R")), refused


def _dear_pdfs() -> Iterator[Case]:
    """Small files that would keep a careful judge busy for long."""
    unreadable = frozenset({"unreadable"})
    escapes = b"#41" * 300_000
    yield "same zapisy.pdf", pdf(escapes), unreadable
    yield "zwinięte zapisy.pdf", pdf(object_stream(escapes)), unreadable
    yield "same otwarcia.pdf", pdf(b"/OpenAction 5 0 R " * 100_000), unreadable | {"opens"}
    yield "same strony.pdf", pdf(b"/OpenAction [] " * 100_000), unreadable
    named = b"5 0 obj [] endobj " * 100_000
    yield "same wersje.pdf", pdf(b"/OpenAction 5 0 R", named), unreadable
    table = object_stream(b"5 5 " * 30_000, first=120_000)
    yield "same miejsca.pdf", pdf(b"/OpenAction 5 0 R", *[table] * 5), unreadable | {"opens"}
    yield "bez miejsc.pdf", pdf(object_stream(b"5 0 []", first=10_000_000)), unreadable
    yield "zapisy w kawałkach.pdf", pdf(*[object_stream(escapes[:60_000])] * 15), unreadable


def _opening_pdfs() -> Iterator[Case]:
    """What opens something by itself: an address, another file, or nobody can say what."""
    refused = frozenset({"opens", "active"})
    uri, to_page = b"<< /S /URI /URI (https://zle.example) >>", b"<< /S /GoTo /D [3 0 R /Fit] >>"
    for number, action in enumerate((
        uri,
        uri.replace(b"/S /URI", b"/#53 /UR#49"),
        uri.replace(b"/S /URI", b"/S/URI"),
        b"<< /S /GoToR /F (//zle.example/x.pdf) >>",
        b"<< /S /Named /N /Print >>",
        b"<< /S 9 0 R /URI (https://zle.example) >>",
        to_page.replace(b">>", b"/Next %b >>" % uri),
        to_page.replace(b">>", b"/Next 9 0 R >>"),
        to_page.replace(b"/D", b"/S /URI /D"),
        b"<< /S /GoTo /D (>>) /Next %b >>" % uri,
        b"<< /S /GoTo /SD << >> /Next %b >>" % uri,
        b"<< /S 9 0 R /D (/S /GoTo) >>",
        b"<< /X#28 /S /URI /Y#29 /Z [/S /GoTo] >>",
    )):  # fmt: skip
        yield f"otwiera {number}.pdf", opening(action), refused
        yield f"otwiera gdzie indziej {number}.pdf", opening(b"6 0 R", action), refused
        yield (
            f"otwiera ze strumienia {number}.pdf",
            opening(b"12 0 R", object_stream(b"12 0 " + action, first=5)),
            refused,
        )
    folded = object_stream(b"5 0 << /Type /Catalog /OpenAction 12 0 R >>")
    yield "otwiera ukryte.pdf", pdf(folded, object_stream(b"12 0 " + uri, first=5)), refused
    yield (
        "otwiera drugie.pdf",
        opening(b"6 0 R", to_page) + b"6 0 obj\n%b\nendobj\nstartxref\n0\n%%%%EOF\n" % uri,
        refused,
    )
    for value in (b"99 0 R", b"+6 0 R", b"% x\n6 0 R", b"(x)", b"true"):
        yield "otwiera nie wiadomo co.pdf", opening(value, to_page), refused
    for value in (b"<< /O %b >>" % uri, b"6 0 R", b" \n<< >>", b"%\n<< >>"):
        yield "czynności.pdf", pdf(b"<< /Type /Page /AA%b >>" % (b" " + value), uri), refused
        yield "czynności w strumieniu.pdf", pdf(object_stream(b"9 0 << /#41A %b >>" % value)), refused


def _pdfs() -> Iterator[Case]:
    active = frozenset({"active"})
    for word in _ACTIVE:
        escaped = b"#%02x" % word[0] + word[1:]
        odd = word[:-1] + b"#%02X" % word[-1]
        for number, name in enumerate((word, escaped, odd)):
            direct = b"<< /Subtype /%b (x) >>" % name
            yield f"czynny {word.decode()} {number}.pdf", pdf(direct), active
            yield f"zwinięty {word.decode()} {number}.pdf", pdf(object_stream(b"9 0 " + direct)), active
            stored = object_stream(b"9 0 " + direct, filters=b"")
            yield f"niezwinięty {word.decode()} {number}.pdf", pdf(stored), active
        yield f"w zwiastunie {word.decode()}.pdf", pdf(trailer=b"/Subtype /%b (x)" % word), active
    for name in (b"/Encrypt", b"/#45ncrypt", b"/Encryp#74"):
        yield "hasło.pdf", pdf(trailer=name + b" 5 0 R"), frozenset({"encrypted"})
        yield "hasło w środku.pdf", pdf(object_stream(b"9 0 << %b 1 >>" % name)), frozenset({"encrypted"})
    for filters in (b"/Filter /LZWDecode", b"/Filter [/ASCIIHexDecode /FlateDecode]", b"/Filter /ASCII85Decode"):
        yield "inny filtr.pdf", pdf(object_stream(b"x", filters=filters)), frozenset({"unreadable"})
    predicted = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>"
    yield "przewidywany.pdf", pdf(object_stream(b"x", filters=predicted)), frozenset({"unreadable"})
    yield from _hidden_pdfs()
    yield from _opening_pdfs()
    yield from _dear_pdfs()
    bomb = zlib.compress(bytes(80 * 1024 * 1024))
    folded = b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + bomb + b"\nendstream"
    yield "bomba.pdf", pdf(folded), frozenset({"unreadable"})
    yield (
        "nie zlib.pdf",
        pdf(b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nabc\nendstream"),
        frozenset({"broken"}),
    )
    for header in (
        b"",
        b" %PDF-1.7\n",
        b"\xef\xbb\xbf%PDF-1.7\n",
        b"%PDF-9.9\n",
        b"%pdf-1.7\n",
        b"%PDF\n",
        b"GIF89a%PDF-1.7\n",
    ):
        yield "początek.pdf", pdf(header=header), frozenset({"not_its_ending"})
    for end in (
        b"",
        b"%%EO",
        b"%%EOF\n" + bytes(70_000),
        b"%%EOF\nMZ" + bytes(50),
        b"%%EOF\n" + ZIP,
        b"%%EOF\n" + SCRIPT,
    ):
        yield "koniec.pdf", pdf(end=end), frozenset({"cut_or_added", "twofold"})
    for added in (b"MZ", b"MZ\nstartxref\n0", b"% x\nMZ\n5 0 obj\nendobj\nstartxref\n0", b"1 MZ", b"objMZ startxref\n"):
        yield "między końcami.pdf", pdf() + added + bytes(400) + b"\n%%EOF\n", frozenset({"cut_or_added"})
    yield "sam początek.pdf", b"%PDF-1.4\n%%EOF", frozenset({"cut_or_added"})
    yield "bez początku tablicy.pdf", pdf().replace(b"startxref", b""), frozenset({"cut_or_added"})
    for part in (b"/Root", b"trailer", b"obj"):
        yield "nie ma nic.pdf", pdf().replace(part, b"xx"), frozenset({"broken"})
    yield "same x.pdf", b"%PDF-1.4\n" + b"x" * 9_000_000 + b"\nstartxref\n9\n%%EOF\n", frozenset({"broken"})


def _pictures() -> Iterator[Case]:
    many = frozenset({"too_many_pixels"})
    for width, height in ((65535, 65535), (20000, 10000), (65535, 2000), (10001, 10000)):
        yield "ogromne.jpg", jpeg(width=width, height=height), many
        yield "ogromne.png", png(width=width, height=height), many
        yield "ogromne.heic", heic(sizes=[(width, height)]), many
        yield "drugie ogromne.jpg", jpeg() + jpeg(width=width, height=height), many
        yield "drugie ogromne.heic", heic(sizes=[(10, 10), (width, height)]), many
    yield "bomba.png", png(width=2**31 - 1, height=2**31 - 1), many
    for width, height in ((0, 100), (100, 0), (0, 0)):
        yield "puste.jpg", jpeg(width=width, height=height), frozenset({"broken"})
        yield "puste.png", png(width=width, height=height), frozenset({"broken"})
        yield "puste.heic", heic(sizes=[(width, height)]), frozenset({"broken"})
    yield "bez rozmiaru.heic", heic(sizes=[]), frozenset({"broken"})
    yield "obca skrzynka.heic", heic(box(b"evil", b"x")), frozenset({"broken"})
    yield "bez obrazu.png", png().replace(png()[33:-12], b""), frozenset({"cut_or_added", "broken"})
    for place in range(16, 33):
        spoiled = bytearray(png())
        spoiled[place] ^= 0x55
        yield f"zepsute {place}.png", bytes(spoiled), frozenset({"broken", "too_many_pixels", "cut_or_added"})
    yield "dwa nagłówki.png", png(png()[8:33]), frozenset({"broken"})
    yield "bez nagłówka.png", b"\x89PNG\r\n\x1a\n" + chunk(b"tEXt", b"a") + png()[33:], frozenset({"broken"})
    for length in (0, 1):
        yield "krótki odcinek.jpg", b"\xff\xd8\xff\xe0" + struct.pack("!H", length) + bytes(40) + b"\xff\xd9", _BAD_FORM
    yield "dwie ramki.jpg", jpeg(segment(0xC0, struct.pack("!BHHB", 8, 9, 9, 1) + b"\x01\x11\0")), _BAD_FORM
    yield "bez ramki.jpg", b"\xff\xd8" + segment(0xDA, b"\x01\x01\0\0?\0") + b"\x11\xff\xd9", _BAD_FORM
    for trailer in (
        samsung_trailer(ZIP),
        samsung_trailer(SCRIPT),
        samsung_trailer()[:-1],
        b"SEFT",
        bytes(20) + b"SEFT",
    ):
        yield "doczepione.jpg", jpeg() + trailer, _BAD_FORM
    yield "sto obrazów.jpg", jpeg() * 100, _BAD_FORM


def _cut() -> Iterator[Case]:
    for name, data in {"a.pdf": pdf(), "a.jpg": jpeg(), "a.png": png(), "a.heic": heic()}.items():
        for part in range(1, 20):
            yield f"ucięte {part} {name}", data[: len(data) * part // 20], _BAD_FORM
        yield f"bez ostatniego {name}", data[:-2], _BAD_FORM
        for added in (b"\0" if name != "a.pdf" else b"\1", b"x", b"\xff\xd9", bytes(70_000), b"MZ" + bytes(60)):
            yield f"doczepione {name}", data + added, _BAD_FORM


def _twofold() -> Iterator[Case]:
    twofold = frozenset({"twofold", "cut_or_added", "broken"})
    for name, data in {"b.pdf": pdf(), "b.jpg": jpeg(), "b.png": png(), "b.heic": heic()}.items():
        yield f"z archiwum {name}", data + ZIP, twofold
        yield f"archiwum przed {name}", ZIP + data, _BAD_FORM
        yield f"skrypt za {name}", data + SCRIPT, twofold
        yield f"drugi rodzaj za {name}", data + (png() if "jpg" in name else jpeg()), twofold
    for text in (
        SCRIPT,
        b"<?php system($_GET[0]); ?>",
        b"<svg onload=alert(1)>",
        b"<!DOCTYPE html>",
        b"<iframe src=x>",
        ZIP,
    ):
        yield "komentarz.jpg", jpeg(segment(0xFE, text)), twofold
        yield "opis.jpg", jpeg(segment(0xE1, b"Exif\0\0" + text)), twofold
        yield "opis.png", png(chunk(b"tEXt", b"Comment\0" + text)), twofold
        yield "obcy kawałek.png", png(chunk(b"eVIL", text)), twofold
        yield "w tle.heic", heic(box(b"free", text)), twofold
        yield "strona.pdf", pdf(header=b"%PDF-1.7\n%" + text + b"\n"), twofold
    yield "dwa razem.pdf", pdf() + pdf(), twofold
    yield "dwa razem inaczej.pdf", pdf(end=b"") + pdf(header=b"%PDF-1.3\n"), twofold
    yield "pdf w obrazie.jpg", jpeg(segment(0xFE, pdf())), frozenset({"twofold"})
    yield "pdf w obrazie.png", png(chunk(b"zzZz", pdf())), frozenset({"twofold"})
