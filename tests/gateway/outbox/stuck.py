"""A submission that waits for a clerk, and what the log says was done about it."""

from typing import Any

from tests.gateway.outbox.office import Office

MARK = "Woda pachnie znakiem-5417."


def stuck(here: Office, **more: Any) -> str:
    """One whose answer was lost, at an ERP that cannot be asked; its number."""
    here.erp.behave = lambda _: "lost_before"
    receipt = here.send(text=MARK, **more)
    here.deliver()
    assert here.row(receipt.public_id).state == "manual"
    here.erp.behave = lambda _: "take"
    return receipt.public_id


def actions(here: Office) -> list[str]:
    return [each.action for each in here.events() if each.action.startswith("submission")]
