"""What providers tell later about messages that they had taken: one file for each way in which it comes.

They are tolerant of machines: an event of an unknown kind tells nothing, and what cannot be read is Malformed in words
that repeat none of it, because addresses and phone numbers stand in it.
"""
