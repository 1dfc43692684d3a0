"""The customer's contracts with their supply points and meters."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.accounts import Link
from gateway.erp import erp, today
from gateway.pages.blueprint import bp
from gateway.pages.whose import for_customer


@bp.get("/o/<cid>/umowy")
@for_customer
def contracts(link: Link) -> ResponseReturnValue:
    return render_template("contracts.html", contracts=erp().contracts(link.customer_no), today=today())
