"""The whole PayU cycle against an independent simulator, and each side's check of the other's signature."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

import pytest
import requests

from adapters.payments import Begun, Forged, PaymentOrder, Standing, Stands
from adapters.payments.payu import PayU
from adapters.payments.signatures import payu_signature
from tests.adapters.payments import simulator
from tests.adapters.payments.given import AMOUNT, ORDER, payu

SECOND_KEY = "b6ca15b0d1020e8094d9b5f8d163db54"
Came = tuple[Mapping[str, str], bytes]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The simulator's address."""
    try:
        simulator.python()
    except simulator.CannotInstall as error:
        pytest.skip(f"the PayU simulator cannot be installed here: {str(error).splitlines()[-1]}")
    with simulator.running(SECOND_KEY, tmp_path_factory.mktemp("payu") / "log") as url:
        yield url


@pytest.fixture
def operator(place: str) -> PayU:
    return payu(url=f"{place}/payu", second_key=SECOND_KEY)


@pytest.fixture(scope="module")
def hook() -> Iterator[tuple[str, Queue[Came]]]:
    """An address that takes notifications, and what came to it."""
    came: Queue[Came] = Queue()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.put((dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taker) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", came
        server.shutdown()


def begun(operator: PayU, url: str, reference: str) -> tuple[PaymentOrder, Begun]:
    order = replace(ORDER, reference=reference, notify_url=url)
    return order, operator.start(order)


def standing(operator: PayU, order: PaymentOrder, there: Begun) -> Standing:
    return operator.ask(order.reference, operator_ref=there.operator_ref, amount=AMOUNT, currency="PLN")


def decide(page: str, action: str) -> None:
    """What the customer does on the simulator's page."""
    assert requests.get(page, timeout=10).ok
    done = requests.post(page, data={"action": action}, allow_redirects=False, timeout=10)
    assert done.headers["Location"] == ORDER.return_url


def test_paying_is_notified_in_a_way_that_we_know_for_theirs_and_then_it_is_paid(
    operator: PayU, hook: tuple[str, Queue[Came]]
) -> None:
    url, came = hook
    order, there = begun(operator, url, "zaplacone-1")
    before = standing(operator, order, there)
    assert before.stands is Stands.PENDING  # its orders are pending from the start
    decide(there.redirect_url, "approve")
    headers, body = came.get(timeout=10)
    notice = operator.notice(headers, body)
    assert (notice.reference, notice.operator_ref) == (order.reference, there.operator_ref)
    paid = standing(operator, order, there)
    assert (paid.stands, paid.amount, paid.currency) == (Stands.PAID, AMOUNT, "PLN")
    altered = body.replace(b'"12345"', b'"12346"')
    assert altered != body
    with pytest.raises(Forged):
        operator.notice(headers, altered)
    with pytest.raises(Forged):
        payu(second_key="another").notice(headers, body)


def test_refusing_is_notified_and_then_it_failed(operator: PayU, hook: tuple[str, Queue[Came]]) -> None:
    url, came = hook
    order, there = begun(operator, url, "odrzucone")
    decide(there.redirect_url, "reject")
    assert operator.notice(*came.get(timeout=10)).reference == order.reference
    assert standing(operator, order, there).stands is Stands.FAILED


def test_what_they_keep_of_our_order_is_what_we_sent(operator: PayU, place: str, hook: tuple[str, Queue[Came]]) -> None:
    """Read with a token of its own, past our adapter."""
    _, there = begun(operator, hook[0], "przyslane")
    with requests.Session() as session:
        form = {"grant_type": "client_credentials", "client_id": "1", "client_secret": "2"}
        token = session.post(f"{place}/payu/pl/standard/user/oauth/authorize", data=form, timeout=10).json()
        session.headers["Authorization"] = f"Bearer {token['access_token']}"
        kept = session.get(f"{place}/payu/api/v2_1/orders/{there.operator_ref}", timeout=10).json()["orders"][0]
    assert kept["totalAmount"] == "12345"
    assert kept["description"] == ORDER.description
    assert kept["merchantPosId"] == "145227"
    assert kept["validityTime"] == "1200"
    assert kept["buyer"] == {"email": "a@b.example", "language": "uk"}


CHECK = """
import asyncio, json, sys
from getpaid_payu.processor import PayUProcessor
from getpaid_core.exceptions import InvalidCallbackError
class Given:
    payment = type("Payment", (), {"id": "r"})
    def get_setting(self, name, default=None):
        return {"second_key": sys.argv[1], "allow_md5_callbacks": True}.get(name, default)
def check(header, body):
    try:
        asyncio.run(PayUProcessor.verify_callback(Given(), {}, {"OpenPayu-Signature": header}, raw_body=body))
        return "genuine"
    except InvalidCallbackError:
        return "forged"
print([check(header, body) for header, body in json.loads(sys.argv[2])])
"""


def test_their_check_takes_what_we_sign_and_refuses_what_was_altered(place: str) -> None:
    body = json.dumps({"order": {"description": "Opłata za wodę / ścieki"}}, ensure_ascii=False)
    cases = []
    for algorithm in ("SHA-256", "MD5"):
        signature = payu_signature(body.encode(), SECOND_KEY, algorithm)
        header = f"sender=checkout;signature={signature};algorithm={algorithm}"
        cases += [(header, body), (header, body.replace("wodę", "wode"))]
    said = simulator.ask(CHECK, SECOND_KEY, json.dumps(cases))
    assert said == "['genuine', 'forged', 'genuine', 'forged']"
