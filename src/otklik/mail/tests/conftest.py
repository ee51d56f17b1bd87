import pytest

from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work


@pytest.fixture
def desk(db: None) -> DeskAtWork:
    """Open a desk with the whole cast at it."""
    return make_desk_at_work()


@pytest.fixture
def open_desk(transactional_db: None) -> DeskAtWork:
    """Open a desk whose work is committed, for several at once."""
    return make_desk_at_work()
