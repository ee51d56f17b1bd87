from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id at OWASP's first choice (Password Storage Cheat Sheet): 46 MiB, one pass.

    Django's own 100 MiB would let a few wrong passwords at once fill a small machine.
    """

    time_cost = 1
    memory_cost = 47104
    parallelism = 1
