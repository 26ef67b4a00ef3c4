"""Search as people do it: part of a word, without accents or case, every word somewhere."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, true


def matches(folded: ColumnElement[Any], search: str) -> ColumnElement[bool]:
    """Each word of `search` stands in the folded text; served by its trigram index."""
    words = (word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") for word in search.split())
    return and_(true(), *(folded.like(func.fold(f"%{word}%")) for word in words))
