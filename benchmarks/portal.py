"""The whole portal from outside: the start page, a thousand at once, a large document, and a hanging ERP."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from statistics import median, quantiles
from typing import Any

import requests

from adapters import registry
from adapters.base import Adapter
from adapters.limits import Limits
from benchmarks.running import Running, running

_SLOW = 0.3
_DOCUMENT = 60 * 1024 * 1024


def main() -> None:
    """Print the tables, over SOAP and over REST where both are asked for."""
    with running("soap", CACHE__SECONDS="0", GUARD__BREAKER_OPEN_SECONDS="0") as portal:
        _start_page(portal)
        _hanging(portal)
    with running("soap") as portal:
        _at_once(portal)
    for face in ("soap", "rest"):
        with running(face, GUARD__DOCUMENT_SECONDS="120") as portal:
            _document(portal)


def verdict(right: bool, limit: str) -> str:
    return f"{'ok' if right else 'MISS'} ({limit})"


def _start_page(portal: Running) -> None:
    browser = portal.browser()
    customer = portal.customers(portal.token())["100001"]
    page = f"{portal.portal}/o/{customer}/"
    adapter = registry.load("soap").from_settings(
        {"mapping": "sandbox_soap", "url": f"{portal.sandbox}/soap"}, limits=Limits()
    )
    portal.control("PUT", "faults", {"operation": "*", "fault": "slow", "seconds": _SLOW})
    pages, slowest = [], []
    for _ in range(7):
        slowest.append(max(_timed(call) for call in _calls(adapter)))
        pages.append(_timed(lambda: _whole(browser, page)))
    portal.control("DELETE", "faults")
    adapter.close()
    ratio = median(page / call for page, call in zip(pages, slowest, strict=True))
    print(f"Start page over its slowest ERP call (the ERP takes {_SLOW * 1e3:.0f} ms for each of its calls)")
    print(f"  slowest call, alone {median(slowest) * 1e3:7.1f} ms")
    judged = verdict(ratio <= 1.2, "1.2 x at most")
    print(f"  start page          {median(pages) * 1e3:7.1f} ms   {ratio:5.2f} x   {judged}")


def _whole(browser: requests.Session, page: str) -> None:
    answer = browser.get(page, timeout=30)
    if answer.status_code != 200:
        raise SystemExit(f"portal: the start page answered {answer.status_code}")


def _calls(adapter: Adapter) -> list[Any]:
    return [
        lambda: adapter.customer("100001"),
        lambda: adapter.contracts("100001"),
        lambda: adapter.invoices("100001"),
        lambda: adapter.balance("100001", today=date(2026, 3, 29)),
    ]


def _timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _hanging(portal: Running) -> None:
    headers = portal.token()
    customers = list(portal.customers(headers).values())
    light = f"{portal.portal}/logowanie"
    with requests.Session() as session:
        _latencies(session, light, 200)  # warm
        idle = _latencies(session, light, 1000)
        portal.control("PUT", "faults", {"operation": "invoices", "fault": "hang", "seconds": 60})
        until = time.monotonic() + 8
        with ThreadPoolExecutor(30) as pool:
            asking = [pool.submit(_ask_until, portal, customers[n % len(customers)], headers, until) for n in range(30)]
            time.sleep(0.5)
            busy = []
            while time.monotonic() < until - 0.5:
                busy += _latencies(session, light, 50)
            statuses = [status for each in asking for status in each.result()]
    portal.control("DELETE", "faults")
    if set(statuses) != {503}:
        raise SystemExit(f"portal: the hanging calls answered {sorted(set(statuses))}")
    before, during = _p99(idle), _p99(busy)
    print("A light page while 30 clients keep calling an ERP that hangs (breaker off)")
    print(f"  idle    p50 {median(idle) * 1e3:6.2f} ms  p99 {before * 1e3:7.2f} ms  of {len(idle)}")
    print(f"  hanging p50 {median(busy) * 1e3:6.2f} ms  p99 {during * 1e3:7.2f} ms  of {len(busy)}", end="   ")
    print(f"{during / before:5.2f} x   {verdict(during / before <= 5, '5 x at most')}")


def _latencies(session: requests.Session, url: str, count: int) -> list[float]:
    return [_timed(lambda: session.get(url, timeout=30)) for _ in range(count)]


def _ask_until(portal: Running, customer: str, headers: dict[str, str], until: float) -> list[int]:
    statuses = []
    while time.monotonic() < until:
        answer = requests.get(f"{portal.portal}/api/v1/customers/{customer}/invoices", headers=headers, timeout=30)
        statuses.append(answer.status_code)
        time.sleep(0.2)  # a refused client does not come back at once
    return statuses


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


def _at_once(portal: Running) -> None:
    headers = portal.token()
    customer = portal.customers(headers)["100101"]
    portal.control("PUT", "faults", {"operation": "*", "fault": "slow", "seconds": 0.2})
    portal.control("DELETE", "calls")
    host, port = portal.portal.removeprefix("http://").split(":")
    request = (
        f"GET /api/v1/customers/{customer}/balance HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: {headers['Authorization']}\r\nConnection: close\r\n\r\n"
    ).encode()

    async def one() -> bytes:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer

    async def everybody() -> list[bytes]:
        return await asyncio.gather(*(one() for _ in range(1000)))

    started = time.perf_counter()
    answers = asyncio.run(everybody())
    took = time.perf_counter() - started
    good = sum(each.startswith(b"HTTP/1.1 200") for each in answers)
    bodies = {each.rpartition(b"\r\n\r\n")[2] for each in answers}
    calls = sum(portal.control("GET", "calls").values())
    portal.control("DELETE", "faults")
    print("1,000 cold requests at once for one customer's balance (the ERP takes 200 ms)")
    print(f"  answered {good}, {len(bodies)} different, the last after {took * 1e3:.0f} ms")
    print(f"  ERP calls {calls}   {verdict(calls == 1 and good == 1000 and len(bodies) == 1, '1 call, all answered')}")


def _document(portal: Running) -> None:
    headers = portal.token()
    customer = portal.customers(headers)["100001"]
    at = f"{portal.portal}/api/v1/customers/{customer}/invoices"
    invoice = next(
        each for each in requests.get(at, headers=headers, timeout=30).json()["items"] if each["has_document"]
    )
    url = f"{at}/{invoice['id']}/document"
    requests.get(url, headers=headers, timeout=60)  # warm
    body = {"customer_no": "100001", "invoice_no": invoice["invoice_no"], "size": _DOCUMENT}
    portal.control("PUT", "documents", body)
    resident = portal.forget_peak()
    started = time.perf_counter()
    with requests.get(url, headers=headers, stream=True, timeout=60) as answer:
        size = sum(len(piece) for piece in answer.iter_content(65536))
    took = time.perf_counter() - started
    grown = portal.memory_peak() - resident
    right = size >= _DOCUMENT and grown <= 16
    print(f"A document of {size / 2**20:.0f} MiB over {portal.face.upper()}")
    print(f"  memory +{grown:.1f} MiB in {took:.1f} s   {verdict(right, '+16 MiB at most')}")


if __name__ == "__main__":
    main()
