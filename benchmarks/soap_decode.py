"""Decoding of invoices out of SOAP: against zeep's own, growth with their number, and memory when streamed."""

import subprocess
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from adapters.limits import Limits
from adapters.soap import SoapAdapter
from benchmarks.soap_answers import as_records, largest_answer, of_rows, ours, parts, ratio, rounds, verdict, zeeps

_STREAMED = 50_000


def main() -> None:
    """Print the table; when called with an address and a customer number, stream from there and print the memory."""
    if len(sys.argv) == 3:
        _child(sys.argv[1], sys.argv[2])
        return
    customer_no, answer = largest_answer()
    _speed(customer_no, answer)
    _memory(customer_no, answer)


def _speed(customer_no: str, answer: bytes) -> None:
    small, large = of_rows(answer, 1_000), of_rows(answer, 10_000)
    ebok, peer = ours(customer_no), zeeps()
    if ebok(small) != as_records(peer(small)):
        raise SystemExit("soap_decode: the values differ from zeep's; nothing measured")
    mine, theirs, many = rounds([lambda: ebok(small), lambda: peer(small), lambda: ebok(large)])
    gain, growth = ratio(theirs, mine), ratio(many, mine)
    print("SOAP, 1,000 invoices, bytes to records (values equal)")
    print(f"  zeep    {median(theirs) * 1e3:8.1f} us each")
    print(f"  ebok    {median(mine) * 1e3:8.1f} us each   {gain:5.1f} x faster   {verdict(gain >= 8, '8 x')}")
    print(f"  10,000 over 1,000 invoices          {growth:5.1f} x          {verdict(growth <= 15, 'linear: 15 x')}")


def _memory(customer_no: str, answer: bytes) -> None:
    head, rows, tail = parts(answer)

    class Erp(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            whole, rest = divmod(_STREAMED, len(rows))
            pieces = [head, *[b"".join(rows)] * whole, b"".join(rows[:rest]), tail]
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(sum(map(len, pieces))))
            self.end_headers()
            with suppress(ConnectionError):  # the warm-up leaves early
                for piece in pieces:
                    self.wfile.write(piece)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Erp)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        child = [sys.executable, "-m", "benchmarks.soap_decode", f"http://127.0.0.1:{server.server_port}/", customer_no]
        told = subprocess.run(child, check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    finally:
        server.shutdown()
        server.server_close()
    count, grown = told.stdout.split()
    enough = int(count) == _STREAMED and float(grown) <= 4
    print(f"  {int(count):,} invoices streamed, memory grows by {float(grown):4.1f} MB   {verdict(enough, '4 MB')}")


def _child(url: str, customer_no: str) -> None:
    limits = Limits(answer_bytes=64 * 1024 * 1024)
    adapter = SoapAdapter.from_settings({"mapping": "sandbox_soap", "url": url}, limits=limits)
    first = adapter.iter_invoices(customer_no)
    for _ in zip(range(500), first, strict=False):  # whatever is made once, such as the connection
        pass
    first.close()  # type: ignore[attr-defined]
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    count = sum(1 for _ in adapter.iter_invoices(customer_no))
    print(count, (_kilobytes("VmHWM") - before) / 1024)
    adapter.close()


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
