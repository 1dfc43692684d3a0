"""The database's own clock, by which leases end: the hosts' clocks may differ, and tests put the portal's."""

from sqlalchemy import ColumnElement, Connection, Double, literal_column

_SECONDS = {
    "postgresql": "extract(epoch from clock_timestamp())",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}


def seconds(connection: Connection) -> ColumnElement[float]:
    """An SQL expression: seconds since 1970 when the statement runs."""
    return literal_column(f"CAST({_SECONDS[connection.dialect.name]} AS double precision)", Double())
