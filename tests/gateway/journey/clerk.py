"""A clerk at a browser without scripts, who decides what waits; over plain HTTP."""

import re

import pyotp
import requests

from tests.gateway.journey.running import PASSWORD, Demo, until


class Clerk:
    """``bok`` of the demo; with a second factor where the demo asks for one."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._http = requests.Session()
        self._http.trust_env = False

    def log_in(self) -> None:
        page = self._send("/staff/logowanie", login="bok", password=PASSWORD)
        if "ebok-secret" in page:
            secret = re.sub(r"\s|<wbr>", "", page.split('ebok-secret">')[1].split("</code>")[0])
            self._demo.secret("secret of the app", secret)
            code = self._demo.secret("code of the app", pyotp.TOTP(secret).now())
            shown = self._post("/staff/drugi-skladnik/nowy", page, code=code)
            for number, each in enumerate(re.findall(r"<li><code>([^<]+)</code>", shown)):
                self._demo.secret(f"recovery code {number}", each)
        self._demo.cookies([{"name": f"staff {each.name}", "value": each.value} for each in self._http.cookies])

    def decide(self, customer_no: str, path: str, **typed: str) -> None:
        """Open what waits of a customer, as soon as the ERP has been asked, and send one of the forms on it."""

        def waiting() -> str | None:
            rows = self._get("/staff/").split("<tr")
            row = next((each for each in rows if f">{customer_no}<" in each and "zgadza się" in each), None)
            return re.findall(r'href="(/staff/zgloszenia/[\w-]+)"', row)[0] if row else None

        page = until(waiting)
        self._send(f"{page}/{path}", form=page, **typed)

    def _get(self, path: str) -> str:
        answer = self._http.get(self._demo.url + path, timeout=30)
        assert answer.ok, answer.status_code
        return answer.text

    def _send(self, path: str, *, form: str = "", **typed: str) -> str:
        return self._post(path, self._get(form or path), **typed)

    def _post(self, path: str, page: str, **typed: str) -> str:
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        answer = self._http.post(self._demo.url + path, data={**hidden, **typed}, timeout=30)
        assert answer.ok, (answer.status_code, path)
        return answer.text
