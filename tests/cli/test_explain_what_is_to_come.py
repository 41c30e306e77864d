"""Whose turn it will be is said only where it is known, and first of all: who has the page, who is next and when."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mystery import Mystery, fixes, said
from people import TWO_TIERS, oncall_of
from stories.story import BEGIN

from callout.domain.alert import Severity
from callout.domain.oncall import (
    Aging,
    AtRisk,
    Away,
    Condition,
    Contact,
    Maintenance,
    OnCall,
    Policy,
    Responder,
    ResponseTarget,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency
from infra.cli.explaining.why import Verdict

MARY = Responder("mary", "Mary", (Contact("sms", "sms", "+12025550104"),))
HOUR = timedelta(hours=1)
TURNS = replace(TWO_TIERS, tiers=(TWO_TIERS.tiers[0], Tier(("robin:crew",), ("sms",), 600)))
WOULD_BE = "It would have been for one of Crew; whose turn it is is not known before it comes."
NOT_KNOWN = "It is for one of Crew; whose turn it is is not known before it comes."


def crew(policy: Policy = TURNS, *people: Responder) -> OnCall:
    known = oncall_of(policy)
    responders = {**known.responders, "mary": MARY, **{person.id: person for person in people}}
    return replace(known, responders=responders, teams={"crew": Team("crew", "Crew", ("grace", "mary"))})


@pytest.fixture
def mystery() -> Mystery:
    return Mystery(crew())


def now(mystery: Mystery) -> str:
    return mystery.explained().now.text


def test_one_of_a_team_has_a_turn_to_come(mystery: Mystery) -> None:
    mystery.alert()
    mystery.passes_told(seconds=60)
    for who in ("grace", "mary"):
        answer = mystery.why(who)
        assert answer.verdict is Verdict.NOT_YET
        assert said(answer) == f"Still to come: tier 2's turn, if nobody answers before. {NOT_KNOWN}"
        assert answer.sentences[0].at == BEGIN + timedelta(minutes=5)
    assert now(mystery) == (
        "Nobody has it; tier 1's turn (Ada) began at 03:00:00 UTC. "
        "Next: tier 2 (one of Crew), at 03:05:00 UTC, if nobody answers before."
    )


def test_one_of_a_team_would_have_had_a_turn(mystery: Mystery) -> None:
    mystery.alert()
    mystery.passes_told(seconds=60)
    mystery.answers("ada")
    for who in ("grace", "mary"):
        told = said(mystery.why(who))
        assert "Tier 2's turn would have come at 03:05:00 UTC if nobody had answered. Ada ack" in told
        assert f"at 03:01:00 UTC, 240 s before. {WOULD_BE}" in told
        assert "was not" not in told
    assert (
        now(mystery) == "Ada has it until 04:01:00 UTC. Next: tier 1 (Ada), at 04:01:00 UTC, if it is still open then."
    )


def test_what_came_out_later_is_not_said_of_before(mystery: Mystery) -> None:
    """Ada's acknowledgement ran out, and only then the team was asked."""
    mystery.alert()
    mystery.passes_told(seconds=60)
    mystery.answers("ada")
    mystery.passes_told(hours=1, minutes=6)
    assert mystery.why("grace").verdict is Verdict.NOTIFIED
    assert f"03:01:00 UTC, 240 s before. {WOULD_BE}" in said(mystery.why("grace"))
    assert f"03:01:00 UTC, 240 s before. {WOULD_BE}" in said(mystery.why("mary"))
    assert "this time it was not Mary's turn" in said(mystery.why("mary"))


def test_whose_turn_is_next_once_the_team_was_asked() -> None:
    mystery = Mystery(crew(replace(TURNS, repeat=1)))
    mystery.alert()
    mystery.passes_told(minutes=6)
    assert "Still to come: Mary's turn (tier 2), if nobody answers before." in said(mystery.why("mary"))
    assert NOT_KNOWN not in said(mystery.why("grace"))


def test_certain_whoevers_turn_it_is() -> None:
    """The last resort comes once the team has been asked; the team's only member is certain."""
    mystery = Mystery(replace(crew(), teams={"crew": Team("crew", "Crew", ("mary",))}))
    mystery.alert()
    mystery.told()
    assert said(mystery.why("mary")) == "Still to come: Mary's turn (tier 2), if nobody answers before."


def test_when_the_next_tier_comes_depends_on_whose_turn_it_is() -> None:
    """Without a contact method Mary's turn would be over at once."""
    mystery = Mystery(crew(TURNS, replace(MARY, contacts=())))
    mystery.alert()
    mystery.told()
    assert "Still to come" not in said(mystery.why("boss"))
    assert NOT_KNOWN in said(mystery.why("grace"))


