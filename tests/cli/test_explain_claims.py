"""`callout explain` claims nothing that is not so: situations in which it once did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from mystery import Mystery, fixes, grounds, in_common, said
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of
from rich.console import Console
from stories.story import BEGIN

from callout.domain import synthetic
from callout.domain.alert import Action, Alert, Severity
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Verb
from callout.domain.hours import Hours, Span
from callout.domain.identity import problem_id
from callout.domain.oncall import (
    AtRisk,
    Away,
    Condition,
    Contact,
    Maintenance,
    OnCall,
    Policy,
    Responder,
    Rule,
    Service,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency
from callout.domain.schedule import Layer, Schedule, Unit
from callout.paging import receive
from infra.cli.explaining import words
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.people import the_one
from infra.cli.explaining.sentence import Ground
from infra.cli.explaining.why import Verdict, explain

HOUR = timedelta(hours=1)
ONLY_SMS = replace(ADA, contacts=ADA.contacts[:1])
LINUS = Responder("linus", "Linus", (Contact("email", "email", "linus@example.com"),))
BOTH = Tier(("ada", "grace"), ("sms",), 300, everyone=True)
UPGRADE = Maintenance("upgrade", "Upgrade", start=BEGIN - HOUR, end=BEGIN + HOUR)
Stage = Callable[..., Mystery]


@pytest.fixture
def stage() -> Stage:
    def set_up(policy: Policy = TWO_TIERS, *responders: Responder, oncall: OnCall | None = None) -> Mystery:
        return Mystery(oncall or oncall_of(policy, *responders))

    return set_up


def tiers(*given: Tier) -> Policy:
    return replace(TWO_TIERS, tiers=given)


def called(oncall: OnCall, **names: str) -> OnCall:
    renamed = {who: replace(oncall.responders[who], name=name) for who, name in names.items()}
    return replace(oncall, responders={**oncall.responders, **renamed})


def test_renamed_between_two_messages_of_which_the_second_was_refused(stage: Stage) -> None:
    mystery = stage(tiers(Tier(("ada",), ("sms",), 300), Tier(("ada",), ("sms",), 600)), ONLY_SMS, GRACE, BOSS)
    mystery.alert()
    mystery.passes_told(seconds=60)
    mystery.applies(called(mystery.oncall, ada="Ada Lovelace"))
    mystery.sms.down = Refused("opted out")
    mystery.passes_told(minutes=5)
    answer = mystery.why("ada")
    assert (answer.verdict, answer.name) == (Verdict.NOTIFIED, "Ada Lovelace")
    assert [row.last and row.last.what for row in answer.rows] == ["sent", "refused"]
    assert "Ada Lovelace was called Ada then." in said(answer)
    assert the_one(mystery.case(), "Ada") == "ada"


def test_renamed_between_the_message_and_the_answer(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(minutes=6)  # the page does not know her message any more
    mystery.applies(called(mystery.oncall, ada="Ada Lovelace"))
    mystery.passes_told(seconds=90)
    mystery.looked("ada")
    mystery.answers("ada")
    [row] = mystery.why("ada").rows
    assert [entry.at for entry in row.opened] == [mystery.now]
    assert row.answer is not None


def test_a_name_that_was_passed_on(stage: Stage) -> None:
    """Ada's message is not taken for that of whoever is called Ada now."""
    mystery = stage()
    mystery.alert()
    mystery.passes_told(seconds=100)
    mystery.applies(called(mystery.oncall, ada="Ada L", grace="Ada"))
    assert mystery.why("ada").verdict is Verdict.NOTIFIED
    assert mystery.why("grace").verdict is Verdict.NOT_YET
    assert "both called" not in said(mystery.why("grace"))
    mystery.passes_told(minutes=5)
    assert [len(mystery.why(who).rows) for who in ("ada", "grace")] == [1, 2]


