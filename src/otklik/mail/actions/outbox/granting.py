"""Access tokens by which senders sign in, kept in the process while they last."""

import threading
from typing import Final

from otklik.core.post.oauth import Consent, Grant, refreshed
from otklik.core.post.sending import NotOpened, Step
from otklik.core.post.trouble import Trouble
from otklik.core.secrecy import hide, reveal
from otklik.mail.models import Sender

FOR_SENDER: Final = "sender"
FOR_CLIENT: Final = "sender's client"
_grants: Final[dict[tuple[object, ...], Grant]] = {}
_lock: Final = threading.Lock()


def token_for(sender: Sender) -> str:
    """Return an access token that is fresh, asking the provider where there is none.

    Keeps the refresh token that a provider gave in place of ours, unless a person gave one.
    Raises NotOpened at the step of tokens, Unreadable.
    """
    with _lock:
        known = _grants.get(_key(sender))
    if known is not None and known.is_fresh:
        return known.token
    before = bytes(sender.secret)
    hidden = bytes(sender.client_secret)
    client_secret = reveal(hidden, FOR_CLIENT) if hidden else ""
    token = reveal(before, FOR_SENDER) if before else ""
    consent = Consent(sender.token_url, sender.client_id, client_secret, token, sender.scope)
    try:
        grant = refreshed(consent)
    except Trouble as trouble:
        raise NotOpened(Step.TOKENS, f"{trouble.kind}: {trouble.said}") from None
    if grant.refresh_token:
        new = hide(grant.refresh_token, FOR_SENDER)
        if Sender.objects.filter(pk=sender.pk, secret=before).update(secret=new):
            sender.secret = new
    with _lock:
        _grants[_key(sender)] = grant
    return grant.token


def forget_token(sender: Sender) -> bool:
    """Ask for another one next time; tell whether one was kept."""
    with _lock:
        return _grants.pop(_key(sender), None) is not None


def _key(sender: Sender) -> tuple[object, ...]:
    return sender.pk, sender.token_url, sender.client_id, sender.scope, bytes(sender.secret)
