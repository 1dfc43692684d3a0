"""The mapped adapter for billing systems that speak JSON over HTTP."""

from adapters.rest.adapter import RestAdapter

__all__ = ["RestAdapter"]
