"""Books that change while they are read."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from adapters.omie.demo.book import Book
from adapters.omie.demo.documents import cnpj
from adapters.omie.demo.records import CANCELLED, DemoClient, DemoTitle
from ports.erp import Side


@dataclass(slots=True)
class Drift:
    """To be called after each answer. Where one is deleted, all that follow move to an earlier place."""

    book: Book
    changes: int = 0
    _random: Random = field(default_factory=lambda: Random(7))  # noqa: S311

    def __call__(self, _asked: object) -> None:
        title = self._random.choice(list(self.book.of_side(self._random.choice(list(Side))).values()))
        change = self._random.choice((self._make, self._remove, self._remove, self._alter, self._settle))
        change(title)
        self.changes += 1
        if self.changes % 10 == 0:
            self._meet_somebody()

    def _make(self, like: DemoTitle) -> None:
        code = max(self.book.of_side(like.side)) + 1
        self.book.add_title(replace(like, code=code, status="A VENCER", receipts=()))

    def _remove(self, title: DemoTitle) -> None:
        self.book.remove_title(title.code)

    def _alter(self, title: DemoTitle) -> None:
        later = title.due_on and title.due_on + timedelta(days=30)
        self.book.change_title(title.code, amount=title.amount + Decimal("1.01"), due_on=later)

    def _settle(self, title: DemoTitle) -> None:
        if title.receipts:
            self.book.unsettle_title(title.code, title.receipts[0].code)
        elif title.status != CANCELLED:
            self.book.settle_title(title.code)
        else:
            self.book.change_title(title.code, status="A VENCER")

    def _meet_somebody(self) -> None:
        code = max(self.book.clients) + 1
        self.book.add_client(DemoClient(code=code, name=f"Novo {code}", document=cnpj(f"{code % 10**8:08}")))
        self.book.change_client(self._random.choice(list(self.book.clients)), name=f"Renomeado {code}")
