"""The mapped adapter for billing systems that speak SOAP."""

from adapters.soap.adapter import SoapAdapter

__all__ = ["SoapAdapter"]
