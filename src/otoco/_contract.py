"""The contract of an adapter, and what goes through it: options, ids, requests, equivalences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Protocol, TypeAlias
from urllib.parse import urlencode
from uuid import UUID

import attrs

from otoco import _json
from otoco._formats import Format, Text, Unreadable, Uuid
from otoco._problems import AdapterError, Refusal, Refused, option_refusal, shown
from otoco._tree import Order

if TYPE_CHECKING:
    from otoco._capabilities import Capabilities
    from otoco._parsing import Reading

#: The id of the group as a whole, where a leg's id goes by its path.
GROUP: Final = "order"


@attrs.frozen
class Option:
    """An option of an adapter: what it is called, what it takes, and whether placing needs it."""

    name: str
    format: Format
    meaning: str
    required: bool = False


@attrs.frozen
class ClientIds:
    """Where a broker's request carries ids of the caller.

    One ``per`` leg, one for the group (``"order"``), or none at all.

    Raises:
        otoco.AdapterError: for another ``per``.

    """

    per: Literal["leg", "order", "none"]
    format: Format

    def __attrs_post_init__(self) -> None:
        if self.per not in ("leg", GROUP, "none"):
            raise AdapterError(f"client ids are per leg, order or none, and not {shown(self.per)}.")

    def paths(self, order: Order) -> tuple[str, ...]:
        """The places that an id can be given for: leg paths, or ``order`` for the one id."""
        match self.per:
            case "none":
                return ()
            case "order":
                return (GROUP,)
            case _:
                return tuple(path or GROUP for path, _, _ in order.legs)

    def derive(self, intent: UUID, order: Order) -> dict[str, str]:
        """An id for each place, from the intent alone: the same one for the same intent."""
        if self.per == GROUP:
            return {GROUP: str(intent)}
        return {path: f"{intent}-{n}" for n, path in enumerate(self.paths(order), 1)}


#: The request carries no ids of the caller's.
NO_IDS: Final = ClientIds("none", Text(0))


class BodyKind(Enum):
    """How the body of a request is written; the value is its content type."""

    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"

    @property
    def key(self) -> str:
        """Under which key a printed request has it: ``body``, or ``form`` for a form."""
        return "form" if self is BodyKind.FORM else "body"


@attrs.frozen
class Request:
    """One request to a broker, without the broker's base URL.

    ``body`` is JSON, or the fields of a form, all of them text. ``reply_ids`` maps each id in the
    broker's reply to the path of the leg that it belongs to.
    """

    method: str
    path: str
    body: Mapping[str, Any]
    reply_ids: Mapping[str, str] = attrs.field(factory=dict[str, str])
    kind: BodyKind = BodyKind.JSON

    @property
    def content(self) -> bytes:
        """The body as the bytes to send, in ASCII: compact JSON, or the encoded form."""
        if self.kind is BodyKind.FORM:
            return urlencode(self.body).encode("ascii")
        return _json.dumps(self.body).encode("ascii")

    @property
    def content_type(self) -> str:
        """What the header ``Content-Type`` says of the body."""
        return self.kind.value

    def to_dict(self) -> dict[str, Any]:
        """Method, path, and the body as ``body`` or ``form``."""
        return {"method": self.method, "path": self.path, self.kind.key: self.body}


@attrs.frozen
class Plan:
    """What to send to a broker for one order: one request, or several in their order."""

    requests: tuple[Request, ...]

    def to_dict(self) -> dict[str, Any]:
        """The machine form: ``{"requests": [...]}``."""
        return {"requests": [request.to_dict() for request in self.requests]}


@attrs.frozen
class DefaultValue:
    """A key that may be left out, and means ``value`` then: the broker documents it so."""

    key: str
    value: Any
    source: str


@attrs.frozen
class AnyOrder:
    """A list whose order the broker gives no meaning."""

    key: str
    source: str


@attrs.frozen
class NullIsAbsent:
    """A key under which the broker's schema allows ``null`` for nothing."""

    key: str
    source: str


@attrs.frozen
class TextOrNumber:
    """A key under which the broker takes a number as text, in any number of decimals, or as JSON.

    The key ``**.price`` is the key ``price`` at any depth.
    """

    key: str
    source: str


@attrs.frozen
class NoPeerOrder:
    """The request has no order of the peers: it keeps them by what they are.

    ``request`` names the :class:`otoco.adapters.Form` of which that is true, if not of all.
    """

    source: str
    request: str | None = None


@attrs.frozen
class EmbeddedJson:
    """A key under which JSON stands as text; what it says counts, and not how it is spaced."""

    key: str
    source: str


#: Something that the broker itself treats as the same; its key is a path in a body.
Equivalence: TypeAlias = (
    DefaultValue | AnyOrder | NullIsAbsent | TextOrNumber | NoPeerOrder | EmbeddedJson
)


