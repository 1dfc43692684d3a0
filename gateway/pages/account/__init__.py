"""The pages of one's own account, one file per thing that people come to do."""

from gateway.pages.account import email, first_login, forgotten, overview

__all__ = ["email", "first_login", "forgotten", "overview"]
