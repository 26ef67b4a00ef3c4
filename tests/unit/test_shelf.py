from graphql_api.shelf import Shelf


def test_what_was_used_last_is_kept_up_to_a_weight() -> None:
    shelf: Shelf[str, int] = Shelf(10)
    shelf.put("a", 1, 4)
    shelf.put("b", 2, 4)
    assert shelf.get("a") == 1
    shelf.put("c", 3, 4)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c")) == (1, None, 3)
    shelf.put("a", 5, 10)
    assert (shelf.get("a"), shelf.get("c")) == (5, None)
    shelf.put("too heavy", 6, 11)
    assert (shelf.get("too heavy"), shelf.get("a")) == (None, None)
