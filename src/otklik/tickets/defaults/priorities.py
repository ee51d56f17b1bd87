"""The five priorities with the times promised for the first answer and the solution."""

from datetime import timedelta

from otklik.tickets.defaults.shape import PriorityOf, said

H = timedelta(hours=1)

PRIORITIES = (
    PriorityOf(
        level=5,
        names=said("Critical", "Критический", "Критичен"),
        reply_within=H,
        solve_within=4 * H,
    ),
    PriorityOf(
        level=4, names=said("High", "Высокий", "Висок"), reply_within=4 * H, solve_within=8 * H
    ),
    PriorityOf(
        level=3,
        names=said("Medium", "Средний", "Среден"),
        reply_within=8 * H,
        solve_within=24 * H,
    ),
    PriorityOf(
        level=2, names=said("Low", "Низкий", "Нисък"), reply_within=24 * H, solve_within=48 * H
    ),
    PriorityOf(
        level=1,
        names=said("Very low", "Очень низкий", "Много нисък"),
        reply_within=48 * H,
        solve_within=96 * H,
    ),
)
