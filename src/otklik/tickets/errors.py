from otklik.core.errors import Invalid


class QueryRefused(Invalid):
    """A query that cannot be understood; the fault stands at one place of its text."""

    code = "query"

    def __init__(
        self, message: str, *, position: int, length: int, nearest: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, fields={"q": message})
        self.position = position
        self.length = length
        self.nearest = nearest
        self.extra = {"position": position, "length": length, "nearest": list(nearest)}
