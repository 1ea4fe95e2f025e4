"""The Tradier adapter: a flat form, with the index of its leg in each key of a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import attrs

from otoco import InstrumentType, Order, Role, Shape
from otoco.adapters import (
    GROUP,
    BodyKind,
    Capabilities,
    ClientIds,
    Equivalence,
    Option,
    Plan,
    Reading,
    Refusal,
    Request,
    Text,
    TextOrNumber,
    Words,
    assemble,
    check_options,
    leg_paths,
)
from otoco_tradier._tables import (
    CAPABILITIES,
    DURATION_KEY,
    DURATIONS,
    GROUP_CLASSES,
    OPTION_SIDES,
    SINGLE_CLASSES,
    SINGLES,
    SOURCE,
    place,
)

_PATH: Final = "/accounts/{account_id}/orders"
_CLASSES: Final = Words({**SINGLE_CLASSES, **GROUP_CLASSES})
_LEG_COUNTS: Final = {Shape.OCO: 2, Shape.OTO: 2, Shape.OTOCO: 3}
_DECIMALS: Final = f"{SOURCE}: decimal values"


@attrs.frozen
class Tradier:
    """Tradier, for one account; without one it can only check.

    Raises:
        otoco.Refused: for an account that is no account number.

    """

    name: ClassVar[str] = "tradier"
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "account_id",
            Text(32, 1, r"[A-Za-z0-9]+", "an account number of letters and digits"),
            "the number of the account, such as VA000001",
            required=True,
        ),
    )
    client_ids: ClassVar[ClientIds] = ClientIds(
        "order", Text(255, 1, r"[A-Za-z0-9\-]+", "a tag of letters, digits and hyphens")
    )
    equivalences: ClassVar[tuple[Equivalence, ...]] = tuple(
        TextOrNumber(f"{key}{index}", _DECIMALS)
        for key in ("quantity", "price", "stop")
        for index in ("", "[]")
    )

    account_id: str | None = None

    def __attrs_post_init__(self) -> None:
        check_options(self)

    @property
    def capabilities(self) -> Capabilities:
        """What Tradier takes."""
        return CAPABILITIES

    def rules(self, order: Order) -> Iterator[Refusal]:
        """What peers have in common: the duration, and the symbol where both are of one type."""
        peers = [(path, leg) for path, role, leg in order.legs if role is Role.PEER]
        for path, leg in peers[1:]:
            first = peers[0][1]
            if leg.instrument.type is first.instrument.type and leg.instrument != first.instrument:
                said = f"one symbol at Tradier, and these have {first.instrument}"
                yield _difference(order, path, "instrument", f"{said} and {leg.instrument}")
            if leg.time_in_force is not first.time_in_force:
                said = f"one duration at Tradier, and these have {first.time_in_force}"
                yield _difference(order, path, "time_in_force", f"{said} and {leg.time_in_force}")

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        """One request: a form, the trigger's keys first."""
        if order.shape is Shape.SINGLE:
            leg = order.legs[0].leg
            body, holder = SINGLES[leg.instrument.type].write(leg), ""
        else:
            body, holder = _group(order), GROUP
        if GROUP in ids:
            body["tag"] = ids[GROUP]
        path = _PATH.format(account_id=self.account_id)
        return Plan((Request("POST", path, body, {"order.id": holder}, BodyKind.FORM),))

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order of a request; account and tag go into ``reading``."""
        reading.account(request.path, _PATH, cls.options[0])
        body = request.body
        reading.client_order_id(body, "", "tag", cls.client_ids)
        kind = reading.value(body, "", "class", _CLASSES)
        match kind:
            case InstrumentType():
                form = SINGLES[kind]
                return reading.leg(form, reading.object(body, "", (*form.keys, "tag")), "", "")
            case Shape():
                return _read_group(kind, body, reading)
            case _:
                return None


def _difference(order: Order, path: str, field: str, said: str) -> Refusal:
    return CAPABILITIES.refusal(
        f"{path}.{field}",
        f"shared-{field}".replace("_", "-"),
        f"the peers of an {order.shape} have {said}.",
    )


def _group(order: Order) -> dict[str, Any]:
    """The form of a group; a duration that all legs have stands there once."""
    lives = {leg.time_in_force for _, _, leg in order.legs}
    body: dict[str, Any] = {"class": GROUP_CLASSES[order.shape]}
    if len(lives) == 1:
        body[DURATION_KEY] = DURATIONS.write(*lives)
    for index, (_, _, leg) in enumerate(order.legs):
        kind = leg.instrument.type
        body |= place(order.shape, index, kind, has_duration=len(lives) > 1).write(leg)
    return body


def _read_group(shape: Shape, form: Mapping[str, Any], reading: Reading) -> Order | None:
    indexes = range(_LEG_COUNTS[shape])
    own = [f"{DURATION_KEY}[{index}]" for index in indexes]
    has_own = DURATION_KEY not in form and any(key in form for key in own)
    places = [place(shape, n, _type(form, n), has_duration=has_own) for n in indexes]
    leg_keys = [key for each in places for key in each.keys]
    plain_keys = ("class", "tag") if has_own else ("class", "tag", DURATION_KEY)
    body = reading.object(form, "", (*plain_keys, *leg_keys))
    inherited: dict[str, Any] = {}
    if not has_own:
        inherited["time_in_force"] = reading.value(body, "", DURATION_KEY, DURATIONS)
    paths = leg_paths(shape, len(places))
    legs = [
        reading.leg(each, body, "", path, **inherited)
        for each, path in zip(places, paths, strict=True)
    ]
    if has_own and len({leg and leg.time_in_force for leg in legs}) == 1:
        _refuse_repeated(own[0], form[own[0]], reading)
    return None if reading.refusals else assemble(shape, legs)


def _refuse_repeated(key: str, word: str, reading: Reading) -> None:
    why = f"all legs have the duration {word}, and this adapter reads it once, for all of them."
    reading.refuse(
        key, "value", why, f"Write {DURATION_KEY}={word} in place of those with indexes."
    )


def _type(form: Mapping[str, Any], index: int) -> InstrumentType:
    """What a leg of a group trades: an option by its symbol or by its side, else an equity."""
    side = form.get(f"side[{index}]")
    is_option = f"option_symbol[{index}]" in form or (type(side) is str and side in OPTION_SIDES)
    return InstrumentType.OPTION if is_option else InstrumentType.EQUITY
