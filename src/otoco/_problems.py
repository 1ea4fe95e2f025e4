"""What can be wrong with an order, as data; and the errors that carry it.

The exceptions of the library::

    OtocoError
    ├── InvalidOrder          a ValueError; every problem of an order at once
    ├── Refused               every reason why an adapter cannot say an order, or read a request
    └── AdapterError          an adapter that is unknown, claimed twice, or fails to import
"""

from __future__ import annotations

import re
from enum import StrEnum
from reprlib import Repr
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")  # another one in every process
_SHORT: Final = Repr()
_SHORT.maxlevel = 2  # whatever refers to itself, or is very wide, ends in three dots


class Severity(StrEnum):
    """Whether a finding makes an order invalid, or is legal but often a mistake."""

    ERROR = "error"
    ADVICE = "advice"


class RefusalKind(StrEnum):
    """Whose limit a refusal states: the broker's, or the adapter's for now."""

    NOT_OFFERED = "not-offered"
    NOT_IMPLEMENTED = "not-implemented"


@attrs.frozen
class Problem:
    """One finding about an order.

    ``where`` is a path in the order (``peers[0].limit_price``; empty for the order as a whole),
    ``code`` is stable and documented in ``docs/rules.md``, ``why`` is a sentence with the numbers
    on each side, ``fix`` says what to write instead where that is known, and ``severity`` whether
    it is an error or advice.
    """

    where: str
    code: str
    why: str
    fix: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return _sentence(self.where, self.code, self.why, self.fix)

    def under(self, prefix: str) -> Problem:
        """The same problem seen from the parent that holds this one's subject at ``prefix``."""
        return attrs.evolve(self, where=join(prefix, self.where))

    def to_dict(self) -> dict[str, str]:
        """The machine form: ``where``, ``code``, ``why``, and ``fix`` where there is one."""
        return _without_none(
            where=self.where,
            code=self.code,
            why=self.why,
            fix=self.fix,
            severity=self.severity.value,
        )


@attrs.frozen
class Refusal:
    """One reason why an adapter does not take an order, a request or an option.

    ``where``, ``code``, ``why`` and ``fix`` are as in a :class:`Problem`; ``kind`` says whether
    the broker cannot or the adapter does not yet (``None`` for an option, which is the caller's),
    and ``source`` names the broker's own page.
    """

    where: str
    code: str
    why: str
    fix: str | None = None
    kind: RefusalKind | None = RefusalKind.NOT_OFFERED
    source: str | None = None

    def __str__(self) -> str:
        return _sentence(self.where, self.code, self.why, self.fix)

    def to_dict(self) -> dict[str, str]:
        """The machine form: at least ``where``, ``code``, ``why`` and ``kind``."""
        return _without_none(
            where=self.where,
            code=self.code,
            why=self.why,
            fix=self.fix,
            kind=self.kind and self.kind.value,
            source=self.source,
        )


def option_refusal(name: str, why: str, fix: str | None = None) -> Refusal:
    """A refusal of an adapter option, which is nobody's limit but the caller's to mend."""
    return Refusal(join("options", name), "option", why, fix, kind=None)


class OtocoError(Exception):
    """The base of every error that the library raises on purpose."""


class InvalidOrder(OtocoError, ValueError):
    """An order, or the document of one, that is not coherent. Carries every problem at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

    def __reduce__(self) -> tuple[type[InvalidOrder], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class Refused(OtocoError):
    """What an adapter does not take, with every reason. Nothing less was built in its place."""

    def __init__(self, adapter: str, refusals: Iterable[Refusal]) -> None:
        self.adapter = adapter
        self.refusals = tuple(refusals)
        super().__init__(adapter, *self.refusals)

    def __str__(self) -> str:
        return "\n".join(f"{self.adapter} refuses {refusal}" for refusal in self.refusals)

    def __reduce__(self) -> tuple[type[Refused], tuple[str, tuple[Refusal, ...]]]:
        return type(self), (self.adapter, self.refusals)


class SandboxError(OtocoError):
    """A sandbox that cannot be: of a broker that is unknown, or for want of a package or port."""


class AdapterError(OtocoError):
    """An adapter that is unknown, claimed by two distributions, or that fails to import."""


class Flaw:
    """What stands in a field whose value was refused, until the constructor has seen them all.

    It never outlives a constructor: every one of them raises if it holds a flaw.
    """

    __slots__ = ("problems",)

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems


def flaw(code: str, why: str, fix: str | None = None, where: str = "") -> Any:
    """A flaw with one problem; typed as anything, because it stands in for a value."""
    return Flaw(Problem(where, code, why, fix))


def is_flaw(value: object) -> TypeGuard[Flaw]:
    """Whether a flaw stands where the annotation promises a value."""
    return type(value) is Flaw


def attempt(build: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What ``build`` returns, or a flaw that holds the problems it raised."""
    try:
        return build(*args, **kwargs)
    except InvalidOrder as error:
        return Flaw(*error.problems)


def problems_in(fields: Mapping[str, object]) -> list[Problem]:
    """The problems of every flaw among the fields, each under the name of its field."""
    return [
        problem.under(name)
        for name, value in fields.items()
        if isinstance(value, Flaw)
        for problem in value.problems
    ]


def join(prefix: str, where: str) -> str:
    """Two parts of a path as one: ``peers[0]`` and ``side`` give ``peers[0].side``."""
    return f"{prefix}.{where}" if prefix and where else prefix or where


def as_key(key: object) -> str:
    """A key as part of a path: itself where it is a plain word, else as in a sentence."""
    return key if isinstance(key, str) and key.isidentifier() and key.isascii() else shown(key)


def with_article(word: str) -> str:
    """A noun with its article: ``an OCO``, ``a placeOSO``."""
    return f"{'an' if word[0] in 'AEIOU' else 'a'} {word}"


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word closest to a misspelt one, or ``None`` where nothing is close."""
    if not isinstance(word, str):
        return None
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake pays for this import

    by_folded = {name.casefold().replace("-", "_"): name for name in known}
    folded = str(word[:100]).casefold().replace("-", "_").replace(" ", "_")
    matches = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


def shown(value: object) -> str:
    """A value as it may stand in a sentence: printable, and of bounded length."""
    try:
        text = ascii(value) if isinstance(value, str) else _SHORT.repr(value)
    except Exception:  # noqa: BLE001  a stranger's __repr__ may raise anything at all
        text = f"a {type(value).__name__}"
    text = _ADDRESS.sub("", text.encode("ascii", "backslashreplace").decode("ascii"))
    return text if len(text) <= 80 else f"{text[:60]}… ({len(text)} characters)"


def _sentence(where: str, code: str, why: str, fix: str | None) -> str:
    return f"{where or 'order'}: {why} [{code}]" + (f" {fix}" if fix else "")


def _without_none(**values: str | None) -> dict[str, str]:
    return {key: value for key, value in values.items() if value is not None}
