"""The control endpoint: what a test makes happen at the brokers from another process, as JSON.

It answers to loopback names alone and takes JSON alone, so that no page in a browser can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from otoco import _json
from otoco._numbers import exact, plain
from otoco._problems import OtocoError
from otoco.sandbox._desk import Listed
from otoco.sandbox._faults import Fault, FaultKind
from otoco.sandbox._switchboard import NOT_LOOPBACK, Switchboard, is_loopback

Fields: TypeAlias = Mapping[str, Any]
Deed: TypeAlias = Callable[[Switchboard, Fields], object]
Look: TypeAlias = Callable[[Switchboard, Request], object]

_JSON: Final = "application/json"


def control_routes(switchboard: Switchboard) -> list[Route]:
    """``POST price, end_session, clock, reject, fault`` and ``GET ledger, events, brokers``."""
    posts = {f"/{name}": _posted(switchboard, deed) for name, deed in _DEEDS.items()}
    gets = {"/ledger": _ledger, "/events": _events, "/brokers": _brokers}
    return [
        *(Route(path, endpoint, methods=["POST"]) for path, endpoint in posts.items()),
        *(Route(path, _asked(switchboard, look), methods=["GET"]) for path, look in gets.items()),
    ]


def _posted(switchboard: Switchboard, deed: Deed) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != _JSON:
            return _no(415, f"the control endpoint takes {_JSON}.")
        body = await request.body()
        return _done(request, lambda: deed(switchboard, _json.load_object(body)))

    return endpoint


def _asked(switchboard: Switchboard, look: Look) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        return _done(request, lambda: look(switchboard, request))

    return endpoint


def _done(request: Request, deed: Callable[[], object]) -> Response:
    if not is_loopback(request.headers.get("host", "")):
        return _no(421, NOT_LOOPBACK)
    try:
        return JSONResponse(deed() or {})
    except KeyError as error:
        return _no(400, f"{error.args[0]} is missing.")
    except (OtocoError, TypeError, ValueError) as error:
        return _no(400, str(error))


def _no(status: int, why: str) -> Response:
    return JSONResponse({"why": why}, status)


def _price(switchboard: Switchboard, fields: Fields) -> None:
    switchboard.price(fields["symbol"], exact(fields["price"]))


def _end_session(switchboard: Switchboard, _: Fields) -> None:
    switchboard.end_session()


def _clock(switchboard: Switchboard, fields: Fields) -> None:
    switchboard.clock(datetime.fromisoformat(fields["moment"]))


def _reject(switchboard: Switchboard, fields: Fields) -> None:
    switchboard.reject(fields["broker"], fields["order"])


def _fault(switchboard: Switchboard, fields: Fields) -> None:
    fault = Fault(
        FaultKind(fields["kind"]),
        fields.get("on", "place"),
        int(fields.get("times", 1)),
        float(fields.get("seconds", 0)),
    )
    switchboard.fault(fault, fields.get("broker"))


_DEEDS: Final[Mapping[str, Deed]] = {
    "price": _price,
    "end_session": _end_session,
    "clock": _clock,
    "reject": _reject,
    "fault": _fault,
}


def _ledger(switchboard: Switchboard, request: Request) -> object:
    """Each broker's placements, or one broker's if it is named."""
    named = request.query_params.get("broker")
    names = list(switchboard.desks) if named is None else [named]
    return {name: [_listed(each) for each in switchboard.ledger(name)] for name in names}


def _listed(placement: Listed) -> object:
    return attrs.asdict(placement, value_serializer=_as_text)


def _as_text(_instance: object, _field: object, value: object) -> object:
    return plain(value) if isinstance(value, Decimal) else value


def _brokers(switchboard: Switchboard, request: Request) -> object:
    """Each broker's base URL, and the options and credentials of its test account."""
    return switchboard.accounts(f"http://{request.headers['host']}")


def _events(switchboard: Switchboard, _: Request) -> object:
    """What was exchanged, the oldest first."""
    return {"events": [attrs.asdict(each) for each in switchboard.remembered()]}
