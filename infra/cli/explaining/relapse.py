"""A problem that was back soon after it had been resolved: its ladder begins higher, and what is below comes last."""

from collections.abc import Iterator
from datetime import timedelta

from callout.domain.local_time import lasting
from callout.domain.oncall import Policy
from callout.domain.page import Entry
from infra.cli.explaining.case import Case
from infra.cli.explaining.course import STARTS
from infra.cli.explaining.membership import named_by
from infra.cli.explaining.sentence import Sentence, described, ledger
from infra.cli.explaining.turns import Turns


def start_of(entry: Entry) -> int:
    """The tier (from 0) at which a page that returned began; 0 for any other line."""
    found = STARTS.search(entry.text) if entry.what == "returned" else None
    return int(found[1]) - 1 if found else 0


def returned(case: Case) -> Entry | None:
    """The line that says so, where it began higher for it."""
    return next((entry for entry in case.ledger if start_of(entry) > 0), None)


def of_everybody(case: Case) -> Iterator[Sentence]:
    entry = returned(case)
    if entry is not None:
        text = f"{_came_back(case)}, so its ladder begins at tier {start_of(entry) + 1}, above where it had stood or "
        text += "as high as the last time; the tiers below have their turn at the end of the first round."
        yield Sentence(entry.at, text, ledger(entry), fix(case.policy_at(entry.at)))


def sentences(view: Turns) -> Iterator[Sentence]:
    """For whom is named by what was left out at first, and not by the tier that it began with."""
    entry = returned(view.case)
    if entry is None:
        return
    start, policy, oncall = start_of(entry), view.case.policy_at(entry.at), view.case.at(entry.at)
    if start >= len(policy.tiers) or view.who in named_by(oncall, policy.tiers[start]):
        return
    for number, tier in enumerate(policy.tiers[:start], 1):
        if view.who in named_by(oncall, tier):
            text = f"Tier {number} was left out at first, since it returned within "
            text += f"{_within(policy)} of being resolved: the ladder begins at tier {start + 1}. "
            text += f"Tier {number}'s turn comes at the end of the first round."
            yield Sentence(entry.at, text, (*ledger(entry), described(view.case, entry.at)), fix(policy))


def fix(policy: Policy) -> str:
    return f"`relapse_within:` of policies.{policy.id} (how soon a problem must return to begin higher)"


def _came_back(case: Case) -> str:
    page = f" ({case.page.predecessor})" if case.page.predecessor else ""
    within = _within(case.policy_at(case.page.opened_at))
    return f"The problem was back within {within} of its last page{page} being resolved"


def _within(policy: Policy) -> str:
    return lasting(timedelta(seconds=policy.relapse_seconds))
