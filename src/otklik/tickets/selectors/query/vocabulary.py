"""The words of the query language in each language of the product; all are understood always."""

from collections.abc import Iterator, Mapping

from django.utils.translation import get_language

from otklik.core.codes import named_in
from otklik.core.spoken import further_languages
from otklik.tickets.selectors.query.terms import Key

_PLACE = {"en": 0, "ru": 1, "bg": 2}

# key: English, Russian, Bulgarian; after them what else is understood
KEYS: Mapping[Key, tuple[str, ...]] = {
    Key.STATUS: ("status", "статус", "статус", "state", "состояние", "състояние"),
    Key.PRIORITY: ("priority", "приоритет", "приоритет", "важность", "важност"),
    Key.ASSIGNEE: ("assignee", "исполнитель", "изпълнител", "processor", "agent"),
    Key.OWNER: ("owner", "ответственный", "отговорник", "владелец", "собственик"),
    Key.CREATOR: ("creator", "создатель", "създател", "автор"),
    Key.REQUESTER: ("requester", "клиент", "клиент", "customer", "заявитель", "заявител"),
    Key.ORGANIZATION: ("organization", "организация", "организация", "company", "компания"),
    Key.DEPARTMENT: ("department", "отдел", "отдел"),
    Key.TYPE: ("type", "тип", "тип", "вид"),
    Key.CATEGORY: ("category", "категория", "категория"),
    Key.TAG: ("tag", "метка", "етикет", "tags", "метки", "тег", "таг", "етикети"),
    Key.SOURCE: ("source", "источник", "източник", "channel", "канал"),
    Key.LANGUAGE: ("language", "язык", "език", "lang"),
    Key.IS: ("is", "есть", "е"),
    Key.HAS: ("has", "имеет", "има", "содержит"),
    Key.TURN: ("turn", "ход", "ход"),
    Key.CREATED: ("created", "создана", "създадена", "создан", "открыта", "created_at"),
    Key.UPDATED: ("updated", "обновлена", "обновена", "обновлен", "изменена", "променена"),
    Key.RESOLVED: ("resolved", "решена", "решена", "решен"),
    Key.CLOSED: ("closed", "закрыта", "затворена", "закрыт"),
    Key.DUE: ("due", "срок", "срок", "deadline"),
    Key.NUMBER: ("number", "номер", "номер"),
    Key.FIELD: ("field", "поле", "поле"),
    Key.SORT: ("sort", "порядок", "ред", "order", "сортировка", "подредба"),
}


def _language_words(code: str) -> tuple[str, ...]:
    """Return what a language is understood by: its code, its own name, and what others call it."""
    called = [named_in(code, reader) for reader in (code, *_PLACE)]
    return (*[code] * len(_PLACE), *called)


# key: what the value is called inside, then as above
VALUES: Mapping[Key, Mapping[str, tuple[str, ...]]] = {
    Key.IS: {
        "open": ("open", "открытая", "отворена", "открыта", "открытые"),
        "closed": ("closed", "закрытая", "затворена", "закрыта", "закрытые"),
        "any": ("any", "любая", "всяка", "all", "все", "любые"),
        "escalated": ("escalated", "эскалация", "ескалация", "эскалирована", "ескалирана"),
        "overdue": ("overdue", "просрочена", "просрочена", "late", "просроченная"),
        "soon": ("soon", "скоро", "скоро", "due-soon"),
        "stuck": ("stuck", "застряла", "заседнала", "зависла", "застрявшая", "stale"),
        "unassigned": ("unassigned", "ничья", "ничия", "без-исполнителя", "без-изпълнител"),
    },
    Key.TURN: {
        "ours": ("ours", "наш", "наш", "us"),
        "theirs": ("theirs", "клиента", "клиента", "them", "их"),
        "nobody": ("nobody", "ничей", "ничий", "none"),
    },
    Key.HAS: {
        "files": ("files", "файлы", "файлове", "file", "файл"),
        "deadline": ("deadline", "срок", "срок", "due"),
        "assignee": ("assignee", "исполнителя", "изпълнител"),
        "owner": ("owner", "ответственного", "отговорник"),
        "category": ("category", "категорию", "категория"),
        "tags": ("tags", "метки", "етикети", "tag"),
        "rating": ("rating", "оценку", "оценка"),
    },
    Key.SOURCE: {
        "web": ("web", "сайт", "сайт", "site"),
        "email": ("email", "почта", "поща", "mail"),
        "chat": ("chat", "чат", "чат"),
        "phone": ("phone", "телефон", "телефон", "call", "звонок"),
        "api": ("api", "api", "api"),
        "messenger": ("messenger", "мессенджер", "месинджър"),
        "form": ("form", "форма", "форма"),
    },
    Key.LANGUAGE: {
        "en": ("en", "en", "en", "english", "английский", "английски"),
        "ru": ("ru", "ru", "ru", "russian", "русский", "руски"),
        "bg": ("bg", "bg", "bg", "bulgarian", "болгарский", "български"),
    }
    | {code: _language_words(code) for code in further_languages()},
    Key.SORT: {
        "updated": ("updated", "обновление", "обновяване", "news"),
        "created": ("created", "создание", "създаване", "age"),
        "due": ("due", "срок", "срок", "deadline"),
        "priority": ("priority", "приоритет", "приоритет", "важность"),
        "number": ("number", "номер", "номер"),
        "relevance": ("relevance", "точность", "точност", "best"),
    },
}

