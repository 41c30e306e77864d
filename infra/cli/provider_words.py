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


def what_to_do(channel: str, code: str) -> str:
    if code in _DENIED:
        return f"your AWS credentials may not do this: ask for the right {_ACTIONS.get(channel, 'to send')}"
    return _FIXES.get(channel, {}).get(code, "look the code up in AWS's documentation; the next contact method is used")
