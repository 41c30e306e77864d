"""The stories of the exhaustive run: each short enough that everything can go wrong at every call of it, twice."""

from collections.abc import Callable
from dataclasses import replace

from simulation.aws.faults import Kind
from simulation.faults import Fated, Outage
from simulation.stage import Stage, Story

from callout.domain.alert import Severity
from callout.domain.events import Verb

STORIES: list[Story] = []
Script = Callable[[Stage], None]


def story(
    service: str,
    seconds: float,
    skew_seconds: float = 0.0,
    fates: Fated | None = None,
    outages: tuple[Outage, ...] = (),
) -> Callable[[Script], Script]:
    def kept(script: Script) -> Script:
        name = script.__name__.replace("_", " ")
        STORIES.append(Story(name, service, script, seconds, skew_seconds, fates, outages))
        return script

    return kept


@story("two", 70)
def answered_in_the_first_tier(s: Stage) -> None:
    s.alert(1)
    s.answers("ada", 1, 15)
    s.resolved(50)


@story("two", 330)
def nobody_answers(s: Stage) -> None:
    s.alert(1)


@story("two", 200)
def answered_in_the_second_tier(s: Stage) -> None:
    s.alert(1)
    s.answers("grace", 1, 20)
    s.resolved(190)


@story("two", 1150)
def the_acknowledgement_runs_out(s: Stage) -> None:
    s.alert(1)
    s.answers("ada", 1, 10)
    s.answers("ada", 2, 30, Verb.RESOLVE)


@story("two", 330)
def news_for_whoever_answered(s: Stage) -> None:
    s.alert(1, severity=Severity.ERROR, members=("a",))
    s.alert(20, severity=Severity.CRITICAL, members=("a",))
    s.answers("ada", 1, 40)
    s.alert(100, members=("a", "b"))
    s.alert(104, members=("a", "b", "c"))
    s.resolved(300)


@story("everyone", 190)
def each_of_them_must_answer(s: Stage) -> None:
    s.alert(1)
    s.answers("ada", 1, 15)
    s.answers("grace", 1, 40)
    s.resolved(180)


@story("two", 200)
def taken_back(s: Stage) -> None:
    s.alert(1)
    s.answers("ada", 1, 10)
    s.taps("ada", 30, Verb.UNDO)
    s.answers("grace", 1, 10, Verb.RESOLVE)


@story("two", 250)
def it_comes_back(s: Stage) -> None:
    s.alert(1)
    s.resolved(30)
    s.alert(60)
    s.answers("grace", 1, 20)
    s.resolved(230)


@story("forever", 150)
def taken_back_as_it_returns(s: Stage) -> None:
    s.alert(1)
    s.answers("ada", 1, 10, Verb.RESOLVE)
    s.alert(20)
    s.taps("ada", 20, Verb.UNDO)
    s.taps("ada", 100, Verb.ACKNOWLEDGE)


@story("robin", 190)
def they_take_turns(s: Stage) -> None:
    s.alert(1)
    s.answers("joan", 1, 20)
    s.resolved(170)


@story("refused", 100)
def a_number_that_does_not_exist(s: Stage) -> None:
    s.alert(1)
    s.answers("linus", 1, 30)
    s.resolved(90)


@story("rules", 200)
def by_their_own_rules(s: Stage) -> None:
    s.alert(1)
    s.answers("mary", 2, 20)
    s.resolved(190)


@story("held", 500)
def after_maintenance(s: Stage) -> None:
    s.alert(10, "disk")
    s.alert(20, "cpu")
    s.answers("ada", 1, 30)
    s.resolved(400, "disk")
    s.resolved(410, "cpu")


@story("target", 300)
def the_response_target_is_at_risk(s: Stage) -> None:
    s.alert(1)
    s.answers("grace", 1, 30)
    s.resolved(280)


@story("two", 330)
def the_description_changes(s: Stage) -> None:
    s.alert(1)
    s.described(60, 3)  # Grace is removed
    s.deployed(61)
    s.described(200, 5)  # the policy is deleted


@story("two", 120)
def several_at_once(s: Stage) -> None:
    for key in ("disk", "cpu"):
        s.alert(1, key)
        s.alert(1, key)
    s.answers("ada", 1, 15)
    s.answers("ada", 2, 16)
    s.resolved(90, "disk")
    s.resolved(90, "cpu")


@story("two", 330, fates=Fated(execution="never"))
def the_machine_never_starts(s: Stage) -> None:
    s.alert(1)
    s.answers("grace", 1, 20)
    s.resolved(320)


@story("two", 200, skew_seconds=2)
def the_clocks_are_apart(s: Stage) -> None:
    s.alert(1)
    s.answers("grace", 1, 20)
    s.resolved(190)


HANGING = Outage("sns", 0, 45, Kind.LATE)
"""Longer than a step may send: the last of the crowd is left for the next."""


@story("crowd", 100, outages=(HANGING,))
def the_provider_hangs(s: Stage) -> None:
    s.alert(1)
    s.answers("crowd6", 1, 10)
    s.resolved(95)


@story("crowd", 160, outages=(HANGING,))
def taken_back_while_the_provider_hangs(s: Stage) -> None:
    s.alert(1)
    s.answers("crowd1", 1, 35)
    s.taps("crowd1", 50, Verb.UNDO)
    s.answers("crowd6", 1, 10)
    s.resolved(155)


@story("small", 230)
def the_mail_comes_back(s: Stage) -> None:
    s.alert(1)
    s.comes_back("grace", 1, 10)
    s.answers("grace", 2, 20)
    s.resolved(220)


@story("small", 230)
def the_mail_comes_back_meanwhile(s: Stage) -> None:
    s.alert(1)
    s.comes_back("grace", 1, 10)
    s.taps("ada", 125, Verb.ACKNOWLEDGE)
    s.taps("ada", 140, Verb.UNDO)
    s.answers("grace", 2, 20)
    s.resolved(220)


UNSAVED = Outage("dynamodb", 110, 200, Kind.REJECTED, frozenset({"PutItem", "TransactWriteItems"}))


@story("two", 250, outages=(UNSAVED,))
def the_page_cannot_be_saved_for_a_while(s: Stage) -> None:
    s.alert(1)
    s.answers("grace", 1, 20)


ALL = {each.name: each for each in STORIES}
VARIANTS = [replace(STORIES[1], name="nobody answers, twice the machine", fates=Fated(execution="twice"))]
