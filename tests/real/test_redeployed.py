"""Redeployed while pages wait in their machine: the next step runs on the new code, and nobody is left out."""

import pytest
from people import ADA, GRACE
from real.field import Field
from real.meanwhile import eventually, ladder

pytestmark = pytest.mark.long

PAGES = 3
TIER_SECONDS = 10
PATIENCE_SECONDS = 600


def texts(field: Field, phone: str, keys: list[str]) -> list[str]:
    return [one.text for one in field.told() if one.to == phone and any(key in one.text for key in keys)]


def test_the_next_step_runs_on_the_new_code(field: Field) -> None:
    service = field.hire(ladder("redeployed", TIER_SECONDS))
    keys = [f"waiting-{number}" for number in range(PAGES)]
    field.send_all(service, keys)
    ada, grace = (person.contacts[0].address for person in (ADA, GRACE))
    before = eventually(lambda: (found := texts(field, ada, keys)) and len(found) == PAGES and found, PATIENCE_SECONDS)
    field.redeploy("NEW")
    after = eventually(lambda: (found := texts(field, grace, keys)) and len(found) == PAGES and found, PATIENCE_SECONDS)
    assert not any(text.startswith("NEW ") for text in before)
    assert all(text.startswith("NEW ") for text in after)
    assert [field.page(service, key).generation for key in keys] == [1] * PAGES, "the same executions went on"
