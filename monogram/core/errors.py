"""The six ways a verb can refuse. They carry facts; each API's envelope turns them into its own words and codes."""

from __future__ import annotations


class Failure(Exception):
    """What every refusal shares. Anything else that escapes a verb is a bug."""


class NotFound(Failure):
    """No such object, or another merchant's: the two look the same."""

    def __init__(self, noun: str, key: object = None):
        super().__init__(f"{noun} not found")
        self.noun, self.key = noun, key


class Invalid(Failure):
    """Input that breaks rules. `fields`: a path such as `lineItems[0].sku` to what is wrong with it, all at once."""

    def __init__(self, fields: dict[str, str]):
        super().__init__("; ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class Conflict(Failure):
    """A well-formed request against a state that refuses it. `reason` says which."""

    def __init__(self, noun: str, reason: str):
        super().__init__(f"{noun}: {reason}")
        self.noun, self.reason = noun, reason


class Forbidden(Failure):
    """Known, but not allowed. `needs` names the missing right."""

    def __init__(self, needs: str):
        super().__init__(f"needs {needs}")
        self.needs = needs


class Unauthenticated(Failure):
    """No credential, or one that is unknown, expired or revoked. `reason` never tells which keys exist."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class TooMany(Failure):
    """Over the limit of `limit` calls; another will be accepted after `retry_after` seconds."""

    def __init__(self, limit: int, retry_after: float):
        super().__init__(f"more than {limit} calls")
        self.limit, self.retry_after = limit, retry_after
