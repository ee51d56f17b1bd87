"""What to change where a server for sending does not do as it should: one sentence."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from otklik.core.post.sending import NotOpened, Step
from otklik.mail.models import Sender

# By step, and by what stands in the words of the fault; the first that fits.
_ADVICE: Final[tuple[tuple[Step, tuple[str, ...], str], ...]] = (
    (
        Step.KEPT,
        ("",),
        gettext_noop(
            "The password or key kept here can no longer be read, because the desk's SECRET_KEY is "
            "another: enter both anew."
        ),
    ),
    (
        Step.TOKENS,
        ("grant:",),
        gettext_noop(
            "The provider no longer honours the consent: give it anew and enter the new refresh "
            "token."
        ),
    ),
    (
        Step.TOKENS,
        ("client:",),
        gettext_noop("The provider does not know this desk: correct the client's id and secret."),
    ),
    (
        Step.TOKENS,
        ("",),
        gettext_noop("No access token was given: correct the address for tokens and the scope."),
    ),
    (
        Step.CONNECT,
        ("name or service", "getaddrinfo", "nodename", "name resolution", "no address"),
        gettext_noop("There is no server called %(host)s: check how it is spelt."),
    ),
    (
        Step.CONNECT,
        ("refused",),
        gettext_noop(
            "Nothing listens on port %(port)s of %(host)s: try 465 with TLS, or 587 with STARTTLS."
        ),
    ),
    (
        Step.CONNECT,
        ("timed out", "unreachable", "no route"),
        gettext_noop(
            "%(host)s does not answer on port %(port)s: check the port, and the firewall between."
        ),
    ),
    (
        Step.CONNECT,
        ("",),
        gettext_noop(
            "%(host)s ended the conversation on port %(port)s: check the port, and whether TLS "
            "begins at once there."
        ),
    ),
    (
        Step.TLS,
        ("wrong version", "record layer"),
        gettext_noop("Port %(port)s does not begin with TLS: choose STARTTLS, or port 465."),
    ),
    (
        Step.TLS,
        ("starttls",),
        gettext_noop("There is no STARTTLS on port %(port)s: choose TLS with port 465."),
    ),
    (
        Step.TLS,
        ("hostname", "ip address"),
        gettext_noop(
            "The certificate is for another name than %(host)s: write the name that it bears."
        ),
    ),
    (
        Step.TLS,
        ("expired",),
        gettext_noop("The certificate of %(host)s has run out: it has to be renewed there."),
    ),
    (
        Step.TLS,
        ("",),
        gettext_noop(
            "Nobody known vouches for the certificate of %(host)s: paste the certificate of who "
            "signed it."
        ),
    ),
    (
        Step.LOGIN,
        ("not offered",),
        gettext_noop(
            "The server takes no password here: leave the login empty, or choose a secured "
            "connection."
        ),
    ),
    (
        Step.LOGIN,
        ("xoauth2", "bearer", "token"),
        gettext_noop(
            "The server does not accept the access token: allow this account to send by programs "
            "at the provider, and check the login and the scope."
        ),
    ),
    (
        Step.LOGIN,
        ("",),
        gettext_noop(
            "The server does not accept the login and password: type both again. Many providers "
            "want a password made for programs."
        ),
    ),
    (
        Step.SENDER,
        ("",),
        gettext_noop(
            "The server does not let this login write as %(address)s: allow that there, or write "
            "from another address."
        ),
    ),
)
_ELSE: Final = gettext_noop(
    "The server does not want to speak with this machine: ask who runs it to let it in."
)


def advice(error: NotOpened, sender: Sender) -> str:
    """Return what to change, by how far the conversation came and in which words it ended."""
    said = error.words.lower()
    fits = (
        text
        for step, needles, text in _ADVICE
        if step == error.step and any(one in said for one in needles)
    )
    values = {"host": sender.host, "port": sender.port, "address": sender.address}
    return _(next(fits, _ELSE)) % values
