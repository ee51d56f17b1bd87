from collections.abc import Iterator

import pytest

from otklik.core.tests.live_desk import Desk, open_desk, settle, settle_after_orders


@pytest.fixture(scope="module")
def desk(database_address: str) -> Iterator[Desk]:
    """Serve a gateway that has been up for a while."""
    with open_desk(database_address) as opened:
        settle()
        yield opened


@pytest.fixture(autouse=True)
def _orders_are_old(request: pytest.FixtureRequest) -> None:
    if "desk" in request.fixturenames:
        settle_after_orders()
