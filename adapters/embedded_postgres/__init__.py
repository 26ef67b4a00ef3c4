"""A real PostgreSQL server from a PyPI wheel: it runs while some process uses it, and not a moment longer.

>>> with EmbeddedPostgres(Path(".local")) as url:
...     psycopg.connect(url)

Four locks beside the data, all of them `flock`, so that the kernel forgets whoever dies, however it dies:

| file            | held by                                  | free means                              |
|-----------------|------------------------------------------|-----------------------------------------|
| `start.lock`    | who is just joining or leaving           | nobody joins or leaves                  |
| `users.lock`    | every user, shared; who stops, exclusive | no user: the server has to go           |
| `server.lock`   | every process of the server (inherited)  | not one process of the server is left   |
| `watchdog.lock` | the watchdog                             | no watchdog: the next to join starts it |

Whoever holds `users.lock` alone may stop the server: the last user as it leaves or, if that one was killed,
the watchdog. A server therefore never stops under a user and never outlives the last one.
"""

from adapters.embedded_postgres.errors import EmbeddedPostgresError
from adapters.embedded_postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]
