"""Why was I paged, or not? Situations made with the real engine, and the words that explain them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from click import ClickException
from mystery import Mystery, fixes, grounds, in_common, said
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of
from rich.console import Console
from stories.story import BEGIN

from callout.domain.alert import Action, Severity
from callout.domain.errors import Refused, Unavailable
from callout.domain.events import Verb
from callout.domain.hours import Hours, Span
from callout.domain.oncall import (
    Away,
    Condition,
    Contact,
    Maintenance,
    OnCall,
    Policy,
    Responder,
    Rule,
    Team,
    Tier,
)
from callout.domain.priority import Priority, Urgency, When
from callout.domain.schedule import Calendar, Change, Layer, Override, Schedule, Shift, Unit
from infra.cli.explaining import as_json, words
from infra.cli.explaining.clock import Clock
from infra.cli.explaining.people import the_one
from infra.cli.explaining.sentence import Ground
from infra.cli.explaining.why import Verdict, explain

MIDNIGHT = BEGIN.replace(hour=0, tzinfo=None)
DAILY = Layer("daily", "UTC", ("ada", "grace"), Unit.DAY, anchor=MIDNIGHT)
"""Ada today, Grace tomorrow, and so on."""
BOSS_LAST = Tier(("boss",), ("email",))
ROTA_TIER = Policy("checkout", (Tier(("schedule:rota",), ("sms",), 300),), last_resort=BOSS_LAST)

Stage = Callable[..., Mystery]


@pytest.fixture
def stage() -> Stage:
    def set_up(policy: Policy = TWO_TIERS, *responders: Responder, oncall: OnCall | None = None) -> Mystery:
        return Mystery(oncall or oncall_of(policy, *responders))

    return set_up


def rota(policy: Policy = ROTA_TIER, *overrides: Override, people: tuple[Responder, ...] = ()) -> OnCall:
    schedule = Schedule("rota", "Rota", "UTC", (DAILY,), overrides)
    return replace(oncall_of(policy, *people), schedules={"rota": schedule})


def test_not_on_call_then_and_who_was(stage: Stage) -> None:
    mystery = stage(oncall=rota())
    mystery.alert()
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT
    assert "Grace was not on call in Rota then: Ada was, until Sun 22 Nov 00:00:00 UTC." in said(answer)
    assert "the last one had ended at 00:00:00 UTC and the next one begins at Sun 22 Nov 00:00:00 UTC" in said(answer)
    assert "schedules.rota.overrides" in fixes(answer)
    assert "turn: tier 1: Ada (on call in Rota); waits 300 s" in grounds(answer, Ground.LEDGER)
    assert "version 1, by olga" in grounds(answer, Ground.DESCRIPTION)
    assert "schedule rota asked at 03:00:00 UTC" in grounds(answer, Ground.INFERRED)


def test_an_override_had_somebody_else(stage: Stage) -> None:
    hour = timedelta(hours=1)
    mystery = stage(oncall=rota(ROTA_TIER, Override(BEGIN - hour, BEGIN + hour, Change.REPLACE, ("grace",), "ada")))
    mystery.alert()
    assert mystery.why("grace").verdict is Verdict.NOTIFIED
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT
    assert "By the rotation it was Ada; an override said: Grace instead of Ada." in said(answer)


def test_a_swap_had_somebody_else(stage: Stage) -> None:
    hour = timedelta(hours=1)
    mystery = stage(oncall=rota(ROTA_TIER, Override(BEGIN - hour, BEGIN + hour, Change.SWAP, ("ada", "grace"))))
    mystery.alert()
    assert "an override said: Ada and Grace swap." in said(mystery.why("ada"))


def test_an_override_that_was_applied_too_late(stage: Stage) -> None:
    mystery = stage(oncall=rota())
    mystery.alert()
    mystery.told()
    mystery.passes(minutes=3)
    hour = timedelta(hours=1)
    mystery.applies(rota(ROTA_TIER, Override(BEGIN - hour, BEGIN + hour, Change.REPLACE, ("grace",))))
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT
    assert "Version 2 of the description has Grace there at that time, but was applied 180 s after" in said(answer)


def test_an_override_that_nobody_believed_yet(stage: Stage) -> None:
    mystery = stage(oncall=rota())
    mystery.passes(minutes=5)
    hour = timedelta(hours=1)
    mystery.applies(rota(ROTA_TIER, Override(BEGIN - hour, BEGIN + hour, Change.REPLACE, ("grace",))), believed=False)
    mystery.passes(seconds=40)
    mystery.alert()
    answer = mystery.why("grace")
    assert "had gone live only 40 s before the turn: functions believe what they read for up to 60 s" in said(answer)
    assert "version 1" in grounds(answer, Ground.DESCRIPTION)


NIGHTS_ONLY = Condition(urgency=Urgency.HIGH, priorities=(Priority.P1,), support_hours=When.OUTSIDE)


def test_the_tier_was_not_for_such_a_page(stage: Stage) -> None:
    tiers = (Tier(("ada",), ("sms",), 300, condition=NIGHTS_ONLY), Tier(("grace",), ("sms",), 300))
    mystery = stage(replace(TWO_TIERS, tiers=tiers))
    mystery.alert(severity=Severity.WARNING)
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT
    assert "Tier 1's turn, which names Ada, was passed over" in said(answer)
    assert "it is for high urgency, P1, outside of support hours" in said(answer)
    assert "this one was P3, low urgency, inside support hours" in said(answer)
    assert "`when:` of policies.checkout.tiers[0]" in fixes(answer)
    assert mystery.why("grace").verdict is Verdict.NOTIFIED


def test_somebody_answered_before_the_tiers_turn(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=200)
    mystery.answers("ada")
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT_YET
    assert "Grace's turn (tier 2) would have come at 03:05:00 UTC if nobody had answered." in said(answer)
    assert "Ada acknowledged the page at 03:03:20 UTC, 100 s before." in said(answer)
    assert "acknowledged by Ada (SMS link)" in grounds(answer, Ground.LEDGER)
    assert "a shorter `wait:` before tier 2" in fixes(answer)


def test_it_was_over_before_the_tiers_turn(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=290)
    mystery.resolve()
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT
    assert "The page was over at 03:04:50 UTC, 10 s before." in said(answer)


UPGRADE = Maintenance("upgrade", "Upgrade", start=BEGIN - timedelta(hours=1), end=BEGIN + timedelta(hours=1))


def test_a_maintenance_window_held_it(stage: Stage) -> None:
    mystery = stage(oncall=replace(oncall_of(TWO_TIERS), maintenance=(UPGRADE,)))
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT_YET
    assert "maintenance window Upgrade: nobody was to be paged before 04:00:00 UTC" in said(answer)
    assert "the window upgrade under `maintenance`" in fixes(answer)
    assert "maintenance Upgrade: nobody is paged before" in grounds(answer, Ground.LEDGER)


def test_a_summary_spoke_for_it(stage: Stage) -> None:
    mystery = stage(oncall=replace(oncall_of(TWO_TIERS), maintenance=(UPGRADE,)))
    mystery.alert()
    mystery.passes(hours=1, seconds=30)
    mystery.told()
    summary = mystery.page.summary
    assert summary
    ada, grace = mystery.why("ada"), mystery.why("grace")
    assert (ada.verdict, grace.verdict) == (Verdict.SUMMARY, Verdict.NOT)
    assert f"Page {summary} spoke for it, and told Ada at 04:00:10 UTC." in said(ada)
    assert f"Page {summary} spoke for it, and did not tell Grace." in said(grace)
    spokesman = mystery.pages.get(summary)
    assert mystery.why("ada", spokesman).verdict is Verdict.NOTIFIED


def test_the_provider_refused_the_number_and_mail_went_instead(stage: Stage) -> None:
    mystery = stage()
    mystery.sms.fails.append(Refused("opted out"))
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOTIFIED
    assert "The provider refused the text (sms) to Ada (opted out). Then: email instead of sms." in said(answer)
    assert "A mail to Ada was handed over; the provider took it." in said(answer)
    assert "`callout verify ada`" in fixes(answer)
    assert [(row.channel, row.last and row.last.what) for row in answer.rows] == [("sms", "refused"), ("email", "sent")]


def test_every_provider_refused(stage: Stage) -> None:
    mystery = stage()
    mystery.sms.down = mystery.email.down = Refused("no")
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.FAILED
    assert "nobody in tier 1 could be reached" in in_common(mystery.explained("ada")).casefold()


def test_a_receipt_said_that_it_did_not_arrive(stage: Stage) -> None:
    mystery = stage(replace(TWO_TIERS, tiers=(Tier(("boss",), ("email",), 300), *TWO_TIERS.tiers)))
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=20)
    mystery.receipted(1, refused=True, note="bounced")
    mystery.told()
    answer = mystery.why("boss")
    assert answer.verdict is Verdict.LOST
    assert "About the mail to Boss the provider reported later: bounced, so Boss did not get it." in said(answer)
    [row] = answer.rows
    assert row.receipts[0].at == BEGIN + timedelta(seconds=20)


def test_own_rules_kept_the_second_message_for_later(stage: Stage) -> None:
    rules = {Urgency.HIGH: (Rule("sms"), Rule("email", 120))}
    policy = replace(TWO_TIERS, tiers=(Tier(("ada",), (), 300), Tier(("grace",), ("sms",), 300)))
    mystery = stage(policy, replace(ADA, rules=rules), GRACE, BOSS)
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=60)
    assert "By their own rules Ada gets a mail at 03:02:00 UTC if nobody has answered" in said(mystery.why("ada"))
    mystery.passes(seconds=30)
    mystery.answers("ada")
    answer = mystery.why("ada")
    assert "By Ada's own rules a mail was due at 03:02:00 UTC. Ada acknowledged the page at 03:01:30 UTC" in said(
        answer
    )
    assert "30 s before, so it was not sent." in said(answer)
    assert "responders.ada.rules" in fixes(answer)


AWAY = (Away(BEGIN - timedelta(days=1), BEGIN + timedelta(days=1)),)


def test_away_and_the_alternate_stood_in(stage: Stage) -> None:
    mystery = stage(TWO_TIERS, replace(ADA, away=AWAY, alternates=("grace",)), GRACE, BOSS)
    mystery.alert()
    ada, grace = mystery.why("ada"), mystery.why("grace")
    assert ada.verdict is Verdict.NOT
    assert "Tier 1's turn was for Grace. Ada was away until Sun 22 Nov 03:00:00 UTC" in said(ada)
    assert "responders.ada.away" in fixes(ada)
    assert grace.verdict is Verdict.NOTIFIED
    assert "for Ada, who is away" in said(grace)


def test_away_and_nobody_stood_in(stage: Stage) -> None:
    mystery = stage(TWO_TIERS, replace(ADA, away=AWAY), GRACE, BOSS)
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOTIFIED
    assert "away without anybody to stand in" in said(answer)


def test_the_policy_did_not_name_them_when_the_page_was_opened(stage: Stage) -> None:
    linus = Responder("linus", "Linus", (Contact("email", "email", "linus@example.com"),))
    mystery = stage(TWO_TIERS, ADA, GRACE, BOSS, linus)
    mystery.alert()
    mystery.told()
    assert "names Linus nowhere" in said(mystery.why("linus"))
    assert "`notify:` in policies.checkout.tiers" in fixes(mystery.why("linus"))
    mystery.passes(minutes=1)
    wider = replace(TWO_TIERS, tiers=(Tier(("linus",), ("email",), 300), *TWO_TIERS.tiers))
    mystery.applies(oncall_of(wider, ADA, GRACE, BOSS, linus))
    answer = mystery.why("linus")
    assert answer.verdict is Verdict.NOT
    assert "The live description (version 2) does, but a page keeps the policy it was opened with." in said(answer)
    assert "--open-pages follow" in fixes(answer)


def test_an_open_page_followed_a_policy_that_does_not_name_them_any_more(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(minutes=1)
    new = replace(TWO_TIERS, tiers=(TWO_TIERS.tiers[0], Tier(("boss",), ("email",), 60)))
    mystery.applies(replace(oncall_of(new), follow_version=2))
    mystery.passes_told(minutes=5)
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT
    assert "Then the page was given a newer policy, which does not name Grace" in said(answer)
    assert "it follows version 2 of the description" in grounds(answer, Ground.LEDGER)
    assert "names Grace nowhere" not in said(answer)
    assert "Tier 2's turn was for Boss" in said(mystery.why("boss"))


def test_on_call_in_a_schedule_that_the_policy_does_not_ask(stage: Stage) -> None:
    linus = Responder("linus", "Linus", (Contact("email", "email", "linus@example.com"),))
    office = Schedule("office", "Office", "UTC", (replace(DAILY, people=("linus",)),))
    oncall = replace(oncall_of(TWO_TIERS, ADA, GRACE, BOSS, linus), schedules={"office": office})
    mystery = stage(oncall=oncall)
    mystery.alert()
    found = {answer.who: said(answer) for answer in mystery.explained().answers}
    assert set(found) == {"ada", "grace", "boss", "linus"}
    assert "Linus was on call in Office then, which that policy does not ask." in found["linus"]


def test_a_repeat_is_silent_and_news_goes_to_who_answered(stage: Stage) -> None:
    mystery = stage()
    mystery.alert(severity=Severity.ERROR)
    mystery.told()
    mystery.answers("ada")
    for _ in range(3):
        mystery.passes(seconds=10)
        mystery.alert(severity=Severity.ERROR)
    mystery.passes(seconds=90)
    mystery.alert(severity=Severity.CRITICAL)
    mystery.told()
    found = mystery.explained("grace")
    assert "The monitor said it again 3 times, the last time at 03:00:30 UTC, with nothing new" in in_common(found)
    assert "News (worse: error to critical) was told to Ada" in in_common(found)
    assert found.answers[0].verdict is Verdict.NOT_YET
    assert "to tell news" in said(mystery.why("ada"))


def test_removed_from_the_description(stage: Stage) -> None:
    mystery = stage()
    mystery.applies(oncall_of(TWO_TIERS, GRACE, BOSS))
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT
    assert "ada is named there, but was not described any more." in said(answer)
    assert "responders.ada" in fixes(answer)


def test_removed_while_a_message_waited_for_its_time(stage: Stage) -> None:
    rules = {Urgency.HIGH: (Rule("sms"), Rule("email", 120))}
    policy = replace(TWO_TIERS, tiers=(Tier(("ada",), (), 300), Tier(("grace",), ("sms",), 300)))
    mystery = stage(policy, replace(ADA, rules=rules), GRACE, BOSS)
    mystery.alert()
    mystery.passes_told(seconds=60)
    mystery.applies(oncall_of(policy, GRACE, BOSS))
    mystery.passes_told(seconds=61)
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOTIFIED  # by the first one
    assert "The mail had nowhere to go: Ada's contact is not described any more." in said(answer)
    assert len(answer.rows) == 2


def test_without_any_contact_method(stage: Stage) -> None:
    mystery = stage(TWO_TIERS, replace(ADA, contacts=()), GRACE, BOSS)
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT
    assert "Ada has no contact method, so there was nowhere to send it." in said(answer)
    assert "responders.ada.contact" in fixes(answer)


def test_the_tier_was_skipped_as_nobody_was_on_call(stage: Stage) -> None:
    late = replace(DAILY, only=Hours((Span(start=22 * 60, end=60),)))
    schedule = Schedule("rota", "Rota", "UTC", (late,))
    policy = replace(ROTA_TIER, tiers=(*ROTA_TIER.tiers, Tier(("grace",), ("sms",), 300)))
    mystery = stage(oncall=replace(oncall_of(policy), schedules={"rota": schedule}))
    mystery.alert()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOT
    assert "Tier 1's turn was skipped at once: nobody is on call in Rota." in said(answer)
    assert "Ada was not on call in Rota then: nobody was, until 22:00:00 UTC." in said(answer)


def test_the_step_was_late_and_the_watchdog_drove_it(stage: Stage) -> None:
    mystery = stage()
    mystery.machine_down = True
    mystery.alert()
    mystery.now += timedelta(seconds=75)
    assert mystery.watchdog() == 1
    found = mystery.explained("ada")
    assert "It was due at 03:00:00 UTC and came 75 s late." in said(found.answers[0])
    assert "A step was late: due at 03:00:00 UTC, it came 75 s after that." in in_common(found)
    assert "the watchdog drove it" in in_common(found)
    [row] = found.answers[0].rows
    assert (row.due, row.intended and row.intended.at) == (BEGIN, BEGIN + timedelta(seconds=75))


def test_it_was_anothers_turn(stage: Stage) -> None:
    policy = replace(ROTA_TIER, tiers=(Tier(("robin:pair",), ("sms",), 300),))
    mystery = stage(oncall=replace(oncall_of(policy), teams={"pair": Team("pair", "Pair", ("ada", "grace"))}))
    mystery.alert()
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT
    assert "Tier 1's turn was for Ada. In Pair one is asked at a time" in said(answer)
    assert "this time it was not Grace's turn" in said(answer)
    assert "{one_of: pair}" in fixes(answer)


def test_the_services_texts_for_the_day_were_spent(stage: Stage) -> None:
    oncall = oncall_of(replace(TWO_TIERS, repeat=1))
    service = replace(oncall.services["checkout"], texts_per_day=1)
    mystery = stage(oncall=replace(oncall, services={"checkout": service}))
    mystery.alert()
    mystery.passes_told(minutes=15)
    answer = mystery.why("ada")
    assert "A further text to Ada was held back: checkout has had its 1 texts for today." in said(answer)
    assert "Then: email instead of sms." in said(answer)
    assert "services.checkout.texts_per_day" in fixes(answer)


def test_not_yet(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=60)
    answer = mystery.why("grace")
    assert answer.verdict is Verdict.NOT_YET
    [sentence] = answer.sentences
    assert sentence.at == BEGIN + timedelta(minutes=5)
    assert sentence.text == "Still to come: Grace's turn (tier 2), if nobody answers before."
    last = mystery.why("boss")
    assert last.sentences[0].at == BEGIN + timedelta(minutes=15)
    assert "the last resort's turn (Boss)" in said(last)


def test_why_twice(stage: Stage) -> None:
    """The process died between handing over and writing down what the provider said."""
    mystery = stage()
    mystery.dies_after_sending()
    mystery.now += timedelta(seconds=95)
    mystery.watchdog()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.NOTIFIED
    assert "it was sent again: it may have come twice" in said(answer)
    assert "no answer from the provider about sms to Ada; again" in grounds(answer, Ground.LEDGER)
    [row] = answer.rows
    assert len(row.intents) == 2


def test_an_intent_without_an_answer_is_neither(stage: Stage) -> None:
    mystery = stage()
    mystery.dies_after_sending()
    answer = mystery.why("ada")
    assert answer.verdict is Verdict.UNSURE
    assert "It may have gone out, or not." in said(answer)


def test_the_provider_could_not_be_reached(stage: Stage) -> None:
    mystery = stage()
    mystery.sms.down = Unavailable("throttled")
    mystery.alert()
    mystery.passes_told(seconds=200)
    answer = mystery.why("ada")
    assert "could not be reached (throttled)" in said(answer)
    assert "was given up" in said(answer)
    assert answer.verdict is Verdict.NOTIFIED  # by mail


def test_each_must_answer_and_one_was_left_in_peace(stage: Stage) -> None:
    both = Tier(("ada", "grace"), ("sms",), 300, everyone=True)
    mystery = stage(replace(TWO_TIERS, tiers=(both, both)))
    mystery.alert()
    mystery.told()
    mystery.answers("ada")
    mystery.passes_told(minutes=6)
    assert "Ada had answered, and who has answered is left in peace" in said(mystery.why("ada"))
    assert len(mystery.why("grace").rows) == 2


def test_the_page_of_a_monitor_that_acknowledged(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=10)
    mystery.alert(action=Action.ACKNOWLEDGE)
    assert "Alertmanager acknowledged the page at 03:00:10 UTC" in said(mystery.why("grace"))


def test_an_answer_that_was_taken_back_in_time_stopped_nothing(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.told()
    mystery.passes(seconds=100)
    mystery.answers("ada")
    mystery.passes(seconds=30)
    mystery.answers("ada", Verb.UNDO)
    assert "acknowledged" not in said(mystery.why("grace"))
    mystery.passes_told(seconds=170)
    assert mystery.why("grace").verdict is Verdict.NOTIFIED
    assert "Taken back, it is triggered again by Ada" in in_common(mystery.explained("grace"))


def test_by_id_or_name_and_the_nearest_right_word(stage: Stage) -> None:
    twins = (replace(GRACE, name="Ada B"), Responder("linus", "Ada B"))
    mystery = stage(TWO_TIERS, ADA, *twins, BOSS)
    mystery.alert()
    case = mystery.case()
    assert [the_one(case, who) for who in ("ada", " ADA", "linus", "Boss")] == ["ada", "ada", "linus", "boss"]
    for who, told in (
        ("ada b", '"ada b" may be grace or linus; write the id'),
        ("bosss", 'no responder has the id or the name "bosss"; did you mean "boss"?'),
        ("zz", 'no responder has the id or the name "zz"; there are ada, boss, grace and linus'),
        ("x@example.org", "no responder has that id or name; write an id or a name, not a number or an address; there"),
        ("+12025550123", "no responder has that id or name; write an id or a name, not a number or an address; there"),
        ("", "no WHO (an unset shell variable?); write an id or a name, or leave it out for everybody"),
    ):
        with pytest.raises(ClickException, match=re.escape(told)):
            the_one(case, who)


def test_one_row_for_each_notice_from_due_to_answered(stage: Stage) -> None:
    mystery = stage()
    mystery.machine_down = True
    mystery.alert()
    mystery.now += timedelta(seconds=40)
    mystery.watchdog()
    mystery.passes_told(seconds=10)
    mystery.receipted(1, refused=False, note="the phone's network took it")
    mystery.passes(seconds=10)
    mystery.looked("ada")
    mystery.passes(seconds=10)
    mystery.answers("ada")
    told = as_json.of(mystery.page, mystery.explained("ada"), mystery.now)
    [row] = told["people"][0]["notices"]
    assert row == {
        "number": 1,
        "channel": "sms",
        "kind": "page",
        "due_at": "2026-11-21T03:00:00Z",
        "intended_at": "2026-11-21T03:00:40Z",
        "tries": 1,
        "handed_over_at": "2026-11-21T03:00:40Z",
        "provider": "taken",
        "receipts": [{"at": "2026-11-21T03:00:50Z", "note": "the phone's network took it"}],
        "opened_at": "2026-11-21T03:01:00Z",
        "answered_at": "2026-11-21T03:01:10Z",
    }
    assert told["people"][0]["verdict"] == "notified"
    [line] = [line for line in told["people"][0]["because"] if "reported later" in line["text"]]
    assert line["change"] is None


def test_an_answer_stands_with_the_message_whose_link_it_came_by(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(minutes=5)
    mystery.answers("grace")
    by_channel = {row.channel: row for row in mystery.why("grace").rows}
    answer = by_channel["sms"].answer
    assert answer is not None
    assert answer.at == mystery.now
    assert by_channel["email"].answer is None


def test_it_ran_out_and_somebody_answered_again(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(seconds=10)
    mystery.answers("ada")
    mystery.passes_told(hours=1, seconds=20)
    mystery.answers("ada")
    answer = mystery.why("grace")
    assert "would have come at 03:05:00 UTC if nobody had answered. Ada acknowledged the page at 03:00:10" in said(
        answer
    )
    assert "would have come at 04:05:10 UTC if nobody had answered. Ada acknowledged the page at 04:00:30" in said(
        answer
    )
    assert "The acknowledgement by Ada ran out, still open." in in_common(mystery.explained("grace"))


def test_a_link_that_was_opened_when_the_page_knew_the_message_no_more(stage: Stage) -> None:
    mystery = stage()
    mystery.alert()
    mystery.passes_told(minutes=6)
    assert not [notice for notice in mystery.page.notices if notice.responder == "ada"]
    mystery.looked("ada")
    [row] = mystery.why("ada").rows
    assert [entry.at for entry in row.opened] == [mystery.now]


def web_calendar(oncall: OnCall) -> OnCall:
    """The schedule by a calendar of the web, which no version keeps."""
    shifts = (Shift(BEGIN - timedelta(hours=3), BEGIN + timedelta(hours=21), ("ada",)),)
    calendar = Calendar("feed", BEGIN - timedelta(minutes=30), BEGIN + timedelta(days=90), shifts)
    layer = Layer("feed", "UTC", calendar="feed")
    others = Layer("all", "UTC", ("grace",), begins=MIDNIGHT + timedelta(days=1))
    return replace(
        oncall,
        schedules={"rota": Schedule("rota", "Rota", "UTC", (others, layer))},
        calendars={"feed": calendar},
        calendar_sources={"feed": "https://calendar.example.com/feed.ics"},
    )


def test_a_calendar_of_the_web_is_known_as_it_is_now(stage: Stage) -> None:
    oncall = web_calendar(rota())
    mystery = stage(oncall=oncall)
    mystery.alert()
    kept = {number: replace(version, calendars={}) for number, version in mystery.versions.items()}
    case = replace(mystery.case(), read=kept.__getitem__, calendars=oncall.calendars)
    [answer] = explain(case, "grace", Clock(True, BEGIN)).answers
    assert "Grace was not on call in Rota then: Ada was, until Sun 22 Nov 00:00:00 UTC." in said(answer)
    assert "by its calendar as fetched last, at 02:30:00 UTC" in grounds(answer, Ground.INFERRED)


def test_two_of_one_name_are_not_passed_off_as_one(stage: Stage) -> None:
    mystery = stage(TWO_TIERS, ADA, replace(GRACE, name="Ada"), BOSS)
    mystery.alert()
    assert "ada and grace are both called Ada, and the ledger writes names only" in said(mystery.why("grace"))
    assert "both called" not in said(mystery.why("boss"))


def test_a_long_life_is_told_by_its_beginning_and_its_end(stage: Stage) -> None:
    """A page that came back every half hour for two weeks, of which everybody asks."""
    mystery = stage(oncall=rota())
    mystery.alert()
    page = mystery.page
    for number in range(700):
        at = BEGIN + timedelta(minutes=30 * number + 5)
        page = page.noted(at, "step", "due", 0.1)
        page = page.noted(at, "exhausted", "still nobody answered; last resort: Boss")
        page = page.noted(at, "intended", "email to Boss: exhausted", 0.1, notice=number + 2)
        page = page.noted(at, "sent", f"email to Boss: exhausted (m-{number})", notice=number + 2)
    mystery.now = at
    case = replace(mystery.case(), page=page, ledger=page.ledger)
    say = Clock(True, page.opened_at)
    found = explain(case, None, say)
    assert "401 turns in the middle of its life are not gone into here" in in_common(found)
    boss = next(answer for answer in found.answers if answer.who == "boss")
    assert len(boss.rows) == 700
    assert "as last resort" in said(boss)
    screen = Console(width=80)
    with screen.capture() as capture:
        words.write(screen, page, found, say, case.now)
    assert "677 more between the first 6 and the others: --json has them." in capture.get()
    assert len(capture.get().splitlines()) < 150


def test_somebody_of_another_name_is_not_taken_for_them(stage: Stage) -> None:
    """Ada Bee's message is not Ada's."""
    other = replace(GRACE, name="Ada Bee")
    mystery = stage(TWO_TIERS, ADA, other, BOSS)
    mystery.alert()
    mystery.passes_told(minutes=5)
    assert {row.name for row in mystery.why("ada").rows} == {"Ada"}
    assert {row.name for row in mystery.why("grace").rows} == {"Ada Bee"}
