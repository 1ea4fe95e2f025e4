"""What an adapter is written with: its tables, its formats, and the reading of requests."""

from __future__ import annotations

from otoco._capabilities import (
    UNKNOWN,
    Arming,
    Capabilities,
    Cell,
    Form,
    LegForm,
    PartialFill,
    Reason,
    Row,
    Semantics,
    Unknown,
)
from otoco._contract import (
    GROUP,
    Adapter,
    AnyOrder,
    ClientIds,
    DefaultValue,
    Equivalence,
    NullIsAbsent,
    Option,
    Plan,
    Request,
    check_options,
)
from otoco._formats import Flag, Format, Instant, Integer, Number, Text, Unreadable, Uuid, Words
from otoco._parsing import Reading
from otoco._problems import Refusal, RefusalKind

__all__ = [
    "Adapter",
    "AnyOrder",
    "Arming",
    "Capabilities",
    "Cell",
    "ClientIds",
    "DefaultValue",
    "Equivalence",
    "Flag",
    "Form",
    "Format",
    "GROUP",
    "Instant",
    "Integer",
    "LegForm",
    "NullIsAbsent",
    "Number",
    "Option",
    "PartialFill",
    "Plan",
    "Reading",
    "Reason",
    "Refusal",
    "RefusalKind",
    "Request",
    "Row",
    "Semantics",
    "Text",
    "UNKNOWN",
    "Unknown",
    "Unreadable",
    "Uuid",
    "Words",
    "check_options",
]
