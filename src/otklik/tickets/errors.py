from django.utils.translation import gettext as _

from otklik.core.errors import Conflict, Invalid


class SentBefore(Conflict):
    """The key of this page has sent something else already: it needs a fresh one."""


class QueryRefused(Invalid):
    """A query that cannot be understood; the fault stands at one place of its text.

    Each of the `nearest` words may stand there instead.
    """

    code = "query"

    def __init__(
        self, message: str, *, position: int, length: int, nearest: tuple[str, ...] = ()
    ) -> None:
        whole = f"{message} {did_you_mean(nearest)}" if nearest else message
        super().__init__(whole, fields={"q": whole})
        self.said = message  # without the words that may be meant
        self.position = position
        self.length = length
        self.nearest = nearest
        self.extra = {"position": position, "length": length, "nearest": list(nearest)}


def did_you_mean(words: tuple[str, ...]) -> str:
    return _("Did you mean: %(words)s?") % {"words": ", ".join(words)}
