"""What no single value can show: references between parts of the on-call file, doubles, and what nobody uses.

What can be seen in the tree as read is looked for there rather than in the models, so that a mistake in one place
hides none in another.
"""

from collections.abc import Iterator
from datetime import datetime

from infra.cli.description.agreements import agreements
from infra.cli.description.alternates import alternates
from infra.cli.description.calendars import calendars
from infra.cli.description.clocks import clocks
from infra.cli.description.dates import dates
from infra.cli.description.doubles import doubles, routing_keys, shared_ids
from infra.cli.description.idle import idle
from infra.cli.description.model import Parts
from infra.cli.description.problem import Finding, Problem
from infra.cli.description.promises import targets_met
from infra.cli.description.reach import reach
from infra.cli.description.read import oncall_of
from infra.cli.description.references import references, unknown
from infra.cli.description.rules import rules
from infra.cli.description.unused import unused
from infra.cli.description.yaml_tree import Tree


def check(tree: Tree, parts: Parts, now: datetime) -> list[Problem]:
    """`parts` is what of the tree is sound: enough of it to compare targets with waits."""
    return [tree.problem(*finding) for finding in _findings(tree, parts, now)]


def _findings(tree: Tree, parts: Parts, now: datetime) -> Iterator[Finding]:
    named = references(tree)
    wrong = unknown(tree, named) if tree.whole else []
    yield from wrong
    yield from shared_ids(tree)
    yield from doubles(tree)
    yield from routing_keys(tree)
    yield from alternates(tree)
    yield from reach(tree)
    yield from rules(tree)
    if tree.whole and not wrong:  # a misspelt reference would make its right one look unused
        yield from unused(tree, named)
    yield from calendars(tree)
    yield from dates(tree, now)
    yield from clocks(tree)
    yield from agreements(tree)
    sound = oncall_of(parts)
    yield from idle(tree, sound, now)
    yield from targets_met(sound, now)
