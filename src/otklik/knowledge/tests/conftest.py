import pytest

from otklik.people.tests.factories import Cast, make_cast, make_desk


@pytest.fixture
def cast(db: None) -> Cast:
    """Open a desk with the whole cast at it."""
    make_desk()
    return make_cast()


@pytest.fixture
def open_cast(transactional_db: None) -> Cast:
    """Do the same so that several can work at once."""
    make_desk()
    return make_cast()
