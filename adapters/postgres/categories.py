from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, or_, true


def counted(titles: Table, categories: Sequence[str]) -> ColumnElement[bool]:
    """`1.01.01` counts itself, `1.01.*` everything below it; no list counts all."""
    if not categories:
        return true()
    category = titles.c.category
    whole = [code for code in categories if not code.endswith("*")]
    below = [code.removesuffix("*") for code in categories if code.endswith("*")]
    return or_(category.in_(whole), *(category.startswith(prefix, autoescape=True) for prefix in below))
