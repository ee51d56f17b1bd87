"""The default tree of categories: five branches of five leaves."""

from otklik.tickets.defaults.shape import ChoiceOf, said


def _leaf(key: str, en: str, ru: str, bg: str) -> ChoiceOf:
    return ChoiceOf(key=key, names=said(en, ru, bg))


TECHNICAL = ChoiceOf(
    key="technical",
    names=said("Technical problems", "Технические проблемы", "Технически проблеми"),
    children=(
        _leaf(
            "technical-connectors", "Connector errors", "Ошибки коннекторов", "Грешки в конекторите"
        ),
        _leaf("technical-api", "Problems with the API", "Проблемы с API", "Проблеми с API"),
        _leaf(
            "technical-integration",
            "Problems with integration",
            "Проблемы с интеграцией",
            "Проблеми с интеграцията",
        ),
        _leaf(
            "technical-interface", "Interface errors", "Ошибки в интерфейсе", "Грешки в интерфейса"
        ),
        _leaf(
            "technical-performance",
            "Slow work",
            "Проблемы с производительностью",
            "Проблеми с бързодействието",
        ),
    ),
)

USAGE = ChoiceOf(
    key="usage",
    names=said("Questions about use", "Вопросы по использованию", "Въпроси за използването"),
    children=(
        _leaf(
            "usage-connectors",
            "Setting up connectors",
            "Настройка коннекторов",
            "Настройка на конектори",
        ),
        _leaf("usage-scenarios", "Making scenarios", "Создание сценариев", "Създаване на сценарии"),
        _leaf("usage-features", "What it can do", "Функциональные возможности", "Възможности"),
        _leaf("usage-practice", "Best practices", "Лучшие практики", "Добри практики"),
        _leaf(
            "usage-limits",
            "Limits and compatibility",
            "Ограничения и совместимость",
            "Ограничения и съвместимост",
        ),
    ),
)

ACCOUNT = ChoiceOf(
    key="account",
    names=said("Questions about the account", "Вопросы по аккаунту", "Въпроси за акаунта"),
    children=(
        _leaf(
            "account-access",
            "Registration and access",
            "Регистрация и доступ",
            "Регистрация и достъп",
        ),
        _leaf("account-subscriptions", "Subscriptions", "Управление подписками", "Абонаменти"),
        _leaf(
            "account-payments",
            "Payments and billing",
            "Платежи и биллинг",
            "Плащания и фактуриране",
        ),
        _leaf(
            "account-users",
            "Managing users",
            "Управление пользователями",
            "Управление на потребители",
        ),
        _leaf(
            "account-security",
            "Security and privacy",
            "Безопасность и конфиденциальность",
            "Сигурност и поверителност",
        ),
    ),
)

IMPROVEMENT = ChoiceOf(
    key="improvement",
    names=said("Requests for improvement", "Запросы на улучшение", "Искания за подобрения"),
    children=(
        _leaf("improvement-features", "New features", "Предложения новых функций", "Нови функции"),
        _leaf(
            "improvement-connectors",
            "New connectors",
            "Запросы на новые коннекторы",
            "Нови конектори",
        ),
        _leaf(
            "improvement-existing",
            "Better present features",
            "Улучшение существующих функций",
            "Подобряване на наличните функции",
        ),
        _leaf(
            "improvement-docs",
            "Better documentation",
            "Улучшение документации",
            "Подобряване на документацията",
        ),
        _leaf(
            "improvement-interface",
            "Better interface",
            "Улучшение интерфейса",
            "Подобряване на интерфейса",
        ),
    ),
)

OTHER = ChoiceOf(
    key="other",
    names=said("Other", "Другое", "Друго"),
    children=(
        _leaf("other-general", "General questions", "Общие вопросы", "Общи въпроси"),
        _leaf(
            "other-partnership",
            "Partnership and co-operation",
            "Партнёрство и сотрудничество",
            "Партньорство и сътрудничество",
        ),
        _leaf(
            "other-feedback",
            "Feedback and suggestions",
            "Отзывы и предложения",
            "Отзиви и предложения",
        ),
        _leaf(
            "other-training", "Requests for training", "Запросы на обучение", "Искания за обучение"
        ),
        _leaf(
            "other-unclassified",
            "Anything else",
            "Вопросы, не относящиеся к другим категориям",
            "Всичко останало",
        ),
    ),
)

CATEGORIES = (TECHNICAL, USAGE, ACCOUNT, IMPROVEMENT, OTHER)
