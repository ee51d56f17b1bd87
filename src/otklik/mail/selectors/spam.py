"""What the learning filter thinks of a letter, and how that is said."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from django.utils.translation import gettext as _

from otklik.core.letters import Letter as ReadLetter
from otklik.core.letters.suspicion import Learned, Suspicion, suspicion
from otklik.core.letters.verdicts import Standing
from otklik.core.prepared import prepared_cursor
from otklik.mail.models import Letter, SpamMemory

NEEDED: Final = 50
"""Letters of each kind that were learned before the filter may put one in quarantine."""
_COUNTS: Final = "SELECT key, spam, ham FROM mail_spamtrait WHERE key = ANY(%s::bigint[])"


def spam_memory() -> Learned:
    """Return how many letters of each kind were learned."""
    found = SpamMemory.objects.order_by().values_list("spam", "ham").first()
    return Learned(*found) if found else Learned()


def may_judge(letters: Learned) -> bool:
    """Say whether enough of both kinds was learned to act on what is thought."""
    return min(letters.spam, letters.ham) >= NEEDED


def traits_of(read: ReadLetter, standing: str) -> list[str]:
    """Return the traits of a letter with its sender's domain, marked where that is not proven.

    Whoever borrows the domain of a customer does not get what was learned of the customer.
    """
    if read.sender is None:
        return list(read.traits)
    domain = read.sender.key.rpartition("@")[2][:50]
    word = "from" if standing == Standing.PASS else "claims"
    return [f"{word}:{domain}", *read.traits]


def suspicion_of(traits: Sequence[str], letters: Learned) -> Suspicion:
    """Weigh the traits of a letter; one statement. Some letters of both kinds are learned."""
    named = dict(zip(keys_of(traits), traits, strict=True))
    with prepared_cursor() as cursor:
        cursor.execute(_COUNTS, [listed(named)])
        found = [(named[key], Learned(spam, ham)) for key, spam, ham in cursor.fetchall()]
    return suspicion(found, letters)


def keys_of(traits: Iterable[str]) -> list[int]:
    """Return by what the database knows traits: 64 bits of a sum, so that no word is kept."""
    return [_key(one.encode("utf-8", "surrogatepass")) for one in traits]


def _key(said: bytes) -> int:
    return int.from_bytes(blake2b(said, digest_size=8).digest(), signed=True)


def listed(keys: Iterable[int]) -> str:
    """Return keys as an array in PostgreSQL's own words, which are made quickly."""
    return f"{{{','.join(map(str, keys))}}}"


def score_words(letter: Letter) -> str:
    """Say what the filter thought of a letter; "" where it was not asked."""
    if letter.spam_percent is None:
        return ""
    return _("Spam score %(percent)d of 100") % {"percent": letter.spam_percent}


def trait_words(letter: Letter) -> list[str]:
    """Say which traits spoke against a letter most."""
    return [_in_words(one) for one in letter.spam_traits]


def _in_words(trait: str) -> str:
    kind, colon, rest = trait.partition(":")
    if not colon:
        return trait
    marks = {
        "list": _("came through a list"),
        "html-alone": _("only as HTML"),
        "answers-elsewhere": _("wants answers elsewhere"),
        "many-links": _("very many links"),
        "no-words": _("no words"),
        "hidden-text": _("hidden text"),
        "bodies-differ": _("two different texts"),
        "name-holds-address": _("an address in the name"),
        "confusable-name": _("a name like another"),
        "confusable-address": _("an address like another"),
    }
    match kind:
        case "mark":
            return marks.get(rest, rest)
        case "file":
            return f".{rest}"
        case "from" | "claims":
            return f"@{rest}"
        case _:
            return rest
