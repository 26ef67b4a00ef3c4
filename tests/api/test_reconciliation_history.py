"""Rules of single clients, the months side by side, and what another rule would have said."""

from datetime import date

from ports.identity import Role
from tests.api.books import RULE, Books


async def test_a_rule_of_one_client(books: Books) -> None:
    bia = (await books.api.data('{ clients(filter: { search: "Bia" }) { nodes { id } } }'))["clients"][
        "nodes"
    ][0]["id"]
    made = await books.api.data(RULE, {"m": "500.00", "c": bia})
    assert made == {"setToleranceRule": {"version": 2, "client": {"name": "Bia"}}}
    lines = {line["name"]: line for line in (await books.month())["lines"]["nodes"]}
    assert (lines["Bia"]["verdict"], lines["Bia"]["tolerance"], lines["Bia"]["rule"]) == (
        "OK",
        "500.00",
        {"version": 2},
    )
    assert (lines["99"]["verdict"], lines["99"]["rule"]) == ("DIVERGENT", {"version": 1})
    rules = "query($c: ID) { toleranceRules(clientId: $c) { totalCount nodes { version client { name } } } }"
    assert (await books.api.data(rules))["toleranceRules"] == {
        "totalCount": 1,
        "nodes": [{"version": 1, "client": None}],
    }
    assert (await books.api.data(rules, {"c": bia}))["toleranceRules"]["nodes"] == [
        {"version": 2, "client": {"name": "Bia"}}
    ]
    for unknown in ("client_" + "0" * 32, "x", ""):
        assert (await books.api.data(RULE, {"m": "1", "c": unknown}))["setToleranceRule"] == {
            "code": "NOT_FOUND"
        }
        assert (await books.api.data(rules, {"c": unknown}))["toleranceRules"]["totalCount"] == 0


async def test_a_merge_leaves_a_client_its_own_rule(books: Books) -> None:
    one = await books.mirror.client("Bia (filial)", "30", source="demo")
    bia, other = (f"client_{each.id.hex}" for each in (books.bia, one))
    for name, minimum in ((bia, "1.00"), (other, "9999.00")):
        await books.api.data(RULE, {"m": minimum, "c": name})
    await books.link(bia, "30")
    (line,) = [each for each in (await books.month())["lines"]["nodes"] if each["name"] == "Bia"]
    assert (line["tolerance"], line["verdict"], line["rule"]) == ("1.00", "DIVERGENT", {"version": 4})


async def test_trend(books: Books) -> None:
    query = """query($c: ID, $n: Int! = 12) { reconciliationTrend(clientId: $c, months: $n) {
        period expected billed divergence underBilled overBilled divergentClients } }"""
    points = (await books.api.data(query, {"n": 3}))["reconciliationTrend"]
    names = ("period", "expected", "billed", "divergence", "underBilled", "overBilled", "divergentClients")
    assert [tuple(point[name] for name in names) for point in points] == [
        ("2026-10", "3000.00", "1800.00", "-1200.00", "1200.00", "0.00", 2),
        ("2026-11", "3000.00", "2800.00", "-200.00", "500.00", "300.00", 2),
        ("2026-12", "3000.00", "1000.00", "-2000.00", "0.00", "0.00", 0),
    ]
    await books.close()
    await books.mirror.title("20", "500.00", "2026-11-11")
    assert (await books.api.data(query, {"n": 3}))["reconciliationTrend"] == points
    bia = (await books.api.data('{ clients(filter: { search: "Bia" }) { nodes { id } } }'))["clients"][
        "nodes"
    ][0]["id"]
    own = (await books.api.data(query, {"c": bia}))["reconciliationTrend"]
    assert len(own) == 12
    assert [point["billed"] for point in own][-3:] == ["1800.00", "1500.00", "0.00"]
    for months in (0, 25, -1):
        assert await books.api.code(query, {"n": months}) == "BAD_USER_INPUT"
    assert await books.api.code(query, role=Role.VIEWER) == "FORBIDDEN"


async def test_another_rule_is_simulated(books: Books) -> None:
    query = """query($p: Decimal!, $m: Money!, $n: Int! = 12) { simulateToleranceRule(percent: $p, minimum: $m, months: $n) {
        months { period alertsNow alertsThen appeared disappeared amountNow amountThen } } }"""
    months = (await books.api.data(query, {"p": "0", "m": "250.00", "n": 3}))["simulateToleranceRule"][
        "months"
    ]
    assert [tuple(month.values()) for month in months] == [
        ("2026-10", 2, 1, 0, 1, "1200.00", "1000.00"),
        ("2026-11", 2, 2, 0, 0, "800.00", "800.00"),
        ("2026-12", 0, 0, 0, 0, "0.00", "0.00"),
    ]
    strict = (await books.api.data(query, {"p": "0", "m": "0.00"}))["simulateToleranceRule"]["months"]
    assert len(strict) == 12
    assert (await books.month())["rule"]["version"] == 1
    for faulty, said in (({"p": "100.01"}, "percent"), ({"m": "-1"}, "minimum")):
        answer = await books.api.send(query, {"p": "0", "m": "1.00", **faulty})
        assert answer["errors"][0]["message"] == f"{said}: Not a valid value."
    for wrong in ({"p": "100.01"}, {"m": "-1"}, {"n": 25}, {"n": 0}):
        assert await books.api.code(query, {"p": "0", "m": "1.00", **wrong}) == "BAD_USER_INPUT"
    assert await books.api.code(query, {"p": "0", "m": "1.00"}, role=Role.FINANCE) == "FORBIDDEN"


async def test_the_ends_of_the_calendar(books: Books) -> None:
    old = await books.mirror.client("Old", "70")
    await books.mirror.contract(old, "900.00", starts_on=date(1, 1, 1))
    query = """query($p: Period!) { reconciliation(period: $p) { lines(first: 1) { nodes {
        name since atRisk causes { kind amount } } } } }"""
    for period, since, at_risk in (("0001-01", "0001-01", "900.00"), ("0001-03", "0001-01", "2700.00")):
        (line,) = (await books.api.data(query, {"p": period}))["reconciliation"]["lines"]["nodes"]
        assert line == {
            "name": "Old",
            "since": since,
            "atRisk": at_risk,
            "causes": [{"kind": "NOT_BILLED", "amount": "-900.00"}],
        }
    last = (await books.api.data(query, {"p": "9999-12"}))["reconciliation"]["lines"]["nodes"]
    assert last[0]["causes"] == [{"kind": "NOT_BILLED", "amount": "-2000.00"}]
