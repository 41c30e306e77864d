"""Every target there is."""

from fuzz import answers, gateway, of_intake, of_receipts, parsers

_ALL = (*parsers.TARGETS, *of_intake.TARGETS, *answers.TARGETS, *gateway.TARGETS, *of_receipts.TARGETS)
TARGETS = {each.name: each for each in _ALL}
