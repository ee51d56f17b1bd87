"""The questions that the default forms ask."""

from otklik.tickets.defaults.shape import ChoiceOf, FieldOf, said


def _answer(key: str, en: str, ru: str, bg: str) -> ChoiceOf:
    return ChoiceOf(key=key, names=said(en, ru, bg))


WORK = FieldOf(
    key="work",
    kind="choice",
    names=said("What is it about?", "О чём речь?", "За какво става дума?"),
    choices=(
        _answer("error", "An error", "Ошибка", "Грешка"),
        _answer("feature", "A new feature", "Новая функция", "Нова функция"),
        _answer("change", "A change", "Изменение", "Промяна"),
    ),
)
PRODUCT = FieldOf(
    key="product",
    kind="text",
    names=said("Product", "Продукт", "Продукт"),
    hints=said(
        "The program, site or service",
        "Программа, сайт или сервис",
        "Програмата, сайтът или услугата",
    ),
)
PRODUCT_VERSION = FieldOf(
    key="product_version", kind="text", names=said("Version", "Версия", "Версия")
)
STEPS = FieldOf(
    key="steps",
    kind="long_text",
    names=said("Steps to reproduce", "Как воспроизвести", "Как се възпроизвежда"),
    hints=said(
        "What you did, one step a line, and what happened",
        "Что вы делали, по шагу на строку, и что произошло",
        "Какво направихте, по една стъпка на ред, и какво се случи",
    ),
)
EXPECTED = FieldOf(
    key="expected",
    kind="long_text",
    names=said("What should have happened?", "Что должно было произойти?", "Какво очаквахте?"),
)
BENEFIT = FieldOf(
    key="benefit",
    kind="long_text",
    names=said("What will it give you?", "Что это вам даст?", "Какво ще ви даде това?"),
)
PAGE = FieldOf(
    key="page",
    kind="url",
    names=said("Address of the page", "Адрес страницы", "Адрес на страницата"),
)
LOG = FieldOf(
    key="log",
    kind="file",
    names=said(
        "Log or picture of the screen", "Журнал или снимок экрана", "Журнал или снимка на екрана"
    ),
)
MODULE = FieldOf(
    key="module",
    kind="choice",
    names=said("Module", "Модуль", "Модул"),
    choices=(
        _answer("connectors", "Connectors", "Коннекторы", "Конектори"),
        _answer("scenarios", "Scenarios", "Сценарии", "Сценарии"),
        _answer("reports", "Reports", "Отчёты", "Справки"),
        _answer("people", "People and rights", "Люди и права", "Хора и права"),
        _answer("payments", "Payments", "Платежи", "Плащания"),
        _answer("another", "Another", "Другой", "Друг"),
    ),
)
MODULE_NAME = FieldOf(
    key="module_name", kind="text", names=said("Which one?", "Какой именно?", "Кой точно?")
)
GOAL = FieldOf(
    key="goal",
    kind="long_text",
    names=said(
        "What do you want to achieve?", "Чего вы хотите добиться?", "Какво искате да постигнете?"
    ),
)
FREQUENCY = FieldOf(
    key="frequency",
    kind="choice",
    names=said("How often do you need it?", "Как часто это нужно?", "Колко често ви трябва?"),
    choices=(
        _answer("daily", "Every day", "Каждый день", "Всеки ден"),
        _answer("weekly", "Every week", "Каждую неделю", "Всяка седмица"),
        _answer("seldom", "Less often", "Реже", "По-рядко"),
    ),
)
NEED = FieldOf(
    key="need",
    kind="choice",
    names=said("What do you need?", "Что нужно?", "От какво имате нужда?"),
    choices=(
        _answer("repair", "Repair or replacement", "Ремонт или замена", "Ремонт или замяна"),
        _answer("new", "New equipment", "Новое оборудование", "Ново оборудване"),
        _answer("move", "A move to another place", "Перенос на другое место", "Преместване"),
    ),
)
DEVICE = FieldOf(
    key="device",
    kind="tree",
    names=said("Equipment", "Оборудование", "Оборудване"),
    choices=(
        ChoiceOf(
            key="computer",
            names=said("Computer", "Компьютер", "Компютър"),
            children=(
                _answer("laptop", "Laptop", "Ноутбук", "Лаптоп"),
                _answer("desktop", "Desktop computer", "Настольный компьютер", "Настолен компютър"),
                _answer("monitor", "Monitor", "Монитор", "Монитор"),
                _answer(
                    "accessory",
                    "Mouse, keyboard, headset",
                    "Мышь, клавиатура, гарнитура",
                    "Мишка, клавиатура, слушалки",
                ),
            ),
        ),
        ChoiceOf(
            key="office",
            names=said("Office machines", "Оргтехника", "Офис техника"),
            children=(
                _answer("printer", "Printer", "Принтер", "Принтер"),
                _answer("scanner", "Scanner", "Сканер", "Скенер"),
                _answer("projector", "Projector", "Проектор", "Проектор"),
            ),
        ),
        ChoiceOf(
            key="connection",
            names=said("Communication", "Связь", "Връзка"),
            children=(
                _answer("telephone", "Telephone", "Телефон", "Телефон"),
                _answer("network", "Network and Wi-Fi", "Сеть и Wi-Fi", "Мрежа и Wi-Fi"),
            ),
        ),
    ),
)
INVENTORY_NUMBER = FieldOf(
    key="inventory_number",
    kind="text",
    names=said("Inventory number", "Инвентарный номер", "Инвентарен номер"),
    hints=said("It stands on the sticker", "Указан на наклейке", "Стои на етикета"),
)
PLACE = FieldOf(
    key="place",
    kind="text",
    names=said("Where is it?", "Где оно находится?", "Къде се намира?"),
    hints=said("Building, floor, room", "Здание, этаж, комната", "Сграда, етаж, стая"),
)
CANNOT_WORK = FieldOf(
    key="cannot_work",
    kind="checkbox",
    names=said(
        "I cannot work without it", "Без этого я не могу работать", "Без него не мога да работя"
    ),
)
CALL_BACK = FieldOf(
    key="call_back",
    kind="phone",
    names=said("Telephone on the spot", "Телефон на месте", "Телефон на място"),
)
TROUBLE = FieldOf(
    key="trouble",
    kind="choice",
    names=said("What is the matter?", "Что случилось?", "Какво се е случило?"),
    choices=(
        _answer(
            "electricity",
            "Electricity and light",
            "Электричество и свет",
            "Електричество и осветление",
        ),
        _answer("water", "Water and drains", "Вода и канализация", "Вода и канализация"),
        _answer("climate", "Heating and air", "Отопление и воздух", "Отопление и климатик"),
        _answer("cleaning", "Cleaning", "Уборка", "Почистване"),
        _answer(
            "doors", "Doors, locks, passes", "Двери, замки, пропуска", "Врати, ключалки, пропуски"
        ),
        _answer("furniture", "Furniture", "Мебель", "Мебели"),
        _answer("something-else", "Something else", "Другое", "Друго"),
    ),
)
BUILDING = FieldOf(key="building", kind="text", names=said("Building", "Здание", "Сграда"))
ROOM = FieldOf(key="room", kind="text", names=said("Room", "Комната", "Стая"))
DANGER = FieldOf(
    key="danger",
    kind="checkbox",
    names=said("It is dangerous for people", "Это опасно для людей", "Опасно е за хората"),
)
DANGER_WORDS = FieldOf(
    key="danger_words",
    kind="long_text",
    names=said("What is the danger?", "В чём опасность?", "В какво е опасността?"),
)
VISIT = FieldOf(
    key="visit",
    kind="date",
    names=said("When may we come?", "Когда можно прийти?", "Кога може да дойдем?"),
)
PICTURES = FieldOf(key="pictures", kind="file", names=said("Photographs", "Фотографии", "Снимки"))
MATTER = FieldOf(
    key="matter",
    kind="choice",
    names=said("What do you need?", "Что вам нужно?", "Какво ви е необходимо?"),
    choices=(
        _answer("leave", "Leave", "Отпуск", "Отпуск"),
        _answer("certificate", "A certificate", "Справка", "Удостоверение"),
        _answer("hiring", "A new colleague", "Новый сотрудник", "Нов колега"),
        _answer("pay", "Pay", "Зарплата", "Заплата"),
        _answer("question", "A question", "Вопрос", "Въпрос"),
    ),
)
COLLEAGUE = FieldOf(
    key="colleague",
    kind="person",
    names=said("Whom does it concern?", "Кого это касается?", "За кого се отнася?"),
    hints=said(
        "Leave it empty if it is you",
        "Оставьте пустым, если вас",
        "Оставете празно, ако се отнася за вас",
    ),
)
FROM_DATE = FieldOf(
    key="from_date", kind="date", names=said("From which date?", "С какого числа?", "От коя дата?")
)
DAYS = FieldOf(
    key="days", kind="number", names=said("How many days?", "Сколько дней?", "Колко дни?")
)
CERTIFICATES = FieldOf(
    key="certificates",
    kind="choices",
    names=said("Which certificates?", "Какие справки?", "Какви удостоверения?"),
    choices=(
        _answer("income", "Of income", "О доходах", "За доходи"),
        _answer("employment", "Of employment", "О месте работы", "За месторабота"),
        _answer("length", "Of length of service", "О стаже", "За трудов стаж"),
    ),
)
VACANCY = FieldOf(key="vacancy", kind="text", names=said("Position", "Должность", "Длъжност"))
