"""Words, texts and moments: what is taken, and how a moment is kept and written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.otoco.conftest import EXPIRY, XYZ, findings, leg, moments, outcome

from otoco import (
    Instrument,
    InvalidOrder,
    Leg,
    Market,
    PositionEffect,
    Side,
    TimeInForce,
    from_dict,
    to_dict,
)


class Stubborn:
    """Something that cannot even be shown."""

    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


class Nowhere(tzinfo):
    """A time zone that cannot tell its offset, such as the bare base class."""

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        raise NotImplementedError

    dst = tzname = utcoffset  # type: ignore[assignment]  # neither is asked for


def document(**changes: Any) -> dict[str, Any]:
    """A leg's document, changed as told."""
    return to_dict(leg("BUY", Market())) | changes


@pytest.mark.parametrize(
    "side", ["buy", "Buy", " BUY", "B", "", None, 1, True, b"BUY", ["BUY"], TimeInForce.DAY]
)
def test_a_word_is_spelt_exactly(side: Any) -> None:
    """A word outside its set is a value problem, whatever it resembles."""
    assert [("side", "value")] == findings(Leg, side, 1, XYZ, Market())


@pytest.mark.parametrize(
    ("word", "meant"), [("buy", "BUY"), ("Sel", "SELL"), ("S E L L", "SELL"), ("x", None)]
)
def test_a_misspelt_word_is_answered_with_the_nearest(word: str, meant: str | None) -> None:
    """The fix names the word that was probably meant, and nothing where none is near."""
    with pytest.raises(InvalidOrder) as caught:
        Leg(word, 1, XYZ, Market())
    assert (meant and f"Did you mean {meant}?") == caught.value.problems[0].fix


def test_a_member_and_its_text_are_one_word() -> None:
    """A word may be given as the member of its enum or as text."""
    spelt: Any = ("BUY", "OPEN", "GTC")
    side, effect, life = spelt
    assert Leg(Side.BUY, 1, XYZ, Market(), TimeInForce.GTC, None, PositionEffect.OPEN) == Leg(
        side, 1, XYZ, Market(), life, None, effect
    )


@pytest.mark.parametrize(
    "value",
    [
        "MES\r\nX", "\x00", "a\tb", "\x1b[31m", "\x7f", "\x85", "\x9f", "\ud800", "x\udfff",
        1, None, True, b"MES", ["MES"], Stubborn(),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
@pytest.mark.parametrize("where", ["label", "symbol"])
def test_text_holds_no_control_character_and_no_half_pair(where: str, value: Any) -> None:
    """Control characters, lone surrogates and what is no text are refused in every string."""
    if where == "symbol":
        assert [("symbol", "value")] == findings(Instrument, value, "EQUITY")
    elif value is not None:
        assert [("label", "value")] == findings(leg, "BUY", Market(), label=value)


def test_the_unprintable_character_is_named() -> None:
    """The sentence says which character, and where."""
    with pytest.raises(InvalidOrder, match=r"U\+000D at position 3"):
        leg("BUY", Market(), label="abc\r\n")


@pytest.mark.parametrize("text", ["", "é", "日本", "a b", "\u2028", "😀", '"', "</script>"])
def test_a_label_is_any_other_text(text: str) -> None:
    """Every printable text is a label, the empty one too, and is kept as it is."""
    assert text == leg("BUY", Market(), label=text).label


@given(moments)
def test_a_moment_is_kept_in_utc(moment: datetime) -> None:
    """The same instant in another zone is the same leg, and prints the same document."""
    here = leg("BUY", Market(), activate_at=moment)
    there = leg("BUY", Market(), activate_at=moment.astimezone(timezone(timedelta(hours=-9))))
    assert (moment, UTC) == (here.activate_at, here.activate_at and here.activate_at.tzinfo)
    assert (here, hash(here), to_dict(here)) == (there, hash(there), to_dict(there))


def test_the_two_hours_of_a_changing_clock_are_two_moments() -> None:
    """Where the clock is set back, the fold says which of the two is meant."""
    zone = ZoneInfo("America/New_York")
    first, second = (datetime(2025, 11, 2, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    kept = [leg("BUY", Market(), activate_at=moment).activate_at for moment in (first, second)]
    assert [datetime(2025, 11, 2, hour, 30, tzinfo=UTC) for hour in (5, 6)] == kept


BAD_MOMENTS = [
    datetime(2026, 1, 2, 21),  # noqa: DTZ001  the missing zone is the point
    datetime(2026, 1, 2, tzinfo=Nowhere()),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3))),
    datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-3))),
    EXPIRY.date(),
    "2026-01-02T21:00:00Z",
    1_767_387_600,
    Stubborn(),
]


