"""Przelewy24 as a simulator: the same wire as its REST API v1, a page to pay on, and no money.

Written from the operator's own documentation (developers.przelewy24.pl, REST API v1): registration, the page at
``trnRequest``, the signed notification and its repeats, verification, and the transaction by its session id.
"""

from adapters.sandbox.p24.face import OPERATIONS, P24Call, operation_of
from adapters.sandbox.p24.notices import Notices
from adapters.sandbox.p24.page import respond as page
from adapters.sandbox.p24.transactions import Transactions

__all__ = ["OPERATIONS", "Notices", "P24Call", "Transactions", "operation_of", "page"]
