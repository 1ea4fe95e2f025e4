"""What goes wrong on the way, told in the exceptions of ``httpx`` and in nothing else.

Each exception is made anew: the one that it stands for leads to the request by its traceback, and
may quote a header. What these say is where it went wrong, in words of the system or in our own.
"""

from __future__ import annotations

import h11
import httpx

from otoco.placing._deadline import Flight


def no_slot() -> httpx.PoolTimeout:
    """For a request for which no connection came free before its deadline."""
    return httpx.PoolTimeout(
        "other requests were on their way until the deadline; nothing of this one was sent."
    )


def failure(error: Exception, flight: Flight) -> httpx.TransportError:
    """The exception to raise for an error, by its kind and by whether anything was written."""
    match error:
        case httpx.TransportError():
            return type(error)(str(error))
        case h11.LocalProtocolError():
            return httpx.LocalProtocolError("the request cannot be written as HTTP/1.1.")
        case h11.RemoteProtocolError():
            return httpx.RemoteProtocolError("the answer is no HTTP/1.1, or is cut off.")
        case OSError(strerror=str(why)):
            pass
        case _:
            why = type(error).__name__
    if flight.written:
        return httpx.ReadError(f"the connection failed after the request was written: {why}.")
    return httpx.ConnectError(f"no connection, and nothing of the request was sent: {why}.")
