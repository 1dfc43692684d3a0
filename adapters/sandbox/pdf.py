"""The e-invoice and the office's letters as small PDFs; a padded one is made piece by piece, whatever its size."""

import textwrap
import unicodedata
from collections.abc import Iterator

from adapters.sandbox.casework import CaseFile
from adapters.sandbox.records import CURRENCY, Bill, Party

_LETTERHEAD = "Zaklad Wodociagow i Kanalizacji, Zdrojewo Wielkie"

_PIECE = 64 * 1024
_FILL = (b"%015d\n" * (_PIECE // 16 - 1)) % tuple(range(1, _PIECE // 16))


class Pdf:
    """One page that names the bill; ``size`` in bytes is right before the first piece is made."""

    def __init__(self, party: Party, bill: Bill, size: int = 0) -> None:
        page = _page(party, bill)
        # The padding sits in an object of its own that no page refers to, so that the file stays well-formed.
        self._padding = 0
        for _ in range(3):  # the digits of the padding's length are part of the size, too
            self._start, self._end = _around(page, self._padding)
            self._padding = max(0, self._padding + size - len(self))
        self._start, self._end = _around(page, self._padding)

    def __len__(self) -> int:
        return len(self._start) + self._padding + len(self._end)

    def pieces(self) -> Iterator[bytes]:
        """The file in pieces of at most 64 KiB; the same bytes each time."""
        yield self._start
        left = self._padding
        number = 0
        while left > 0:
            piece = b"%015d\n" % number + _FILL  # numbered, so that a lost or swapped piece shows
            yield piece[:left]
            left -= len(piece)
            number += 1
        yield self._end


def letter(case: CaseFile) -> bytes:
    """An answer on the office's paper."""
    answer = textwrap.wrap(_ascii(case.answer or ""), 80)[:30]
    start, end = _around(_shown([_LETTERHEAD, f"sprawa {case.case_no}, wplynela {case.opened_on}", "", *answer]), 0)
    return start + end


def _page(party: Party, bill: Bill) -> bytes:
    return _shown(
        [
            _LETTERHEAD,
            f"{bill.kind.value} {bill.invoice_no}",
            f"{_ascii(party.name)}, nr odbiorcy {party.customer_no}",
            _ascii(party.address),
            f"data wystawienia {bill.issued_on}, termin platnosci {bill.due_on}",
            f"netto {bill.net}  VAT {bill.vat}  brutto {bill.gross} {CURRENCY}",
            f"rachunek {party.payment_account or 'kasowy'}",
        ]
    )


def _shown(lines: list[str]) -> bytes:
    shown = "".join(f"({line.translate(_ESCAPES)}) Tj T*\n" for line in lines)
    return f"BT /F1 12 Tf 60 780 Td 20 TL\n{shown}ET".encode("ascii", "replace")


def _around(page: bytes, padding: int) -> tuple[bytes, bytes]:
    """What stands before and after the padding."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(page), page),
    ]
    start = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(start))
        start += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    offsets.append(len(start))
    start += b"6 0 obj\n<< /Length %d >>\nstream\n" % padding
    end = b"\nendstream\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = len(start) + padding + len(end)
    end += b"xref\n0 7\n0000000000 65535 f \n" + rows
    end += b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
    return start, end


_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


def _ascii(text: str) -> str:
    """Without the marks on Polish letters: the built-in fonts of PDF have no glyphs for them."""
    text = text.translate(str.maketrans("łŁ„”", "lL''"))
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
