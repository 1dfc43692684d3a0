"""What customers send, read from what they typed: one reader for each sort, shared by the pages and the API."""

from gateway.submitting.typed import Problem, Typed, Wrong

__all__ = ["Problem", "Typed", "Wrong"]
