"""Whoever was taken out of the description while the page was open is told so, with the versions that say it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mystery import Mystery, fixes, grounds, said
from people import TWO_TIERS, oncall_of

from callout.domain.oncall import Contact, OnCall, Policy, Responder, Team, Tier
from infra.cli.explaining.sentence import Ground
from infra.cli.explaining.why import Verdict

LINUS = Responder("linus", "Linus", (Contact("email", "email", "linus@example.com"),))
BY_TEAM = replace(TWO_TIERS, tiers=(TWO_TIERS.tiers[0], Tier(("team:payments",), ("email",), 300)))


def paying(*members: str, policy: Policy = BY_TEAM) -> OnCall:
    described = oncall_of(policy)
    responders = {**described.responders, "linus": LINUS}
    teams = {"payments": Team("payments", "Payments", members)} if members else {}
    return replace(described, responders=responders, teams=teams)


@pytest.fixture
def mystery() -> Mystery:
    mystery = Mystery(paying("linus", "grace"))
    mystery.alert()
    mystery.passes_told(minutes=2)
    return mystery


def test_their_team_was_taken_out(mystery: Mystery) -> None:
    mystery.applies(paying())
    before = mystery.why("linus")
    assert said(before) == (
        "Tier 2's turn is still to come, and is not for Linus: it names team payments, by version 1 with Linus, and "
        "version 2 does not describe that team any more."
    )
    mystery.passes_told(minutes=4)
    after = mystery.why("linus")
    assert after.verdict is Verdict.NOT
    assert "Tier 2's turn was not for Linus: it names team payments, by version 1 with Linus" in said(after)
    assert "tier 2: team payments (not described any more)" in grounds(after, Ground.LEDGER)
    assert "version 2" in grounds(after, Ground.DESCRIPTION)
    assert "teams.payments" in fixes(after)


def test_they_were_taken_out_of_their_team(mystery: Mystery) -> None:
    mystery.applies(paying("grace"))
    mystery.passes_told(minutes=4)
    told = said(mystery.why("linus"))
    assert "it names team payments, by version 1 with Linus, who is not in it any more by version 2." in told
    assert mystery.why("grace").verdict is Verdict.NOTIFIED
    assert "any more" not in said(mystery.why("grace"))


def test_they_were_taken_out_themselves(mystery: Mystery) -> None:
    mystery.applies(oncall_of(replace(BY_TEAM, tiers=TWO_TIERS.tiers)))
    mystery.applies(replace(paying("linus", "grace"), responders=oncall_of(TWO_TIERS).responders))
    answer = mystery.why("linus")
    assert said(answer) == "Tier 2's turn is still to come, and names linus, who is not described any more."
    assert "responders.linus" in fixes(answer)


def test_nothing_to_say_is_said_of_an_open_page_and_of_a_closed_one(mystery: Mystery) -> None:
    """Everything that is said stands on something."""
    mystery.passes(seconds=1)
    for who in ("ada", "grace", "linus", "boss"):
        assert all(each.evidence for each in mystery.why(who).sentences)
    found = mystery.explained()
    assert all(each.evidence for each in (found.now, *found.common))
    mystery.now += timedelta(seconds=1)
