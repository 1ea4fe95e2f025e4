"""Secrets: held, handed to the wire, and shown nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn
from urllib.parse import quote

from otoco._answers import Answer

_PLAIN: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)


#: What stands in an answer in place of a secret.
HIDDEN: Final = "(secret)"
#: What is shorter is no secret, and stands in many a word.
_SHORTEST: Final = 6


class Secret:
    """A text that shows itself to no one but whoever asks with :meth:`reveal`.

    Raises:
        ValueError: for a text that is empty, or has a blank, a control character or anything else
            than printable ASCII: an HTTP client prints a header that it cannot send.

    """

    __slots__ = ("_text",)

    def __init__(self, text: str, what: str = "the secret") -> None:
        if type(text) is not str or not _PLAIN.fullmatch(text):
            del text  # a traceback shows the variables of its frames
            raise ValueError(
                f"{what} has a character that is not printable ASCII, a blank or a line end, or is"
                " empty: copy it anew."
            )
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the wire."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled, copied or sent to another process.")

    def __getstate__(self) -> Any:
        return self.__reduce__()


def veiled(answer: Answer, auth: object) -> Answer:
    """An answer in which no secret of an authentication stands, whatever the broker repeats.

    An authentication tells its secrets by a method ``secrets``; one without it has none.
    """
    tell: Callable[[], Iterable[Secret]] | None = getattr(auth, "secrets", None)
    if tell is None:
        return answer
    body, headers = answer.body, dict(answer.headers)
    texts = (secret.reveal() for secret in tell())
    for form in {form for text in texts if len(text) >= _SHORTEST for form in _forms(text)}:
        body = body.replace(form.encode("ascii"), HIDDEN.encode("ascii"))
        headers = {name: value.replace(form, HIDDEN) for name, value in headers.items()}
    return Answer(answer.status, headers, body)


def _forms(text: str) -> tuple[str, ...]:
    """How a broker may repeat a text: as it is, in a URL, in JSON."""
    return text, quote(text, safe=""), json.dumps(text)[1:-1]
