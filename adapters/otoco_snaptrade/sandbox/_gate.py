"""Who is let in: signature, client, time and user of a request, by the guide on signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from otoco.sandbox import Incoming
from otoco_snaptrade.sandbox._errors import Refusal

#: How far a timestamp may be from the clock, in seconds. What the vendor tolerates is undocumented.
TOLERANCE: Final = 60

CLIENT_ID: Final = "SANDBOX-CLIENT"
CONSUMER_KEY: Final = "sandbox-consumer-key-0123456789"
USER_ID: Final = "sandbox-user"
USER_SECRET: Final = "0d1e5f4c-7a83-4c0e-9d0b-5b8f7c1f2a11"  # noqa: S105  nothing is behind it
#: The test credentials, by the names that the adapter's authentication asks for.
SECRETS: Final[Mapping[str, str]] = {
    "client_id": CLIENT_ID,
    "consumer_key": CONSUMER_KEY,
    "user_id": USER_ID,
    "user_secret": USER_SECRET,
}
#: The parameters that every request has.
PARAMETERS: Final = ("userId", "userSecret", "clientId", "timestamp")


def check(incoming: Incoming, parameters: Mapping[str, str], content: Any, now: float) -> None:
    """Let a request in, or raise the refusal: a signature over all of it, a time, and a user."""
    given = incoming.headers.get("signature", "").encode("utf-8", "replace")
    if not hmac.compare_digest(_signature(incoming.raw_target, content), given):
        raise Refusal(401, "1076", "Unable to verify signature sent")
    if parameters.get("clientId") != CLIENT_ID:
        raise Refusal(401, "1076", "Invalid clientId provided")
    stamp = parameters.get("timestamp", "")
    is_seconds = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
    if not is_seconds or abs(int(stamp) - int(now)) > TOLERANCE:
        raise Refusal(401, "1076", "Unable to verify signature sent: timestamp")
    if (parameters.get("userId"), parameters.get("userSecret")) != (USER_ID, USER_SECRET):
        raise Refusal(401, "1083", "Invalid userID or userSecret provided")


def _signature(target: bytes, content: Any) -> bytes:
    """HMAC-SHA256 over content, path and query, keys sorted at every level and no blanks."""
    path, _, query = target.decode("latin-1").partition("?")
    signed = {"path": path, "query": query, "content": content or None}
    encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
    digest = hmac.digest(CONSUMER_KEY.encode(), encoder.encode(signed).encode(), hashlib.sha256)
    return base64.standard_b64encode(digest)
