"""Words for the keys of the on-call file: what else they are called, and how they are written."""

from typing import get_args

from infra.cli.description.base import PriorityName

# What other tools, or people, call our keys; difflib finds the mere slips.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "users": ("responders", "people"), "people": ("responders",), "persons": ("responders", "people"),
    "groups": ("teams",), "rotas": ("schedules",), "rotations": ("schedules", "layers"), "calendars": ("schedules",),
    "ladders": ("policies",), "escalation_policies": ("policies",), "monitors": ("services",),
    "windows": ("maintenance",), "downtime": ("maintenance",), "holiday": ("holidays", "not_on"),
    "phone": ("sms",), "mobile": ("sms",), "tel": ("sms",), "mail": ("email",), "address": ("email",),
    "tz": ("timezone",), "zone": ("timezone",),
    "targets": ("notify",), "who": ("notify", "people"), "channels": ("by",), "via": ("by",), "timeout": ("wait",),
    "delay": ("wait",), "steps": ("tiers",), "levels": ("tiers",), "loops": ("repeat",), "fallback": ("last_resort",),
    "keys": ("routing_keys",), "integration_key": ("routing_keys",), "call": ("bridge",), "url": ("runbook",),
    "users_in_order": ("people",), "responders": ("people", "members"), "participants": ("people", "members"),
    "frequency": ("rotate",), "rotation": ("rotate",), "type": ("rotate",), "interval": ("every",),
    "handover": ("handoff",), "begin": ("from", "start"), "begins": ("from", "start"), "start": ("from",),
    "until": ("to", "end"), "end": ("to",), "ends": ("to", "end"), "from": ("start",), "to": ("end",),
    "restrictions": ("only",), "hours": ("support_hours", "open"), "weekdays": ("days",), "except": ("not_on",),
    "replace": ("who",), "with": ("who",), "for": ("instead_of",), "backup": ("alternates",),
    "vacation": ("away",), "ical": ("calendar",), "ics": ("calendar",), "severity": ("priority",),
    "slo": ("respond_within",), "response_targets": ("respond_within",), "team": ("owner",), "if": ("when",),
    "conditions": ("when",), "all": ("everyone",), "recurring": ("every",), "repeats": ("every",),
}  # fmt: skip
EXAMPLES = {
    "contact": "contact: [{email: ada@example.com}]",
    "tiers": "tiers: [{notify: [ada], by: [sms], wait: 5m}]",
    "notify": "notify: [ada]",
    "by": "by: [sms, email]",
    "routing_keys": 'routing_keys: ["..."], with a key made by `callout routing-key`',
    "policy": "policy: checkout",
    "members": "members: [ada, grace]",
    "people": "people: [ada, grace]",
    "layers": "layers: [{rotate: weekly, handoff: monday 09:00, start: 2026-11-23, people: [ada, grace]}]",
    "only": "only: [{days: mon-fri, from: 09:00, to: 17:00}]",
    "open": "open: [{days: mon-fri, from: 07:00, to: 19:00}]",
    "every": "every: [{days: sun, from: 02:00, to: 04:00}]",
    "from": "from: 2026-12-24 09:00",
    "to": "to: 2026-12-26 09:00",
    "within": "within: 30m",
    "inside": "{inside: high, outside: low}",
    "outside": "{inside: high, outside: low}",
    "alternates": "alternates: [grace]",
    "priority": "priority: [P1, P2]",
    "high": "high: [sms, {email: 2m}]",
    "low": "low: [email]",
    "swap": "swap: [ada, grace]",
    "overrides": "overrides: [{from: 2026-12-24 09:00, to: 2026-12-26 09:00, who: grace}]",
    "away": "away: [{from: 2026-12-24 09:00, to: 2026-12-27 09:00}]",
}
EXAMPLES_OF = {("services", "priority"): "priority: {critical: P1, warning: P3}", ("schedules", "every"): "every: 2"}
NOUNS = {
    ("sms", "email"): "a channel",
    get_args(PriorityName): "a priority",
    ("high", "low"): "an urgency",
    ("hourly", "daily", "weekly", "monthly"): "a rotation",
    ("inside", "outside"): "a side of the support hours",
    ("support_hours", "always"): "a clock",
}
