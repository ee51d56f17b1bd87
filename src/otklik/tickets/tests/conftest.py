import pytest

from otklik.people.models import Actor
from otklik.people.tests.factories import Cast, make_cast
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work
from otklik.tickets.tests.factories import Configuration, make_configuration


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def root(cast: Cast) -> Actor:
    return cast.root


@pytest.fixture
def made(db: None) -> Configuration:
    """Make the configuration that most tests stand on."""
    return make_configuration()


@pytest.fixture
def desk(db: None) -> DeskAtWork:
    """Open a desk with the whole cast at it."""
    return make_desk_at_work()


@pytest.fixture
def open_desk(transactional_db: None) -> DeskAtWork:
    """Open a desk whose work is committed, for several at once."""
    return make_desk_at_work()
