from hypothesis import settings

# No test here may fail because the machine is busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
