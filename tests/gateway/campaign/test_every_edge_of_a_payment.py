"""A kill -9 at each edge of a payment's hand-off and of its confirmation: no intent lost, no second order, one charge.

The operator is the sandbox's, at the wire. The n-th edge is the one to die at, until a process passes them all.
"""

import os
from typing import Any

import pytest
from sqlalchemy import select

from gateway.models import Mail, PaymentRow
from gateway.outbox.desk import By
from gateway.payments import desk
from gateway.payments.worker import follow_payments
from tests.gateway.campaign.conftest import Place, places
from tests.gateway.campaign.ground import Ground
from tests.gateway.campaign.test_every_edge import each_edge
from tests.stack import PASSWORD

WHOLE = "EBOK_SUBMISSIONS" in os.environ
SHORT = [("postgres", "rest")]
PLACES = [(database, face) for database in ("sqlite", "postgres") for face in ("soap", "rest")]


class Payer:
    """Pays a sum on account for one customer after the other, over the test's own portal or one that may die."""

    def __init__(self, here: Ground) -> None:
        self.here = here
        self.client = here.app.test_client()
        self.ways: list[tuple[str, dict[str, str]]] = []
        for login in here.logins:
            answer = self.client.post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
            headers = {"Authorization": f"Bearer {answer.json['token']}"}
            customers = self.client.get("/api/v1/customers", headers=headers).json
            self.ways += [(f"/api/v1/customers/{each['id']}/payments", headers) for each in customers]
        here.control("PUT", "p24", {"notifications": "none"})

    def order(self, number: int) -> dict[str, Any]:
        path, headers = self.ways[number]
        headers = {**headers, "Idempotency-Key": f"payment {number}"}
        body = {"operator": "p24", "on_account": "12.50"}
        return {"path": path, "json": body, "headers": headers}

    def pays(self, number: int) -> Any:
        """Sends it again as the same browser would, and gets what there is by then."""
        order = self.order(number)
        answer = self.client.post(order["path"], json=order["json"], headers=order["headers"])
        assert answer.status_code in (200, 201), answer.text
        return answer.json


def follow(here: Ground) -> None:
    here.let_leases_end()
    while follow_payments(here.portal):
        pass


def payments(here: Ground) -> list[Any]:
    with here.portal.database.reading() as connection:
        return list(connection.execute(select(PaymentRow.__table__).order_by(PaymentRow.id)))


def orders(here: Ground) -> dict[str, Any]:
    return {each["sessionId"]: each for each in here.control("GET", "p24")["transactions"]}


def assert_told_once(here: Ground) -> None:
    """``registrations`` counts the refused repetitions too."""
    assert here.control("GET", "p24")["registrations"] == len(orders(here))
    assert set(orders(here)) <= {row.reference for row in payments(here)}


@pytest.mark.parametrize(("database", "face"), places(PLACES if WHOLE else SHORT))
def test_of_the_hand_off(place: Place, database: str, face: str) -> None:
    with place(database, face, "deduplicates") as here:
        payer = Payer(here)
        started = unknown = 0

        def begin(number: int) -> dict[str, Any]:
            nonlocal started, unknown
            done = here.nursery.once("post", here.now, number, **payer.order(number))
            here.let_leases_end()
            payer.pays(number)
            row = payments(here)[-1]
            assert len(payments(here)) == number, "as many payments as were wanted"
            assert row.state in ("started", "unknown"), row.state
            if row.state == "started":
                started += 1
                here.control("POST", f"p24/{row.reference}/pay")
            else:
                unknown += 1
            here.advance(minutes=25)
            follow(here)
            assert payments(here)[-1].state == ("paid" if row.state == "started" else "failed")
            assert_told_once(here)
            return done

        met = each_edge(begin)
        assert met.count("before a call") >= 1
        assert started >= 2
        assert unknown >= 2
        paid = [row.reference for row in payments(here) if row.state == "paid"]
        assert sorted(paid) == sorted(name for name, each in orders(here).items() if each["status"] == 2)
    print({"database": database, "face": face, "edges": len(met)})


@pytest.mark.parametrize(("database", "face"), places(PLACES if WHOLE else [("sqlite", "rest")]))
def test_of_the_confirmation(place: Place, database: str, face: str) -> None:
    with place(database, face, "deduplicates") as here:
        payer = Payer(here)

        def confirm(number: int) -> dict[str, Any]:
            payer.pays(number)
            here.control("POST", f"p24/{payments(here)[-1].reference}/pay")
            here.advance(minutes=3)
            done = here.nursery.once("follow", here.now, number)
            follow(here)
            assert [row.state for row in payments(here)] == [*["booked"] * (number - 1), "paid"]
            sent = [row for row in here.rows() if row.kind == "payment"]
            assert len(sent) == number, "the ERP is told once of each"
            assert_told_once(here)
            # so that the next one meets the edges of its own confirmation alone
            desk.settle(here.portal, payments(here)[-1].public_id, By("staff:campaign"), outcome="booked")
            return done

        met = each_edge(confirm)
        assert met.count("before a call") >= 2, "asked and verified"
        with here.portal.database.reading() as connection:
            mails = connection.execute(select(Mail.id).where(Mail.template == "payment_confirmed")).all()
        assert len(mails) in (0, len(payments(here)))
    print({"database": database, "face": face, "edges": len(met)})
