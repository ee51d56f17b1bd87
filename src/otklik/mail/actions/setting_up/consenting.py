"""What is said of a consent by OAuth2, for mailboxes and senders alike."""

from urllib.parse import urlsplit


def is_token_address(url: str) -> bool:
    """Tell whether tokens may be asked for there: secured, or on this very machine."""
    try:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1"}
        return bool(parts.hostname) and is_safe and (parts.port or 1) > 0
    except ValueError:
        return False
