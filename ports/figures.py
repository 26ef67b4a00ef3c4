"""What an installation tells of itself, to be watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands now; figures of one name differ in their labels."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class Figures(Protocol):
    """Reads the figures; a Problem when they cannot be read."""

    async def __call__(self) -> Sequence[Figure]: ...
