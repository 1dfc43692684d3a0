"""Says what an answer in JSON means that is no success."""

from collections.abc import Mapping
from typing import Any

from adapters.errors import AdapterError, BadData, NotFound, Unavailable
from adapters.http import Answer
from adapters.mapping import Mapped
from adapters.mapping.language import Refusal
from adapters.mapping.readers import as_text
from adapters.rest.source import Find, compile_path
from adapters.strict_json import is_json, strict_json


class Judge:
    """Tells a success from a refusal and from an answer that cannot be used, by the mapping's ``[errors]``."""

    def __init__(self, mapped: Mapped) -> None:
        path = mapped.errors.get("code")
        self._code: Find | None = compile_path(path) if path else None
        self._mapped = mapped
        self._fine = mapped.fine_codes
        self._statuses: Mapping[str, Refusal] = mapped.errors.get("statuses", {})

    def content(self, operation: str, answer: Answer) -> Any:
        """The JSON of a success; raises what the answer means otherwise."""
        self.let_in(operation, answer.status)
        succeeded = 200 <= answer.status < 300
        if not is_json(answer.media_type):
            raise Unavailable(f"{operation}: HTTP {answer.status} with no JSON, perhaps a login or error page")
        try:
            content = strict_json(answer.body)
        except ValueError:
            problem = f"{operation}: HTTP {answer.status} with JSON that cannot be read"
            raise (BadData(problem) if succeeded else Unavailable(problem)) from None
        code = self._read_code(content)
        if code and code not in self._fine:
            raise self._refused(operation, code, answer)
        if not succeeded:
            raise self._refusal(operation, answer)
        return content

    def let_in(self, operation: str, status: int) -> None:
        """Raise ``Unavailable`` where the ERP refuses the portal itself: an operator's matter, not the customer's."""
        if status in (401, 403):
            raise Unavailable(f"{operation}: HTTP {status}: the ERP refuses the portal's own credentials")

    def _read_code(self, content: Any) -> str:
        if self._code is None:
            return ""
        try:
            return as_text(self._code(content))
        except (ValueError, TypeError):  # also a JMESPath function that refuses what it is given
            return ""

    def _refused(self, operation: str, code: str, answer: Answer) -> AdapterError:
        if not self._mapped.lists(operation, code):
            # the code came from the ERP and is on no list, so it is not repeated in the log
            return Unavailable(f"{operation}: HTTP {answer.status} with an error code that the mapping does not list")
        told = f"{operation}: refused by the ERP with code {code}"
        return self._mapped.error(operation, told, code=code, retry_after=_retry_after(answer.headers))

    def _refusal(self, operation: str, answer: Answer) -> AdapterError:
        meaning, told = self._statuses.get(str(answer.status)), f"{operation}: HTTP {answer.status}"
        if meaning == "rejected":
            return self._mapped.rejected(told, code="", status=str(answer.status))
        if meaning == "not_found" and not self._mapped.operations[operation].sends:
            return NotFound(told)  # to something sent it may as well mean that its path is not there
        return Unavailable(told, retry_after=_retry_after(answer.headers))


def _retry_after(headers: Mapping[str, str]) -> float:
    given = headers.get("Retry-After", "")
    return float(min(max(int(given), 1), 300)) if given.isascii() and given.isdigit() and len(given) < 6 else 15.0
