"""The pages of one's own account, one file per thing that people come to do."""

from gateway.pages.account import app_codes, first_login, forgotten, identity, overview, own_data, personal_tokens

__all__ = ["app_codes", "first_login", "forgotten", "identity", "overview", "own_data", "personal_tokens"]