class Adapter(Protocol):
    """What an adapter is: a frozen value that speaks for one account of one broker.

    It does no I/O, reads no clock and draws no randomness. Its constructor takes its ``options`` as
    keywords, all of them optional, and raises :class:`Refused` for a value that it does not take.
    """

    #: The name by which it is known, as in its entry point.
    name: ClassVar[str]
    #: What its constructor takes.
    options: ClassVar[tuple[Option, ...]]
    #: Where its requests carry ids of the caller, where a form does not say otherwise.
    client_ids: ClassVar[ClientIds]
    #: What the broker itself treats as the same, with the source.
    equivalences: ClassVar[tuple[Equivalence, ...]]

    @property
    def capabilities(self) -> Capabilities:
        """What it takes."""
        ...

    def rules(self, order: Order) -> Iterable[Refusal]:
        """The refusals that concern several legs at once and that no table can say."""
        ...

    def render(self, order: Order, ids: Mapping[str, str]) -> Plan:
        """The requests for an order that passed; ``ids`` by leg path, or ``order`` for its one."""
        ...

    @classmethod
    def parse(cls, request: Request, reading: Reading) -> Order | None:
        """The order that a request says, with options and ids left in ``reading``.

        What it cannot hold it refuses through ``reading``, and then may return ``None``.
        """
        ...


def client_ids_for(adapter: Adapter | type[Adapter], order: Order) -> ClientIds:
    """Where the request of an order carries ids of the caller."""
    bound = adapter() if isinstance(adapter, type) else adapter
    form = bound.capabilities.form_for(order)
    return bound.client_ids if form is None or form.client_ids is None else form.client_ids


def _to_intent(value: UUID | str | None) -> Any:
    try:
        return None if value is None else Uuid().read(value)
    except Unreadable:
        return value  # refused by name where it is used


@attrs.frozen
class Placement:
    """What belongs to one placement of an order: its intent, and ids that the caller chose."""

    intent: UUID | None = attrs.field(converter=_to_intent, default=None)
    client_order_ids: Mapping[str, str] = attrs.field(factory=dict[str, str])

    def ids(self, adapter: Adapter | type[Adapter], order: Order) -> dict[str, str]:
        """The id of each leg, or of the group: those given, the rest derived from the intent.

        Raises:
            Refused: for an id of a leg that is not there, that the broker does not take, or that
                stands twice.

        """
        self._check_types(adapter)
        client_ids = client_ids_for(adapter, order)
        ids = client_ids.derive(self.intent, order) if self.intent else {}
        refusals = [
            option_refusal("intent", f"the id {text} made of it: {why}.")
            for text in ids.values()
            if (why := _unwritable(client_ids.format, text))
        ]
        known = client_ids.paths(order)
        for path, text in self.client_order_ids.items():
            where = f"client_order_ids.{_printable(path)}"
            if path not in known:
                why = f"there is no {shown(path)} that could carry an id here."
                fix = f"Known are {', '.join(known)}." if known else "Its requests carry no ids."
                refusals.append(option_refusal(where, why, fix))
                continue
            try:
                ids[path] = str(client_ids.format.read(text))
            except Unreadable as error:
                refusals.append(option_refusal(where, f"{error}."))
                continue
            if self.intent and client_ids.per == GROUP and ids[path] != str(self.intent):
                why = f"the id {ids[path]} is not the intent {self.intent}, and there is one id."
                refusals.append(option_refusal(where, why, "Give one of the two."))
        if not refusals and len(set(ids.values())) < len(ids):
            why = "two legs have the same id, and a reply could not tell them apart."
            refusals.append(option_refusal("client_order_ids", why))
        if refusals:
            raise Refused(adapter.name, refusals)
        return ids

    def _check_types(self, adapter: Adapter | type[Adapter]) -> None:
        intent: Any = self.intent
        ids: Any = self.client_order_ids
        refusals: list[Refusal] = []
        if not isinstance(intent, UUID | None):
            why = f"the intent {shown(intent)} is not a UUID."
            refusals.append(option_refusal("intent", why, "Give one such as uuid.uuid4()."))
        if not isinstance(ids, Mapping):
            why = f"{shown(ids)} is not a mapping of leg paths to ids."
            refusals.append(option_refusal("client_order_ids", why))
        if refusals:
            raise Refused(adapter.name, refusals)


def _unwritable(form: Format, text: str) -> str | None:
    """Why an id that was made of an intent cannot stand in a request."""
    try:
        return form.refusal(form.read(text))
    except Unreadable as error:
        return str(error)


def _printable(path: object) -> str:
    return path if isinstance(path, str) and path.isascii() and path.isprintable() else shown(path)


def check_options(adapter: Adapter) -> None:
    """Raise :class:`Refused` for every option of the adapter that its format does not take.

    For an adapter's constructor; ``None`` is an option that is not given.
    """
    refusals = [
        option_refusal(option.name, f"{option.name}: {why}.")
        for option in adapter.options
        if (value := getattr(adapter, option.name)) is not None
        and (why := option.format.refusal(value))
    ]
    if refusals:
        raise Refused(adapter.name, refusals)
