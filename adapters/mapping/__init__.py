"""The mapping language: one TOML file says where each of our fields stands in an ERP's answers (docs/mapping.md)."""

from adapters.mapping.language import Condition, FieldMap, Key, Kind, Mapped, Operation, Table, load, paths
from adapters.mapping.mistakes import Mistakes

__all__ = ["Condition", "FieldMap", "Key", "Kind", "Mapped", "Mistakes", "Operation", "Table", "load", "paths"]