def test_away_whoevers_turn_it_is() -> None:
    away = replace(MARY, away=(Away(BEGIN - HOUR, BEGIN + HOUR),), alternates=("boss",))
    mystery = Mystery(crew(TURNS, away))
    mystery.alert()
    mystery.told()
    mystery.answers("ada")
    told = said(mystery.why("mary"))
    assert "Mary was away until" in told
    assert "Mary's turn" not in told
    assert WOULD_BE in said(mystery.why("boss"))


def test_the_last_resorts_team_goes_on_with_each_comeback() -> None:
    """Who is told next is not who was told last."""
    mystery = Mystery(crew(replace(TURNS, tiers=TURNS.tiers[:1], last_resort=Tier(("robin:crew",), ("sms",)))))
    mystery.alert()
    mystery.passes_told(minutes=6)
    assert mystery.why("grace").verdict is Verdict.NOTIFIED
    assert "The last resort, and so Mary, is told again then" in said(mystery.why("mary"))
    assert now(mystery).startswith("Nobody has it: every tier had its turn. Next: the last resort (Mary) again, at")


def test_a_version_of_which_it_is_not_known_whose_turn_it_gave(mystery: Mystery) -> None:
    """Who may have been meant by a later version is not said to have been."""
    mystery.applies(replace(mystery.oncall, teams={"crew": Team("crew", "Crew", ("ada", "boss"))}))
    mystery.alert()
    mystery.passes_told(minutes=6)
    mystery.applies(replace(mystery.oncall, teams={"crew": Team("crew", "Crew", ("ada", "mary", "grace"))}))
    assert "Version 3 of the description has Mary there" not in said(mystery.why("mary"))


def test_held_and_over() -> None:
    upgrade = Maintenance("upgrade", "Upgrade", start=BEGIN - HOUR, end=BEGIN + HOUR)
    mystery = Mystery(replace(crew(), maintenance=(upgrade,)))
    mystery.alert()
    assert now(mystery) == (
        "Nobody has it: it is held until 04:00:00 UTC (maintenance Upgrade). "
        "Next: tier 1 (Ada), at 04:00:00 UTC, if it still fires then and no summary speaks for it."
    )
    mystery.resolve()
    assert now(mystery) == "It is over since 03:00:00 UTC: nobody is notified any more."


def test_each_must_answer_and_one_has() -> None:
    both = Tier(("ada", "grace"), ("sms",), 300, everyone=True)
    mystery = Mystery(crew(replace(TURNS, tiers=(both, *TURNS.tiers[1:]))))
    mystery.alert()
    mystery.told()
    mystery.answers("ada")
    assert now(mystery).startswith("Ada answered, but Grace must as well. Next: tier 2 (one of Crew), at 03:05:00")
    assert "named there outright, and each of them had to answer" in said(mystery.why("grace"))


def test_a_response_target_that_hurries_the_ladder() -> None:
    described = crew()
    service = replace(
        described.services["checkout"], response={Priority.P1: ResponseTarget(240)}, at_risk=AtRisk(next_tier=True)
    )
    mystery = Mystery(replace(described, services={"checkout": service}))
    assert isinstance(service, Service)
    mystery.alert()
    mystery.told()
    unless = "unless its response target, at risk from 03:03:00 UTC, changes that"
    assert unless in now(mystery)
    assert unless in said(mystery.why("grace"))


def test_somebody_whose_next_turn_is_not_theirs() -> None:
    """Before they are asked at all, an open page says why the tier that names them will not be for them."""
    away = replace(MARY, away=(Away(BEGIN - HOUR, BEGIN + HOUR),), alternates=("boss",))
    policy = replace(TURNS, tiers=(TURNS.tiers[0], Tier(("mary",), ("sms",), 600)))
    mystery = Mystery(crew(policy, away))
    mystery.alert()
    mystery.told()
    answer = mystery.why("mary")
    told = "Tier 2's turn is still to come. As things are now it is for Boss, not for Mary."
    assert said(answer) == told
    assert "responders.mary.away" in fixes(answer)
    assert answer.sentences[0].evidence


def test_a_page_that_may_be_raised_for_its_age_first() -> None:
    low = Tier(("ada",), ("sms",), 300, condition=Condition(urgency=Urgency.LOW))
    high = Tier(("grace",), ("sms",), 300, condition=Condition(urgency=Urgency.HIGH))
    oncall = oncall_of(replace(TWO_TIERS, tiers=(low, high), ack_timeout_seconds=30 * 86_400))
    aging = replace(oncall.services["checkout"], aging=Aging(86_400, 1))
    mystery = Mystery(replace(oncall, services={"checkout": aging}))
    mystery.alert(severity=Severity.WARNING)
    mystery.told()
    mystery.answers("ada")
    assert "(unless it is raised for its age, from Mon 23 Nov 03:00:00 UTC on)" in now(mystery)
    assert "is passed over if the page stays as it is" in said(mystery.why("grace"))
    mystery.passes_told(hours=49)
    assert "Grace" in said(mystery.why("grace"))
    assert mystery.why("grace").verdict is Verdict.NOTIFIED
