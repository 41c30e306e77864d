"""What the roles of a stack grant, held against what was used of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Found = Mapping[str, Any]
"""What /_local/permissions says."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action of one statement of one role, on one of its resources."""

    role: str
    sid: str
    action: str
    resource: str


def granted(found: Found) -> set[Grant]:
    return {
        Grant(each["role"], each["sid"], action, resource)
        for each in found["granted"]
        if each["allows"]
        for action in each["actions"]
        for resource in each["resources"]
    }


def calls(found: Found) -> Iterable[tuple[frozenset[Grant], int]]:
    """Each kind of call that was allowed: by which grants, any of which would have done, and how often."""
    for each in found["used"]:
        by = {Grant(each["role"], match["sid"], each["action"], match["resource"]) for match in each["matches"]}
        yield frozenset(by), each["count"]


def used(found: Found) -> Counter[Grant]:
    counted: Counter[Grant] = Counter()
    for grants, count in calls(found):
        for grant in grants:
            counted[grant] += count
    return counted


def needed(found: Found) -> set[Grant]:
    """Those without which some call would have been refused."""
    return {grant for grants, _ in calls(found) if len(grants) == 1 for grant in grants}


def refused_without(found: Found, missing: Grant) -> bool:
    """Whether some call would have been refused, had this one not been granted."""
    return any(not grants - {missing} for grants, _ in calls(found))


def values_granted(found: Found) -> set[tuple[str, str, str]]:
    """Role, statement and each value of its conditions."""
    return {(each["role"], each["sid"], value) for each in found["granted"] for value in each["values"]}


def values_used(found: Found) -> set[tuple[str, str, str]]:
    return {
        (each["role"], match["sid"], value)
        for each in found["used"]
        for match in each["matches"]
        for value in match["values"]
    }
