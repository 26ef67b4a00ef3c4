from typing import Annotated, TypeAlias

import strawberry

Version: TypeAlias = Annotated[
    int | None,
    strawberry.argument(
        description="The version that the caller has read; another one is refused as STALE_VERSION."
    ),
]
