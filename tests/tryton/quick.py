"""Spares Tryton the slow check of every field's domain, for records whose shape it has checked before or ships itself.

Runs inside Tryton's own environment (see ``build``), never in the portal's; as ``python -m tests.tryton.quick`` it is
``trytond-admin``.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unchecked() -> Iterator[None]:
    """Within it only what the models themselves insist on is looked at. Checking all would double the time."""
    from trytond.model import ModelStorage  # Tryton wants to be configured before it is imported

    whole = ModelStorage.__dict__["_validate"]
    ModelStorage._validate = classmethod(_models_own_rules)
    try:
        yield
    finally:
        ModelStorage._validate = whole


def _models_own_rules(cls: Any, records: list[Any], field_names: set[str] | None = None) -> None:
    for record in records:
        record.pre_validate()
    cls.validate(records)
    cls.validate_fields(records, field_names or set(cls._fields))


def admin() -> None:
    """``trytond-admin`` with the arguments of the command line."""
    import trytond.commandline as commandline
    import trytond.config as config

    gc.disable()  # it ends soon
    options = commandline.get_parser_admin().parse_args()
    options.indexes = bool(options.update)
    config.update_etc(options.configfile)
    commandline.config_log(options)
    from trytond.admin import run

    with unchecked():
        run(options)


if __name__ == "__main__":
    admin()
