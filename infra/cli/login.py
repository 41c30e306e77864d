"""Who sits before this command."""

import getpass

from callout.domain.text import clean, cut

NAME_CHARS_MAX = 40


def login_name() -> str:
    """For the ledger. A container may know no user at all."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = ""
    return cut(clean(name), NAME_CHARS_MAX) or "the operator"
