"""The same three people in every test: Ada in tier 1, Grace in tier 2, the boss as the last resort."""

from callout.domain.oncall import Contact, OnCall, Policy, Responder, Service, Tier

ADA = Responder("ada", "Ada", (Contact("sms", "sms", "+12025550101"), Contact("email", "email", "ada@example.com")))
GRACE = Responder(
    "grace", "Grace", (Contact("sms", "sms", "+12025550102"), Contact("email", "email", "grace@example.com"))
)
BOSS = Responder("boss", "Boss", (Contact("email", "email", "boss@example.com"),))


def oncall_of(policy: Policy, *responders: Responder) -> OnCall:
    return OnCall(
        version=1,
        services={
            "checkout": Service("checkout", "Checkout", policy.id, runbook="https://runbooks.example.com/checkout")
        },
        policies={policy.id: policy},
        responders={responder.id: responder for responder in responders or (ADA, GRACE, BOSS)},
    )


TWO_TIERS = Policy(
    id="checkout",
    tiers=(Tier(("ada",), ("sms",), 300), Tier(("grace",), ("sms", "email"), 600)),
    last_resort=Tier(("boss",), ("email",)),
)
