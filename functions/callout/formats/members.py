"""Names for what is in a group of alerts, so that a group that grows can be told from one that is merely repeated.

A name stays the same while its alert fires: it is made of labels, never of annotations, whose values change.
"""

import re
from collections.abc import Iterable, Mapping

from callout.formats.reading import objects, scalars, string
from callout.formats.text import line, short_hash

MEMBERS_MAX = 1_000
"""Who already looks at a thousand alerts need not be told of one more."""
COUNTED_MAX = 100

_LABELS = re.compile(r"^Labels:\n((?: - [^\n]*(?:\n|\Z))*)", re.MULTILINE)


def names(of: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(of)))[:MEMBERS_MAX]


def counted(number: int) -> tuple[str, ...]:
    """Where only the size of a group is known: it gains "#4" when it grows from three to four."""
    return tuple(f"#{each}" for each in range(1, min(number, COUNTED_MAX) + 1))


def name(fingerprint: object, labels: Mapping[str, str]) -> str:
    """Alertmanager's fingerprint; where a template left it out, a hash of the labels."""
    return line(string(fingerprint), 64) or short_hash(*(f"{label}={labels[label]}" for label in sorted(labels)))


def in_list(firing: object) -> tuple[str, ...]:
    """What fires, as Alertmanager's newer default for PagerDuty sends it: a list of alerts."""
    return names(name(alert.get("fingerprint"), scalars(alert.get("labels"))) for alert in objects(firing))


def in_text(firing: str) -> tuple[str, ...]:
    """What fires, as Alertmanager's older default for PagerDuty writes it: one "Labels:" block per alert."""
    return names(short_hash(labels.strip()) for labels in _LABELS.findall(firing))
