"""Contracts with their supply points, meters and last readings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from marshmallow import fields as marshmallow_fields

from schemas import fields


class Service(StrEnum):
    WATER = "water"
    SEWAGE = "sewage"


class MeterRole(StrEnum):
    MAIN = "main"
    GARDEN = "garden"
    SUB = "sub"


class ReadingSource(StrEnum):
    CUSTOMER = "customer"
    INSPECTOR = "inspector"
    RADIO = "radio"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter showed: ``value`` in m³."""

    value: Decimal
    read_on: date
    source: ReadingSource


@dataclass(frozen=True, slots=True)
class Meter:
    """A water meter; ``valid_until`` is the end of its legal verification."""

    meter_no: str
    role: MeterRole
    valid_until: date | None = None
    last_reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class SupplyPoint:
    """An address that is supplied, with its meters."""

    point_no: str
    address: str
    meters: tuple[Meter, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract for water, sewage or both; ``valid_until`` is None while it is open-ended."""

    customer_no: str
    contract_no: str
    services: tuple[Service, ...]
    valid_from: date
    valid_until: date | None = None
    supply_points: tuple[SupplyPoint, ...] = ()


class ReadingSchema(fields.RecordSchema[Reading]):
    record: ClassVar = Reading

    value = fields.Volume(required=True)
    read_on = fields.Day(required=True)
    source = fields.Word(ReadingSource, required=True)


class MeterSchema(fields.RecordSchema[Meter]):
    record: ClassVar = Meter

    meter_no = fields.Text(required=True)
    role = fields.Word(MeterRole, required=True)
    valid_until = fields.Day(load_default=None, allow_none=True)
    last_reading = marshmallow_fields.Nested(ReadingSchema, load_default=None, allow_none=True)


class SupplyPointSchema(fields.RecordSchema[SupplyPoint]):
    record: ClassVar = SupplyPoint

    point_no = fields.Text(required=True)
    address = fields.Text(required=True)
    meters = fields.Rows(MeterSchema, load_default=())


class ContractSchema(fields.RecordSchema[Contract]):
    record: ClassVar = Contract

    customer_no = fields.CustomerNo(required=True)
    contract_no = fields.Text(required=True)
    services = fields.Words(Service, required=True)
    valid_from = fields.Day(required=True)
    valid_until = fields.Day(load_default=None, allow_none=True)
    supply_points = fields.Rows(SupplyPointSchema, load_default=())
