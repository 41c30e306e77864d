"""A monitor that posts without end is told to come again, the log says whose key it has, and other services go on."""

import json

import pytest
from end_to_end.conftest import Hire
from end_to_end.running import Running

from callout.gate import REQUESTS_MAX

OVER = json.dumps({"action": "resolve", "key": "nothing", "title": "over"}).encode()
MINUTES = 3


@pytest.mark.long
def test_one_service_floods(stack: Running, hire: Hire) -> None:
    loud, other = hire(), hire()
    answers = [202]
    while answers[-1] == 202 and len(answers) < MINUTES * REQUESTS_MAX:  # a minute may end meanwhile
        answers.append(loud.post("generic", OVER).status)
    assert answers[-1] == 503
    assert len(answers) > REQUESTS_MAX
    assert other.post("generic", OVER).status == 202
    said = [line["text"] for line in stack.logs() if "too many webhooks for one service" in line["text"]]
    assert [json.loads(line)["service_id"] for line in said] == [loud.id]
