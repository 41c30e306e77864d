"""Which message somebody got and answered, when it was due, and why it came by that way."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from mystery import Mystery, fixes, grounds, said
from people import ADA, BOSS, GRACE, TWO_TIERS, oncall_of

from callout.domain.errors import Refused
from callout.domain.oncall import Condition, Contact, Policy, Responder, Rule, Tier
from callout.domain.priority import Urgency
from infra.cli.explaining import as_json
from infra.cli.explaining.sentence import Ground
from infra.cli.explaining.why import Answer

LINUS = Responder("linus", "Linus", (Contact("email", "email", "linus@example.com"),))


def named(answer: Answer) -> dict[str, list[str]]:
    """Channel and provider's word of the rows that were opened, and that were answered."""

    def words(which: str) -> list[str]:
        return [f"{row.channel} {row.last.what if row.last else '?'}" for row in answer.rows if getattr(row, which)]

    return {"opened": words("opened"), "answered": words("answer")}


def test_neither_opened_nor_answered_where_nothing_was_delivered() -> None:
    oncall = oncall_of(replace(TWO_TIERS, tiers=(Tier(("grace",), ("sms",), 60),), repeat=3))
    service = replace(oncall.services["checkout"], texts_per_day=1)
    mystery = Mystery(replace(oncall, services={"checkout": service}))
    mystery.alert()
    mystery.passes_told(seconds=130)
    mystery.looked("grace")
    mystery.answers("grace")
    assert mystery.page.ledger[-1].notice > 1  # the last text that was made, held back
    answer = mystery.why("grace")
    assert named(answer) == {"opened": ["sms sent"], "answered": ["sms sent"]}
    assert answer.rows[0].opened
    assert answer.rows[0].answer


def test_opened_before_the_second_message_came() -> None:
    mystery = Mystery(oncall_of(replace(TWO_TIERS, tiers=(Tier(("grace",), ("sms",), 60),), repeat=1)))
    mystery.alert()
    mystery.passes_told(seconds=30)
    mystery.looked("grace")
    mystery.passes_told(seconds=40)
    assert [bool(row.opened) for row in mystery.why("grace").rows if row.channel == "sms"] == [True, False]


def test_a_link_of_which_no_message_is_known_is_told_all_the_same() -> None:
    mystery = Mystery(oncall_of(TWO_TIERS))
    mystery.sms.down = Refused("no")
    mystery.alert()
    mystery.told()
    mystery.looked("ada", "SMS link")
    answer = mystery.why("ada")
    assert named(answer)["opened"] == []
    assert "A link to Ada was opened" in said(answer)


@pytest.mark.parametrize("micros", [400_000, 999_600])
@pytest.mark.parametrize("late", [75.0001, 75.9996])
def test_due_at_the_second_that_the_ledger_says(micros: int, late: float) -> None:
    mystery = Mystery(oncall_of(TWO_TIERS))
    mystery.now += timedelta(microseconds=micros)
    mystery.machine_down = True
    mystery.alert()
    mystery.now += timedelta(seconds=late)
    mystery.watchdog()
    mystery.told()
    mystery.now += timedelta(minutes=7)
    mystery.watchdog()
    for who, began in (("ada", "Tier 1's turn"), ("grace", "Tier 2's turn")):
        told = as_json.of(mystery.page, mystery.explained(who), mystery.now)["people"][0]["notices"][0]
        due, came = told["due_at"][11:19], told["intended_at"][11:19]
        [step] = [e for e in mystery.page.ledger if e.what == "step" and f"{e.at:%T}" == came]
        assert step.text == f"due {due} UTC"
        between = datetime.fromisoformat(told["intended_at"]) - datetime.fromisoformat(told["due_at"])
        line = next(each.text for each in mystery.why(who).sentences if each.text.startswith(began))
        assert line.endswith(f"It was due at {due} UTC and came {between.seconds} s late.")


def test_told_by_the_first_contact_for_want_of_the_tiers_channel() -> None:
    mystery = Mystery(oncall_of(replace(TWO_TIERS, tiers=(Tier(("ada", "linus"), ("sms",), 300),)), ADA, LINUS, BOSS))
    mystery.alert()
    answer = mystery.why("linus")
    assert (
        "Tier 1 tells people by sms, which Linus does not have: whoever has none of the ways asked for is told by "
        "their first contact instead, here by mail."
    ) in said(answer)
    assert "sms in responders.linus.contact, or `by:` of that tier of policies.checkout" in fixes(answer)
    assert "the first contact, where none" in grounds(answer, Ground.INFERRED)
    assert "does not have" not in said(mystery.why("ada"))


def test_told_by_the_first_contact_for_want_of_what_their_own_rules_say() -> None:
    person = replace(LINUS, rules={Urgency.HIGH: (Rule("sms"),)})
    mystery = Mystery(oncall_of(replace(TWO_TIERS, tiers=(Tier(("linus",), (), 300),)), person, BOSS))
    mystery.alert()
    assert "By their own rules Linus is told by sms, which Linus does not have" in said(mystery.why("linus"))


def test_told_by_the_first_contact_after_a_tier_that_was_passed_over() -> None:
    low = Tier(("ada",), ("sms",), 300, condition=Condition(urgency=Urgency.LOW))
    mystery = Mystery(oncall_of(replace(TWO_TIERS, tiers=(low, Tier(("linus",), ("sms",), 300))), ADA, LINUS, BOSS))
    mystery.alert()
    assert "Tier 2 tells people by sms, which Linus does not have" in said(mystery.why("linus"))


MAIL = Tier(("ada", "grace"), ("email",), 300)


def refused(code: str, policy: Policy) -> str:
    mystery = Mystery(oncall_of(policy, ADA, GRACE, BOSS))
    mystery.email.down = Refused(code)
    mystery.alert()
    return next(each.fix for each in mystery.why("grace").sentences if "refused the mail" in each.text)


def test_a_refused_mail_may_be_the_senders_fault() -> None:
    several = refused("MessageRejected", replace(TWO_TIERS, tiers=(MAIL,)))
    assert several.startswith("either the sender is not verified in SES")
    assert several.endswith("; or responders.grace.contact, and `callout verify grace`")
    one = refused("MessageRejected", replace(TWO_TIERS, tiers=(replace(MAIL, targets=("grace",)),)))
    assert one.startswith("responders.grace.contact, and `callout verify grace`; or either the sender")


def test_a_refusal_of_the_sender_or_the_account_blames_nobody() -> None:
    assert "responders." not in refused("SendingPausedException", replace(TWO_TIERS, tiers=(MAIL,)))
    permission = refused("AccessDeniedException", replace(TWO_TIERS, tiers=(MAIL,)))
    assert permission == "the functions' permission for ses:SendEmail"