@pytest.mark.parametrize("moment", BAD_MOMENTS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(("field", "code"), [("expire_at", "expiry"), ("activate_at", "value")])
def test_what_names_no_one_moment_is_refused(moment: Any, field: str, code: str) -> None:
    """A moment is an aware datetime that exists in UTC; each field has its code."""
    life = "GTD" if field == "expire_at" else "DAY"
    found = findings(leg, "BUY", Market(), time_in_force=life, **{field: moment})
    assert [(field, code)] == found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-01-02T21:00:00Z", "2026-01-02T21:00:00Z"),
        ("2026-01-02t21:00:00z", "2026-01-02T21:00:00Z"),
        ("2026-01-02T16:00:00-05:00", "2026-01-02T21:00:00Z"),
        ("2026-01-02T21:00:00.5+00:00", "2026-01-02T21:00:00.500000Z"),
        ("2026-01-02T21:00:00.123456Z", "2026-01-02T21:00:00.123456Z"),
    ],
)
def test_a_document_says_a_moment_in_rfc_3339(text: str, written: str) -> None:
    """A moment is read from RFC 3339 with any offset, and written in UTC."""
    order = from_dict(document(activate_at=text))
    assert written == to_dict(order)["activate_at"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02T21:00:00", "2026-01-02 21:00:00Z", "2026-01-02", "20260102T210000Z",
        "2026-01-02T21:00Z", "2026-13-02T21:00:00Z", "2026-02-30T21:00:00Z",
        "2026-01-02T24:00:01Z", "2026-01-02T21:00:60Z", "2026-01-02T21:00:00.1234567Z",
        "2026-01-02T21:00:00+25:00", "2026-01-02T21:00:00+0500", "2026-W01-5T21:00:00Z",
        "0001-01-01T00:00:00+03:00", "9999-12-31T23:59:59-03:00", "٢٠٢٦-01-02T21:00:00Z",
        "2026-01-02T21:00:00Z\n", "", 1767387600, True, {}, Stubborn(),
    ],
    ids=lambda text: ascii(text) if isinstance(text, str) else type(text).__name__,
)  # fmt: skip
def test_a_document_without_one_moment_is_refused(text: Any) -> None:
    """No other spelling of a moment is read, and none that no calendar has."""
    assert [("activate_at", "value")] == findings(from_dict, document(activate_at=text))
    expiring = document(expire_at=text, time_in_force="GTD")
    assert [("expire_at", "expiry")] == findings(from_dict, expiring)


def test_a_dictionary_may_hold_the_moment_itself() -> None:
    """A dictionary built in Python may say a moment as an aware datetime."""
    assert leg("BUY", Market(), activate_at=EXPIRY) == from_dict(document(activate_at=EXPIRY))


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}[Z+-]?.{0,6}")
)
def test_any_text_for_a_moment_is_read_or_refused(text: str) -> None:
    """Whatever stands for a moment, it is read or ends in the library's own error."""
    order = outcome(from_dict, document(activate_at=text))
    if isinstance(order, Leg):
        assert datetime.fromisoformat(text.upper()) == order.activate_at
    else:
        assert [("activate_at", "value")] == order
