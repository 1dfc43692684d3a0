"""The pages of one's own account, one file per thing that people come to do."""

from gateway.pages.account import first_login, forgotten

__all__ = ["first_login", "forgotten"]
