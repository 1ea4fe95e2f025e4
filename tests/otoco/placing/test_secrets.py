"""A secret is on the wire, and nowhere else."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otoco.adapters import Answer
from otoco.placing import Secret
from otoco.placing._secrets import veiled

UNSENDABLE = (" ", "\n", "\r\n", "\t", "\0", "\x7f", "é", "\u200b")
PRINTABLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@given(PRINTABLE)
def test_a_secret_shows_itself_to_who_asks_alone(text: str) -> None:
    """Neither its repr nor its text tells it."""
    secret = Secret(text)
    assert text == secret.reveal()
    assert "Secret(…)" == repr(secret) == str(secret) == f"{secret}"


@given(
    PRINTABLE, st.sampled_from([" ", "\n", "\r\n", "\t", "\0", "\x7f", "é", "\u200b"]), PRINTABLE
)
def test_what_could_not_be_sent_is_refused_without_being_told(
    before: str, odd: str, after: str
) -> None:
    """An HTTP client would print the header that it cannot send."""
    with pytest.raises(ValueError, match=r"^the token has a character") as caught:
        Secret(f"{before}{odd}{after}", "the token")
    assert odd not in str(caught.value).replace(" ", "") or odd == " "


def test_what_is_no_text_or_empty_is_refused() -> None:
    """It would be sent as a blank."""
    for value in ("", None, b"bytes", 7):
        with pytest.raises(ValueError, match="or is empty"):
            Secret(value)  # type: ignore[arg-type]  # the very mistake


def test_a_secret_does_not_travel() -> None:
    """Neither by pickle nor by copy."""
    secret = Secret("canary")
    for deed in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled, copied"):
            deed(secret)
    with pytest.raises(TypeError):
        secret.__getstate__()


def test_equal_texts_are_not_equal_secrets() -> None:
    """To compare is to guess."""
    secret = Secret("canary")
    assert secret != Secret("canary")
    assert secret in {secret}


class Telling:
    """An authentication that tells its secrets."""

    def __init__(self, *texts: str) -> None:
        self._secrets = tuple(map(Secret, texts))

    def secrets(self) -> tuple[Secret, ...]:
        """Its secrets."""
        return self._secrets


@pytest.mark.parametrize("shown", ["sec/ret+1", "sec%2Fret%2B1"])
def test_what_a_broker_repeats_is_veiled(shown: str) -> None:
    """A secret does not come back in an answer, as it is or as it stood in a URL."""
    body = json.dumps({"detail": f"not found: /a?userSecret={shown}&b=1"}).encode()
    answer = Answer(404, {"x-request-id": f"r-{shown}"}, body)
    veil = veiled(answer, Telling("sec/ret+1", "x"))
    assert {"detail": "not found: /a?userSecret=(secret)&b=1"} == json.loads(veil.body)
    assert (404, {"x-request-id": "r-(secret)"}) == (veil.status, veil.headers)


def test_an_answer_without_a_secret_is_as_it_came() -> None:
    """And an authentication that tells none hides none; a text of one letter is no secret."""
    answer = Answer(200, {"a": "b"}, b'{"orderId":1}')
    assert answer == veiled(answer, Telling("sec/ret+1", "o")) == veiled(answer, object())
