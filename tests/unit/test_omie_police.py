"""The demo Omie's rules of conduct."""

import pytest

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.app import DEMO_CREDENTIALS
from adapters.omie.demo.police import Asked, Police, Refusal

STRANGER = OmieCredentials("1", "2")


class Watch:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def police(watch: Watch) -> Police:
    return Police(DEMO_CREDENTIALS, now=watch)


def asked(page: int, method: str = "ListarClientes", who: OmieCredentials = DEMO_CREDENTIALS) -> Asked:
    return Asked(who, method, str(page))


def visit(police: Police, request: Asked, *, faulty: bool = False) -> Refusal | None:
    refusal = police.enter(request)
    police.leave(request, faulty=faulty or refusal is not None)
    return refusal


def test_a_method_may_be_asked_240_times_in_a_window(police: Police, watch: Watch) -> None:
    assert [visit(police, asked(page)) for page in range(240)] == [None] * 240
    over = visit(police, asked(240))
    assert over is not None
    assert over.status == 429
    assert police.counters.violations == 1
    assert visit(police, asked(1, "ListarContasReceber")) is None
    watch.seconds += 60
    assert visit(police, asked(241)) is None


def test_all_methods_together_960_times(police: Police) -> None:
    for method in range(4):
        assert not any(visit(police, asked(page, str(method))) for page in range(240))
    over = visit(police, asked(0, "another"))
    assert over is not None
    assert over.status == 429


def test_four_at_a_time(police: Police) -> None:
    assert [police.enter(asked(page)) for page in range(4)] == [None] * 4
    fifth = police.enter(asked(5))
    assert fifth is not None
    assert fifth.code == "SOAP-ENV:Client-1880"
    assert (police.counters.violations, police.counters.max_in_flight) == (1, 5)
    for page in range(5):
        police.leave(asked(page), faulty=False)
    assert visit(police, asked(6)) is None


def test_some_methods_take_one_at_a_time(police: Police) -> None:
    police.single_file = frozenset({"PesquisarLancamentos"})
    assert police.enter(asked(1, "PesquisarLancamentos")) is None
    second = police.enter(asked(2, "PesquisarLancamentos"))
    assert second is not None
    assert second.code == "SOAP-ENV:Client-1880"
    assert police.enter(asked(1)) is police.enter(asked(2)) is None
    assert (police.counters.busy, police.counters.violations) == (1, 0)
    for page in (1, 2):
        police.leave(asked(page, "PesquisarLancamentos"), faulty=False)
    assert visit(police, asked(3, "PesquisarLancamentos")) is None


def test_the_same_question_again_starts_the_wait_anew(police: Police, watch: Watch) -> None:
    assert visit(police, asked(1)) is None
    watch.seconds += 59
    again = visit(police, asked(1))
    assert again is not None
    assert (again.code, "60 segundos" in again.text) == ("SOAP-ENV:Client-6", True)
    watch.seconds += 59
    assert visit(police, asked(1)) is not None
    watch.seconds += 60
    assert visit(police, asked(1)) is None
    assert police.counters.redundant == 2


def test_ten_faults_in_a_row_block_the_method(police: Police, watch: Watch) -> None:
    for page in range(9):
        visit(police, asked(page), faulty=True)
    visit(police, asked(9))
    assert visit(police, asked(10)) is None, "a good answer ends the row"
    for page in range(11, 21):
        visit(police, asked(page), faulty=True)
    blocked = visit(police, asked(21))
    assert blocked is not None
    assert (blocked.status, blocked.code) == (425, "MISUSE_API_PROCESS")
    assert visit(police, asked(1, "ListarContasReceber")) is None
    watch.seconds += 1800
    assert visit(police, asked(22)) is None


def test_a_block_out_of_the_blue(police: Police, watch: Watch) -> None:
    police.block("ListarClientes", 12)
    blocked = visit(police, asked(1))
    assert blocked is not None
    assert (blocked.status, "12 segundos" in blocked.text) == (425, True)
    assert visit(police, asked(1, "ListarContasReceber")) is None
    watch.seconds += 12
    assert visit(police, asked(2)) is None


def test_strangers_are_refused_and_harm_nobody(police: Police) -> None:
    for page in range(12):
        visit(police, asked(page, who=STRANGER))
    refused = visit(police, asked(99, who=STRANGER))
    assert refused is not None
    assert refused.status == 403
    assert visit(police, asked(1)) is None
