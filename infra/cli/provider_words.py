"""What a provider's refusal means, and what to do about it; by its code, because its message repeats the address."""

_IDENTITIES = "SES console, Configuration: Identities"
_NUMBER = "SNS does not take this number: write it in full, like +442079460123"
_TEXTS = "SNS console, Text messaging (SMS)"
_FIXES = {
    "sms": {
        "InvalidParameter": _NUMBER,
        "InvalidParameterValue": _NUMBER,
        "OptedOut": f"this phone has answered STOP: take it off the opt-out list ({_TEXTS})",
        "UserError": f"in the SMS sandbox only verified numbers get messages: verify this one ({_TEXTS})",
    },
    "email": {
        "MessageRejected": "either the sender is not verified in SES, or the account is in the SES sandbox and this "
        f"address is not verified: verify it ({_IDENTITIES}), or ask for production access",
        "MailFromDomainNotVerifiedException": f"SES does not find the sender's MAIL FROM domain: see {_IDENTITIES}",
        "AccountSuspendedException": "AWS has stopped mail from this account: write to AWS Support",
        "SendingPausedException": "sending is paused for this account: see SES console, Account dashboard",
        "NotFoundException": f"SES does not know the sender: verify it ({_IDENTITIES})",
        "BadRequestException": "SES does not take this address or the sender's: look at how both are written",
        "LimitExceededException": "the account's sending quota is used up: see SES console, Account dashboard",
    },
}
_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException")
_ACTIONS = {"sms": "sns:Publish", "email": "ses:SendEmail"}


_ACCOUNTS = frozenset(
    {
        "MailFromDomainNotVerifiedException",
        "AccountSuspendedException",
        "SendingPausedException",
        "NotFoundException",
        "LimitExceededException",
    }
)
"""Codes that speak of the sender or of the account, whoever it was for."""


def refusal(channel: str, code: str, who: str, several: bool) -> str:
    """Where to look after a provider's final no to a message of a page; `several`: it refused others' alike."""
    theirs = f"responders.{who}.contact, and `callout verify {who}`"
    if code in _DENIED:
        return f"the functions' permission for {_ACTIONS.get(channel, 'sending')}"
    if code in _ACCOUNTS:
        return _FIXES["email"][code]
    if channel != "email":
        return theirs
    sender = _FIXES["email"].get(code, f"the sender, which SES may not have verified ({_IDENTITIES})")
    return f"{sender}; or {theirs}" if several else f"{theirs}; or {sender}"


def what_to_do(channel: str, code: str) -> str:
    if code in _DENIED:
        return f"your AWS credentials may not do this: ask for the right {_ACTIONS.get(channel, 'to send')}"
    return _FIXES.get(channel, {}).get(code, "look the code up in AWS's documentation; the next contact method is used")
