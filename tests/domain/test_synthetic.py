from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from callout.domain import synthetic
from callout.domain.oncall import OnCall
from callout.domain.roster import reached
from callout.domain.token import Expired, Forged, SigningKey
from infra.cli.description.values import Id

NOW = datetime(2026, 11, 22, 5, 0, 0, tzinfo=UTC)
KEY, OTHER = SigningKey(3, b"k" * 32), SigningKey(3, b"o" * 32)
GIVEN = synthetic.issue(KEY, NOW)


def test_a_probes_key_is_good_for_five_minutes() -> None:
    for seconds in (0, 300):
        synthetic.verify(GIVEN, {3: KEY}, NOW + timedelta(seconds=seconds))
    with pytest.raises(Expired):
        synthetic.verify(GIVEN, {3: KEY}, NOW + timedelta(seconds=301))


@pytest.mark.parametrize("keys", [{}, {3: OTHER}, {2: KEY}])
def test_only_the_key_that_signed_it_says_that_it_is_good(keys: dict[int, SigningKey]) -> None:
    with pytest.raises(Forged):
        synthetic.verify(GIVEN, keys, NOW)


@given(st.integers(len(synthetic.PREFIX), len(GIVEN) - 1), st.sampled_from("ABCXYZabcxyz0189_-"))
def test_no_other_letter_makes_another_good_key(place: int, letter: str) -> None:
    changed = GIVEN[:place] + letter + GIVEN[place + 1 :]
    if changed != GIVEN:
        with pytest.raises(Forged):
            synthetic.verify(changed, {3: KEY}, NOW)


@given(st.text(max_size=60))
def test_whatever_else_is_no_probes_key(text: str) -> None:
    with pytest.raises(Forged):
        synthetic.verify(text, {3: KEY}, NOW)


@given(st.binary(min_size=21, max_size=21))
def test_whatever_is_written_alike_and_not_signed_is_no_probes_key(raw: bytes) -> None:
    from base64 import urlsafe_b64encode

    with pytest.raises(Forged):
        synthetic.verify(synthetic.PREFIX + urlsafe_b64encode(raw).decode(), {3: KEY}, NOW)


def test_nothing_in_a_description_can_be_called_like_it() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Id).validate_python(synthetic.ID)


def test_what_is_built_in_hangs_together_and_leads_to_the_sink_alone() -> None:
    oncall = synthetic.with_synthetic(OnCall(version=0))
    assert synthetic.with_synthetic(oncall) == oncall
    policy = oncall.policies[oncall.services[synthetic.ID].policy]
    assert len(policy.tiers) == 2
    for tier in (*policy.tiers, *policy.everywhere):
        assert tier.channels == (synthetic.SINK,)
        [person] = reached(oncall, tier, NOW).people
        assert [contact.channel for contact in person.responder.contacts] == [synthetic.SINK]
    assert policy.tiers[1].wait_seconds > timedelta(hours=6).total_seconds()