ME = ("me", "я", "аз", "мне", "мен", "self")
NOBODY = ("nobody", "никто", "никой", "none", "нет", "няма")
PEOPLE = frozenset({Key.ASSIGNEE, Key.OWNER, Key.CREATOR, Key.REQUESTER})
MOMENTS = {
    "now": ("now", "сейчас", "сега"),
    "today": ("today", "сегодня", "днес"),
    "yesterday": ("yesterday", "вчера", "вчера"),
    "tomorrow": ("tomorrow", "завтра", "утре"),
}
UNITS = {
    "m": ("m", "м", "мин", "min"),
    "h": ("h", "ч", "час"),
    "d": ("d", "д", "дн", "ден"),
    "w": ("w", "н", "с", "нед", "седм"),
}
YES = ("yes", "да", "true", "1")
NO = ("no", "нет", "не", "false", "0")


def fold(word: str) -> str:
    """Make a word comparable: letters' case and the dots of ё do not matter."""
    return word.casefold().replace("ё", "е")


def _turned(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(word): name for name, words in table.items() for word in words}


_KEY_OF = {fold(word): key for key, words in KEYS.items() for word in words}
_VALUE_OF = {key: _turned(table) for key, table in VALUES.items()}
_MOMENT_OF = _turned(MOMENTS)
_UNIT_OF = _turned(UNITS)


def _place(language: str | None = None) -> int:
    return _PLACE.get(language or get_language() or "en", 0)


def key_of(word: str) -> Key | None:
    return _KEY_OF.get(fold(word))


def key_word(key: Key) -> str:
    """Say a key in the present language."""
    return KEYS[key][_place()]


def key_words() -> list[str]:
    return [words[_place()] for words in KEYS.values()]


def value_of(key: Key, word: str) -> str | None:
    """Return the inner name of a value of a closed list. "-due" is "due" the other way."""
    known = _VALUE_OF[key]
    if key is Key.SORT and word.startswith("-"):
        name = known.get(fold(word[1:]))
        return f"-{name}" if name else None
    return known.get(fold(word))


def value_word(key: Key, name: str) -> str:
    """Say a value of a closed list in the present language; other values stand for themselves."""
    if key in PEOPLE and name in (ME[0], NOBODY[0]):
        return (ME if name == ME[0] else NOBODY)[_place()]
    if key not in VALUES:
        return name
    sign = "-" if key is Key.SORT and name.startswith("-") else ""
    words = VALUES[key].get(name.removeprefix(sign))
    return sign + words[_place()] if words else name


def value_words(key: Key) -> Iterator[str]:
    return (words[_place()] for words in VALUES[key].values())


def moment_of(word: str) -> str | None:
    return _MOMENT_OF.get(fold(word))


def unit_of(word: str) -> str | None:
    return _UNIT_OF.get(fold(word).rstrip("."))


def person_of(word: str) -> str:
    """Return the inner name of "me" and "nobody"; names of people stand for themselves."""
    return ME[0] if is_me(word) else NOBODY[0] if is_nobody(word) else word


def is_me(word: str) -> bool:
    return fold(word) in ME


def is_nobody(word: str) -> bool:
    return fold(word) in NOBODY
