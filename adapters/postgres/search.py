"""Search as people do it: part of a word, without accents or case, every word somewhere."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, true


def matches(folded: ColumnElement[Any], search: str) -> ColumnElement[bool]:
    """Each word of `search` stands in the folded text; served by its trigram index."""
    return and_(true(), *(contains(folded, word) for word in search.split()))


def contains(folded: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return folded.like("%" + _literal(func.fold(word)) + "%")


def _literal(word: ColumnElement[str]) -> ColumnElement[str]:
    """With LIKE's own signs taken for themselves; after folding, which may bring such signs forth."""
    for sign in ("\\", "%", "_"):
        word = func.replace(word, sign, f"\\{sign}")
    return word
