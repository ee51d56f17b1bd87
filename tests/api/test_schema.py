"""Every operation of the schema, driven with what the schema allows and much that it does not."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode
from tests.api.writes import SCHEMA

from otklik.config.wsgi import application
from otklik.people.actions.tokens import create_token
from otklik.people.tests.factories import make_cast, make_desk
from otklik.tickets.tests.factories import make_configuration

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

LEFT_OUT = {
    "unsupported_method",  # Django's own answer to a method that no route has
    "negative_data_rejection",  # the desk takes what it can clean: other cases, surplus spaces
    "positive_data_acceptance",  # a well-formed key of something that is not there is refused
}
HOW = settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def served(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer as a real server does, which closes each answer when it is sent."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


def operations() -> dict[str, Any]:
    """Return every operation of the API by its name."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(SCHEMA)))
    schema.app = served
    found = (one.ok() for one in schema.get_all_operations())
    return {one.label: one for one in found}


OPERATIONS = operations()


@pytest.fixture
def bearer(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr("otklik.core.api.STRANGER_LIMIT", 1_000_000)  # wrong tokens are tried too
    make_configuration()
    make_desk()
    cast = make_cast()
    _row, secret = create_token(actor=cast.root, name="fuzz", scopes=["all"])
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_is_outside_the_schema(
    label: str, mode: GenerationMode, bearer: dict[str, str]
) -> None:
    names = sorted(set(CHECKS.get_all_names()) - LEFT_OUT)
    checks = [CHECKS.get_one(name) for name in names]

    @HOW
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def drive(case: Any) -> None:
        case.call_and_validate(headers=bearer, checks=checks)

    drive()
