"""The default flow: seven statuses and the ways between them."""

from otklik.tickets.defaults.shape import StatusOf, Way, said

NAMES = said("Support", "Поддержка", "Поддръжка")

STATUSES = (
    StatusOf(key="new", names=said("New", "Новая", "Нова")),
    StatusOf(key="assigned", names=said("Assigned", "Назначена", "Възложена")),
    StatusOf(key="progress", names=said("In progress", "В работе", "В работа")),
    StatusOf(key="pending", names=said("Pending", "Ждёт ответа", "Чака отговор")),
    StatusOf(key="resolved", names=said("Resolved", "Решена", "Решена")),
    StatusOf(key="closed", names=said("Closed", "Закрыта", "Затворена")),
    StatusOf(key="reopened", names=said("Reopened", "Открыта заново", "Отворена отново")),
)

ASSIGN = said("Assign", "Назначить", "Възлагане")
START = said("Start work", "Взять в работу", "Започване на работа")
ASK = said("Ask the customer", "Запросить сведения", "Запитване към клиента")
RESUME = said("Continue work", "Продолжить работу", "Продължаване на работата")
RESOLVE = said("Offer a solution", "Предложить решение", "Предлагане на решение")
RETURN = said("Back to the queue", "Вернуть в очередь", "Връщане в опашката")
SET_ASIDE = said("Set aside", "Отложить", "Оставяне за по-късно")
CONFIRM = said("Confirm the solution", "Подтвердить решение", "Потвърждаване на решението")
REJECT = said("It is not solved", "Не решено", "Не е решено")
REOPEN = said("Open again", "Открыть заново", "Отваряне отново")
CLOSE = said("Close", "Закрыть", "Затваряне")

TRANSITIONS = (
    Way(source="new", target="progress", assignee=True, names=START),
    Way(source="new", target="assigned", assignee=True, names=ASSIGN),
    Way(source="new", target="pending", message=True, names=ASK),
    Way(source="new", target="resolved", message=True, names=RESOLVE),
    Way(source="new", target="closed", who="coordinator", customer=True, names=CLOSE),
    Way(source="assigned", target="progress", names=START),
    Way(source="assigned", target="pending", message=True, names=ASK),
    Way(source="assigned", target="resolved", message=True, names=RESOLVE),
    Way(source="assigned", target="new", names=RETURN),
    Way(source="assigned", target="closed", who="coordinator", customer=True, names=CLOSE),
    Way(source="progress", target="resolved", message=True, names=RESOLVE),
    Way(source="progress", target="pending", message=True, names=ASK),
    Way(source="progress", target="assigned", assignee=True, names=SET_ASIDE),
    Way(source="progress", target="new", names=RETURN),
    Way(source="progress", target="closed", who="coordinator", customer=True, names=CLOSE),
    Way(source="pending", target="progress", customer=True, names=RESUME),
    Way(source="pending", target="resolved", message=True, names=RESOLVE),
    Way(source="pending", target="closed", customer=True, names=CLOSE),
    Way(source="resolved", target="closed", customer=True, names=CONFIRM),
    Way(source="resolved", target="reopened", customer=True, names=REJECT),
    Way(source="closed", target="reopened", customer=True, names=REOPEN),
    Way(source="reopened", target="progress", assignee=True, names=START),
    Way(source="reopened", target="assigned", assignee=True, names=ASSIGN),
    Way(source="reopened", target="pending", message=True, names=ASK),
    Way(source="reopened", target="resolved", message=True, names=RESOLVE),
    Way(source="reopened", target="closed", who="coordinator", customer=True, names=CLOSE),
)
