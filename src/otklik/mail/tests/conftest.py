import pytest

from otklik.mail.tests.factories import make_mailbox
from otklik.mail.tests.post import SERVER, Post
from otklik.people.tests.factories import make_desk
from otklik.tickets.tests.desk import DeskAtWork, make_desk_at_work


@pytest.fixture
def desk(db: None) -> DeskAtWork:
    """Open a desk with the whole cast at it."""
    return make_desk_at_work()


@pytest.fixture
def open_desk(transactional_db: None) -> DeskAtWork:
    """Open a desk whose work is committed, for several at once."""
    return make_desk_at_work()


@pytest.fixture
def post(desk: DeskAtWork) -> Post:
    """Open a mailbox of IT whose server proves senders."""
    make_desk()
    return Post(make_mailbox(department=desk.cast.it, authserv_id=SERVER))
