"""JSON documents: one object, a list of them, or a listing's envelope around such a list.

Read with the standard library's scanner, over a window that moves on. The event parsers (ijson) replace half
surrogates in silence, and fill the memory when somebody nests deep.
"""

import codecs
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, NoReturn

from adapters.files.lines import LONGEST, RawRow
from ports.imports import UnreadableFile

BLOCK = 1 << 20
LISTING = "dados"
"""The field of the envelope that holds the rows."""

_SPACE = re.compile(r"[ \t\r\n]*")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_SCAN = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant).raw_decode


class _Window:
    """The part of a document that is being looked at. A byte that is no UTF-8 spoils its text alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._at = 0
        self._ended = False

    def sign(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more()

    def take(self, signs: str) -> str:
        """The next character, which must be one of these."""
        sign = self.sign()
        if not sign or sign not in signs:
            self._break()
        self._at += 1
        return sign

    def value(self) -> Any:
        """The whole value that begins here."""
        while True:
            try:
                value, end = _SCAN(self._text, self._at)
            except ValueError:
                if self._ended or len(self._text) - self._at > LONGEST:
                    self._break()
            except RecursionError:
                self._break()
            else:
                # At the window's edge a number may go on.
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            self._more()

    def _more(self) -> None:
        block = self._file.read(BLOCK)
        self._ended = not block
        self._text = self._text[self._at :] + self._decoder.decode(block, final=self._ended)
        self._at = 0

    def _break(self) -> NoReturn:
        near = self._text[self._at : self._at + 40].encode("ascii", "backslashreplace").decode()
        raise UnreadableFile(
            f"the JSON document cannot be read on from {near!r}" if near else "it ends too early"
        )


def document_rows(file: BinaryIO) -> Iterator[RawRow]:
    """The rows of every value of the file, counted from 1."""
    window = _Window(file)
    for number, value in enumerate(_values(window), 1):
        yield number, value if isinstance(value, dict) else json.dumps(value, default=str)


def _values(window: _Window) -> Iterator[Any]:
    while sign := window.sign():
        if sign == "[":
            yield from _items(window)
        else:
            yield from _object(window)


def _items(window: _Window) -> Iterator[Any]:
    window.take("[")
    if window.sign() == "]":
        window.take("]")
        return
    while True:
        window.sign()
        yield window.value()
        if window.take(",]") == "]":
            return


def _object(window: _Window) -> Iterator[Any]:
    """The rows of an envelope; an object that is none is a row itself."""
    fields: dict[str, Any] = {}
    enveloped = False
    window.take("{")
    if window.sign() == "}":
        window.take("}")
        yield fields
        return
    while True:
        name = _name(window)
        if name == LISTING and window.sign() == "[":
            enveloped = True
            yield from _items(window)
        else:
            window.sign()
            fields[name] = window.value()
        if window.take(",}") == "}":
            break
    if not enveloped:
        yield fields


def _name(window: _Window) -> str:
    if window.sign() != '"':
        window.take('"')
    name = window.value()
    window.take(":")
    return str(name)
