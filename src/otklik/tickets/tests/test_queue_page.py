import pytest
from django.test import Client
from otklik.people.tests.factories import make_cast, make_desk, sign_in
from otklik.tickets.tests.factories import make_configuration
pytestmark = pytest.mark.django_db
def test_smoke(client: Client):
    make_desk(); make_configuration(); cast=make_cast(); sign_in(client, cast.ada)
    for a in ("/queue/","/queue/?view=mine","/queue/?q=is:opne","/search/?q=printer","/queue/bulk/status/?ticket=1","/views/?q=a","/queue/rail/","/queue/waiter/","/queue/total/?q=tag:x"):
        r=client.get(a); print(a, r.status_code, len(r.content)); assert r.status_code in (200,422), r.content[:500]
    sign_in(client, cast.cy)
    r=client.get("/search/?q=printer"); assert r.status_code==200
