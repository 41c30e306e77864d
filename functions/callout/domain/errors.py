"""What can go wrong outside, in two words, and what can be wrong with what we are told."""


class Refused(Exception):
    """The other side said no for good: the same request will not succeed. Do not retry, go on to the next way."""


class Unavailable(Exception):
    """The other side could not answer now: the same request may succeed later. Retry."""


class Impossible(Unavailable):
    """It could not be done, and the fault lies in what it was to be done with: later will be the same."""


class Contended(Unavailable):
    """Others were faster, time and again."""


class Malformed(ValueError):
    """A request that its format does not allow.

    `problems` are sentences that name the field and the fix, ready to be shown to whoever sent it.
    """

    def __init__(self, *problems: str, unreadable: bool = False) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.unreadable = unreadable
        """True when the body could not even be taken apart (not JSON, not an object)."""
