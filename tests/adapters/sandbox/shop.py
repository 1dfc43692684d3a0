"""A merchant of the operator's simulator: signs on its own, and keeps what it is notified of."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import requests

AUTH = ("100001", "sandbox-p24-key")
SESSION = "d0c1b2a3-0000-4000-8000-000000000001"


def sign(**fields: Any) -> str:
    text = json.dumps({**fields, "crc": "sandbox-p24-crc"}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha384(text.encode()).hexdigest()


class Shop:
    """``told`` are the notifications that came, raw."""

    def __init__(self, operator: str, notify_url: str) -> None:
        self.operator, self.notify_url = f"{operator}/p24", notify_url
        self.told: Queue[bytes] = Queue()
        self.session = requests.Session()
        self.session.trust_env = False

    def register(self, session_id: str = SESSION, amount: int = 12345, **changed: Any) -> requests.Response:
        body = {
            "merchantId": 100001,
            "posId": 100001,
            "sessionId": session_id,
            "amount": amount,
            "currency": "PLN",
            "description": "Faktury za wodę/ścieki, 2 szt.",
            "email": "anna@poczta.example",
            "country": "PL",
            "language": "pl",
            "urlReturn": "http://portal.example/platnosci/powrot",
            "urlStatus": self.notify_url,
            "timeLimit": 20,
            "sign": sign(sessionId=session_id, merchantId=100001, amount=amount, currency="PLN"),
        }
        return self.post("transaction/register", {**body, **changed})

    def post(self, path: str, body: Any, **more: Any) -> requests.Response:
        return self.call("POST", path, json=body, **more)

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(
            method, f"{self.operator}/api/v1/{path}", timeout=20, **{"auth": AUTH, "allow_redirects": False, **more}
        )

    def verify(self, order_id: int, *, session_id: str = SESSION, amount: int = 12345) -> requests.Response:
        named = {"sessionId": session_id, "orderId": order_id, "amount": amount, "currency": "PLN"}
        return self.call(
            "PUT", "transaction/verify", json={"merchantId": 100001, "posId": 100001, **named, "sign": sign(**named)}
        )

    def status(self, session_id: str = SESSION) -> Any:
        answer = self.call("GET", f"transaction/by/sessionId/{session_id}")
        return answer.json()["data"] if answer.status_code == 200 else answer.status_code

    def begin(self, session_id: str = SESSION) -> str:
        """The address of the page to pay on."""
        token = self.register(session_id).json()["data"]["token"]
        return f"{self.operator}/trnRequest/{token}"

    def press(self, page: str, button: str) -> requests.Response:
        return self.session.post(page, data={"decyzja": button}, timeout=20, allow_redirects=False)

    def notified(self) -> Any:
        return json.loads(self.told.get(timeout=20))


@contextmanager
def shop_at(operator: str) -> Iterator[Shop]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            shop.told.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    shop = Shop(operator, f"http://127.0.0.1:{server.server_address[1]}/hook")
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield shop
    finally:
        shop.session.close()
        server.shutdown()
        server.server_close()
