from procrastinate.contrib.django import app

from otklik.notifications.actions import News, tell_people


@app.task(queue="news", name="notifications.tell")
def tell(kind: str, ticket_id: int, cause: str, actor_id: int | None, to_customer: bool) -> None:  # noqa: FBT001  # a job's arguments
    """Tell everyone concerned of some news."""
    tell_people(
        news=News(
            kind=kind,
            ticket_id=ticket_id,
            cause=cause,
            actor_id=actor_id,
            to_customer=to_customer,
        )
    )
