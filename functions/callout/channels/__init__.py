"""One way to reach a person each: a channel takes an address and a brief, and hands it over or says why it cannot.

What the verbs expect of one is `callout.world.Channel`. It knows its provider and its own shape of message; nothing
about pages, policies or other channels.
"""
