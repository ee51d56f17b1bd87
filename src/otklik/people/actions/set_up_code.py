"""What proves, before anyone has an account, that one runs the desk and is no passer-by."""

import hmac
from base64 import b32encode
from hashlib import sha256
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.people.actions.throttle import count_try, forgive_one

GROUPS, SIGNS = 5, 4  # 100 bits
FREE_TRIES = 20


def set_up_code() -> str:
    """Return the code of this desk, which who starts it reads on the console.

    It is good until the desk is set up; it hangs on the secret key alone, so every process of
    the desk knows the same.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), b"otklik: set-up code", sha256).digest()
    text = b32encode(digest).decode()
    return "-".join(text[place : place + SIGNS] for place in range(0, GROUPS * SIGNS, SIGNS))


def set_up_link() -> str:
    """Return the address of the first page with the code in it."""
    page = urljoin(settings.OTKLIK_BASE_URL + "/", reverse("welcome")[1:])
    return f"{page}?{urlencode({'code': set_up_code()})}"


def ensure_set_up_code(*, code: str, address: str) -> None:
    """Refuse a wrong code; case, spaces and dashes are nothing. Raises Invalid, TooMany."""
    subject = f"set-up from:{address}"
    count_try(subject, free=FREE_TRIES)
    if not constant_time_compare(_bare(code), _bare(set_up_code())):
        raise Invalid(fields={"code": _("This is not the code of this desk.")})
    forgive_one(subject)


def _bare(code: str) -> str:
    kept = "".join(sign for sign in code[:100] if sign.isascii() and sign.isalnum())
    return kept.upper()