def test_somebody_whose_name_begins_with_theirs_lacks_a_contact(stage: Stage) -> None:
    both = tiers(Tier(("ada", "grace"), ("sms",), 300))
    mystery = stage(both, ADA, replace(GRACE, name="Ada Bee", contacts=()), BOSS)
    mystery.alert()
    assert "no contact method" not in said(mystery.why("ada"))
    assert "Ada Bee has no contact method" in said(mystery.why("grace"))


def test_it_came_back_and_began_higher(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(minutes=6)
    mystery.resolve()
    mystery.passes_told(seconds=60)
    mystery.alert()
    mystery.passes_told(seconds=50)
    before = mystery.why("ada")
    assert "Tier 1 was left out at first, since it returned within 30 min of being resolved" in said(before)
    mystery.answers("grace")
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT_YET
    assert "the ladder begins at tier 2. Tier 1's turn comes at the end of the first round." in said(answer)
    assert "`relapse_within:` of policies.checkout" in fixes(answer)
    assert "before tier 1" not in fixes(answer)
    assert "it starts at tier 2" in grounds(answer, Ground.LEDGER)
    assert "left out" not in said(mystery.why("grace"))
    assert "The problem was back within 30 min of its last page" in in_common(mystery.explained())


def test_it_came_back_to_a_ladder_of_one_tier(stage: Stage) -> None:
    mystery = stage(tiers(TWO_TIERS.tiers[0]))
    mystery.alert()
    mystery.passes_told(seconds=10)
    mystery.resolve()
    mystery.alert()
    assert mystery.page.returned
    assert "was back within" not in in_common(mystery.explained())


def synthetic_page(mystery: Mystery) -> str:
    mystery.oncall = synthetic.with_synthetic(mystery.oncall)
    mystery.world.channels["sink"] = mystery.sms  # type: ignore[index]
    said = Alert(Action.TRIGGER, "probe", "probe", "Synthetic page", Severity.CRITICAL)
    page = receive(mystery.world, said, mystery.oncall.services[synthetic.ID], mystery.oncall).page
    assert page is not None
    mystery.passes_told(seconds=61)
    return page.id


def test_the_synthetic_page_is_for_nobody(stage: Stage) -> None:
    """The versions that are kept do not have it: it is built in."""
    rota = Schedule("rota", "Rota", "UTC", (Layer("daily", "UTC", ("ada",), Unit.DAY),))
    mystery = stage(oncall=replace(oncall_of(TWO_TIERS), schedules={"rota": rota}))
    page = mystery.pages.get(synthetic_page(mystery))
    assert page is not None
    found = mystery.explained(page=page)
    [answer] = found.answers
    assert words.verdict(answer) == "The sink was notified."
    assert "A message to the sink was handed over; it leads nowhere." in said(answer)
    ada = mystery.why("ada", page)
    assert ada.verdict is Verdict.NOT
    assert said(ada) == "This is the synthetic page, by which Callout tries itself out: it is for nobody."
    assert not fixes(ada)
    screen = Console(width=80)
    with screen.capture() as capture:
        words.write(screen, page, found, Clock(True, BEGIN), mystery.now)
    assert "Nobody was notified" not in capture.get()


def test_a_report_that_an_opened_message_did_not_arrive(stage: Stage) -> None:
    mystery = stage(tiers(Tier(("boss",), ("email",), 300), *TWO_TIERS.tiers))
    mystery.alert()
    mystery.passes_told(seconds=20)
    mystery.looked("boss", "email link")
    mystery.passes(seconds=20)
    mystery.receipted(1, refused=True, note="it came back (Transient, MailboxFull)")
    mystery.told()
    answer = mystery.why("boss")
    assert answer.verdict is Verdict.NOTIFIED
    assert "did not get it" not in said(answer)
    assert "So it was reported as not arrived, though a link to Boss was opened." in said(answer)


def test_a_report_that_an_answered_message_did_not_arrive(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(seconds=10)
    mystery.answers("ada")
    mystery.passes(seconds=10)
    mystery.receipted(1, refused=True, note="unreachable")
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOTIFIED
    assert "So it was reported as not arrived, though Ada answered by a link." in said(answer)


def test_who_has_answered_is_not_told_by_the_tiers_to_come(stage: Stage) -> None:
    mystery = stage(tiers(BOTH, Tier(("ada",), ("sms",), 300)))
    mystery.alert()
    mystery.told()
    mystery.answers("ada")
    mystery.passes_told(seconds=60)
    assert "Still to come" not in said(mystery.why("ada"))
    mystery.answers("ada", Verb.UNDO)
    assert "Still to come: Ada's turn (tier 2)" in said(mystery.why("ada"))
    mystery.answers("ada")
    mystery.passes_told(minutes=6)
    assert "Tier 2's turn was skipped at once: everybody in it had answered." in said(mystery.why("ada"))
    assert "not everybody answered who had to; last resort: Boss" in in_common(mystery.explained())


def test_on_their_turn_in_a_team_but_away(stage: Stage) -> None:
    away = (Away(BEGIN - HOUR, BEGIN + HOUR),)
    policy = tiers(Tier(("robin:pair",), ("sms", "email"), 300))
    oncall = oncall_of(policy, replace(ADA, away=away, alternates=("boss",)), GRACE, BOSS)
    mystery = stage(oncall=replace(oncall, teams={"pair": Team("pair", "Pair", ("ada", "grace"))}))
    mystery.alert()
    assert "Tier 1's turn was for Boss. Ada was away until" in said(mystery.why("ada"))
    assert "it was not Ada's turn" not in said(mystery.why("ada"))
    assert "this time it was not Grace's turn" in said(mystery.why("grace"))


def test_skipped_by_a_version_that_was_believed_still(stage: Stage) -> None:
    """What is on call by the version that nobody believed yet did not make the tier empty."""
    daily = Layer("daily", "UTC", ("ada",), Unit.DAY, anchor=BEGIN.replace(hour=0, tzinfo=None))
    nights = replace(daily, only=Hours((Span(start=22 * 60, end=60),)))
    described = oncall_of(tiers(Tier(("schedule:rota",), ("sms",), 300), TWO_TIERS.tiers[1]))
    mystery = stage(oncall=replace(described, schedules={"rota": Schedule("rota", "Rota", "UTC", (nights,))}))
    mystery.passes(minutes=5)
    full = {"rota": Schedule("rota", "Rota", "UTC", (daily,))}
    mystery.applies(replace(described, schedules=full), believed=False)
    mystery.passes(seconds=20)
    mystery.alert()
    answer = mystery.why("ada")
    assert "Ada was not on call in Rota then: nobody was, until 22:00:00 UTC." in said(answer)
    assert "Version 2 of the description has Ada there at that time, but had gone live only 20 s before" in said(answer)


def test_own_rules_whose_second_message_went_at_once(stage: Stage) -> None:
    rules = {Urgency.HIGH: (Rule("sms"), Rule("email", 120))}
    mystery = stage(tiers(Tier(("ada",), (), 300), TWO_TIERS.tiers[1]), replace(ADA, rules=rules), GRACE, BOSS)
    mystery.sms.fails.append(Refused("opted out"))
    mystery.alert()
    mystery.passes_told(seconds=60)
    assert "By their own rules" not in said(mystery.why("ada"))
    mystery.answers("ada")
    assert "so it was not sent" not in said(mystery.why("ada"))


def test_own_rules_that_name_a_channel_which_they_have_not(stage: Stage) -> None:
    rules = {Urgency.HIGH: (Rule("sms"), Rule("email", 120))}
    mystery = stage(tiers(Tier(("ada",), (), 300), TWO_TIERS.tiers[1]), replace(ONLY_SMS, rules=rules), GRACE, BOSS)
    mystery.alert()
    mystery.passes_told(seconds=60)
    mystery.answers("ada")
    assert "so it was not sent" not in said(mystery.why("ada"))


def test_an_open_page_is_about_to_follow_the_live_policy(stage: Stage) -> None:
    people = (ADA, GRACE, BOSS, LINUS)
    mystery = stage(TWO_TIERS, *people)
    mystery.alert()
    mystery.passes_told(minutes=1)
    wider = tiers(TWO_TIERS.tiers[0], Tier(("linus",), ("email",), 300))
    mystery.applies(replace(oncall_of(wider, *people), follow_version=2))
    linus, grace = mystery.why("linus"), mystery.why("grace")
    assert linus.verdict is Verdict.NOT_YET
    assert "and the page goes by that from its next step on." in said(linus)
    assert "a page keeps" not in said(linus)
    assert "Still to come: Linus's turn (tier 2)" in said(linus)
    assert "Still to come" not in said(grace)
    mystery.passes_told(minutes=5)
    assert mystery.why("linus").verdict is Verdict.NOTIFIED


def test_a_page_keeps_the_policy_that_it_was_given(stage: Stage) -> None:
    people = (ADA, GRACE, BOSS, LINUS)
    mystery = stage(TWO_TIERS, *people)
    mystery.alert()
    mystery.passes_told(minutes=1)
    mystery.applies(replace(oncall_of(tiers(TWO_TIERS.tiers[0], BOTH), *people), follow_version=2))
    mystery.passes_told(minutes=5)
    wider = tiers(Tier(("linus",), ("email",), 300), *TWO_TIERS.tiers)
    mystery.applies(replace(oncall_of(wider, *people), follow_version=2))
    assert "but a page keeps the policy it was given." in said(mystery.why("linus"))


def test_maintenance_was_prolonged(stage: Stage) -> None:
    mystery = stage(oncall=replace(oncall_of(TWO_TIERS), maintenance=(UPGRADE,)))
    mystery.alert()
    mystery.passes_told(minutes=10)
    mystery.applies(replace(mystery.oncall, maintenance=(replace(UPGRADE, end=BEGIN + 2 * HOUR),)))
    mystery.passes_told(minutes=80)
    answer = mystery.why("ada")
    assert "Then that changed: maintenance Upgrade: nobody is paged before Sat 05:00 UTC." in said(answer)


def test_answered_and_taken_back_while_held(stage: Stage) -> None:
    mystery = stage(oncall=replace(oncall_of(TWO_TIERS), maintenance=(UPGRADE,)))
    mystery.alert()
    mystery.passes_told(minutes=10)
    mystery.answers("ada")
    assert "Ada acknowledged the page at 03:10:00 UTC, while it was held." in said(mystery.why("grace"))
    mystery.passes_told(seconds=20)
    mystery.answers("ada", Verb.UNDO)
    assert "Ada acknowledged" not in said(mystery.why("grace"))
    mystery.passes_told(minutes=10)
    mystery.resolve()
    assert "The page was over at 03:20:20 UTC, while it was held." in said(mystery.why("grace"))


def test_its_summary_had_told_them_before_it_spoke_for_this_one(stage: Stage) -> None:
    mystery = stage(oncall=replace(oncall_of(TWO_TIERS), maintenance=(UPGRADE,)))
    mystery.alert()
    mystery.alert(key="disk")
    late = mystery.page_of("disk")
    mystery.executions = [each for each in mystery.executions if each.page_id != late.id]
    mystery.passes_told(hours=1, minutes=6)
    mystery.watchdog()
    mystery.passes_told(seconds=40)
    summary = mystery.page.summary
    page = mystery.page_of("disk")
    assert page.summary == summary
    ada, grace = mystery.why("ada", page), mystery.why("grace", page)
    assert (ada.verdict, grace.verdict) == (Verdict.NOT, Verdict.SUMMARY)
    assert f"Page {summary} spoke for it, and did not tell Ada again: that was at 04:00:10 UTC, before" in said(ada)


def test_closed_and_opened_again(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(seconds=100)
    mystery.answers("ada", Verb.RESOLVE)
    assert "from then on nobody is notified" in in_common(mystery.explained())
    mystery.passes(seconds=10)
    mystery.answers("ada", Verb.UNDO)
    assert "from then on nobody is notified" not in in_common(mystery.explained())


def test_an_answer_that_never_runs_out(stage: Stage) -> None:
    mystery = stage(replace(TWO_TIERS, ack_timeout_seconds=None))
    mystery.alert(severity=Severity.WARNING)
    mystery.told()
    mystery.answers("ada")
    assert "Acknowledged by Ada (SMS link): the ladder rests." in in_common(mystery.explained())
    mystery.passes_told(hours=25)
    assert "Still open, brought back for the first time." in in_common(mystery.explained())
    assert "to say that it is still open" in said(mystery.why("ada"))


def test_passed_over_before_its_age_raised_it(stage: Stage) -> None:
    high = Tier(("boss",), ("email",), 300, condition=Condition(urgency=Urgency.HIGH))
    policy = replace(tiers(high, *TWO_TIERS.tiers), ack_timeout_seconds=None)
    mystery = stage(policy)
    mystery.alert(severity=Severity.WARNING)
    mystery.told()
    mystery.answers("ada")
    for _ in range(4):
        mystery.passes_told(hours=25)
    assert mystery.page.raised
    answer = mystery.why("boss")
    assert "this one was P3, low urgency" in said(answer)
    assert answer.verdict is Verdict.NOTIFIED


@pytest.mark.parametrize(("raises", "urgency"), [(False, Urgency.LOW), (True, Urgency.HIGH)])
def test_at_risk_raises_only_where_it_was_asked_to(stage: Stage, raises: bool, urgency: Urgency) -> None:
    mystery = stage()
    mystery.alert(severity=Severity.WARNING)
    service = replace(mystery.page.service, at_risk=AtRisk(raise_urgency=raises))
    page = replace(mystery.page, raised=True, service=service)
    page = page.noted(BEGIN + HOUR, "target at risk", "P3 wants an answer")
    page = page.noted(BEGIN + 9 * HOUR, "raised", "brought back 3 times and still open: raised to P3, high urgency")
    case = replace(mystery.case(), page=page, ledger=page.ledger)
    assert case.circumstances(BEGIN + 2 * HOUR).urgency is urgency
    assert case.priority_at(BEGIN + 2 * HOUR) is Priority.P4


def test_more_people_than_the_ledger_names(stage: Stage) -> None:
    """Of a version that cannot be read any more: nobody is said to have answered for being left out of a line."""
    crowd = [Responder(f"p{n}", f"P{n}", (Contact("email", "email", f"p{n}@example.com"),)) for n in range(7)]
    mystery = stage(tiers(Tier(tuple(each.id for each in crowd), ("email",), 300)), *crowd, BOSS)
    mystery.alert()
    mystery.told()
    other = {person.id: replace(person, name=f"{person.name}x") for person in crowd[:1]}

    def read(version: int) -> OnCall:
        if version == 0:
            raise Unavailable("gone")
        known = mystery.versions[version]
        return replace(known, responders={**known.responders, **other})

    case = replace(mystery.case(), read=read)
    [answer] = explain(case, "p6", Clock(True, BEGIN)).answers
    assert "had answered" not in said(answer)
    assert "whether P6 is among those whom the ledger does not name is not known" in said(answer)


def test_the_page_of_another_service_keeps_its_names(stage: Stage) -> None:
    """What is built in is nobody's name on an ordinary page."""
    mystery = stage()
    mystery.alert()
    assert synthetic.ID not in {answer.who for answer in mystery.explained().answers}
    assert mystery.page.problem == problem_id("checkout", "latency")
    assert isinstance(mystery.page.service, Service)
