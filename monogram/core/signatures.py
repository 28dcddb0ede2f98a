"""The signature that every delivery carries, whatever its dialect's own: Standard Webhooks 1.0.0, symmetric."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """256 random bits as Standard Webhooks writes a secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key(secret: str) -> bytes:
    """The bytes to sign with: what follows `whsec_` in base64; any other secret (an app's client secret) as UTF-8."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret[len(PREFIX):], validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def standard(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers over the raw body. `timestamp`: seconds since 1970 of this attempt; the id is the same in all."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    digest = base64.b64encode(hmac.digest(key(secret), signed, hashlib.sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{digest}"}
