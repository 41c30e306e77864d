"""What each operation costs in calls to AWS, exactly: one more is a regression, one fewer is news."""

from collections import Counter

import pytest
from calls import Counted, counted

READ, NEWEST, WRITE = "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"
SEVERAL, COUNT = "dynamodb:BatchGetItem", "dynamodb:UpdateItem"
START, SMS, EMAIL = "stepfunctions:StartExecution", "sns:Publish", "sesv2:SendEmail"

CACHED = {
    "a new page": [NEWEST, WRITE, START],
    "a repeat": [NEWEST, WRITE],
    "a step that sends an SMS": [READ, WRITE, COUNT, SMS, WRITE],
    "a step that comes too early": [READ],
    "an acknowledgement": [READ, WRITE],
    "the same tap once more": [READ],
    "taken back": [READ, WRITE],
    "a step that sends an SMS and an email": [READ, WRITE, COUNT, SMS, EMAIL, WRITE],
    "a link that is opened": [READ, WRITE],
    "the same link once more": [READ],
    "a receipt": [READ, WRITE],
    "the same receipt twice": [READ],
    "a resolve": [NEWEST, WRITE],
    "a resolve of nothing open": [NEWEST],
    "a step of a closed page": [READ],
    "a page that returns": [NEWEST, WRITE, START],
    "the watchdog when all is well": [NEWEST],
}
CONFIGURATION = [SEVERAL, SEVERAL]  # which version is live and how old its calendars are; all of that
KEYS = [READ]
ALSO_COLD = {
    "a new page": CONFIGURATION,
    "a repeat": CONFIGURATION,
    "a step that sends an SMS": [*CONFIGURATION, *KEYS, WRITE, *KEYS],  # the signing key is made by the first link
    "a step that comes too early": CONFIGURATION,
    "a step that sends an SMS and an email": [*CONFIGURATION, *KEYS],
    "a receipt": CONFIGURATION,
    "the same receipt twice": CONFIGURATION,
    "a resolve": CONFIGURATION,
    "a resolve of nothing open": CONFIGURATION,
    "a step of a closed page": CONFIGURATION,
    "a page that returns": CONFIGURATION,
}


@pytest.mark.parametrize("cold", [False, True], ids=["cached", "cold"])
def test_no_operation_makes_a_call_that_is_not_listed(table: str, cold: bool) -> None:
    made = dict(counted(Counted(table), cold))
    expected = {name: Counter([*calls, *(ALSO_COLD.get(name, []) if cold else [])]) for name, calls in CACHED.items()}
    assert made == expected
