"""The five default types and what each asks."""

from otklik.tickets.defaults import fields as f
from otklik.tickets.defaults.shape import Asked, TypeOf, said

PROGRAMMING = TypeOf(
    key="programming",
    names=said("Programming", "Программирование", "Програмиране"),
    hints=said(
        "Errors in programs, new features, changes",
        "Ошибки в программах, новые функции, изменения",
        "Грешки в програмите, нови функции, промени",
    ),
    form=(
        Asked(field=f.WORK, required=True),
        Asked(field=f.PRODUCT, required=True),
        Asked(field=f.PRODUCT_VERSION),
        Asked(field=f.STEPS, required=True, when=(f.WORK, "error")),
        Asked(field=f.EXPECTED, when=(f.WORK, "error")),
        Asked(field=f.BENEFIT, when=(f.WORK, "feature")),
        Asked(field=f.PAGE),
        Asked(field=f.LOG),
    ),
)

FUNCTIONAL = TypeOf(
    key="functional",
    names=said("Functional", "Работа с системой", "Работа със системата"),
    hints=said(
        "How to do something, what a module can do",
        "Как что-то сделать, что умеет модуль",
        "Как се прави нещо, какво може даден модул",
    ),
    form=(
        Asked(field=f.MODULE, required=True),
        Asked(field=f.MODULE_NAME, required=True, when=(f.MODULE, "another")),
        Asked(field=f.GOAL, required=True),
        Asked(field=f.FREQUENCY),
        Asked(field=f.PAGE),
    ),
)

EQUIPMENT = TypeOf(
    key="equipment",
    names=said("Equipment", "Оборудование", "Оборудване"),
    hints=said(
        "Computers, printers, telephones, the network",
        "Компьютеры, принтеры, телефоны, сеть",
        "Компютри, принтери, телефони, мрежа",
    ),
    form=(
        Asked(field=f.NEED, required=True),
        Asked(field=f.DEVICE, required=True),
        Asked(field=f.INVENTORY_NUMBER, required=True, when=(f.NEED, "repair")),
        Asked(field=f.PLACE, required=True),
        Asked(field=f.CANNOT_WORK),
        Asked(field=f.CALL_BACK),
    ),
)

FACILITY = TypeOf(
    key="facility",
    names=said("Facility", "Помещения", "Сграден фонд"),
    hints=said(
        "Rooms, light, water, heating, passes",
        "Помещения, свет, вода, отопление, пропуска",
        "Помещения, осветление, вода, отопление, пропуски",
    ),
    form=(
        Asked(field=f.TROUBLE, required=True),
        Asked(field=f.BUILDING, required=True),
        Asked(field=f.ROOM, required=True),
        Asked(field=f.DANGER),
        Asked(field=f.DANGER_WORDS, required=True, when=(f.DANGER, "yes")),
        Asked(field=f.VISIT),
        Asked(field=f.PICTURES),
    ),
)

HR = TypeOf(
    key="hr",
    names=said("HR", "Кадры", "Човешки ресурси"),
    hints=said(
        "Leave, certificates, new colleagues, pay",
        "Отпуска, справки, новые сотрудники, зарплата",
        "Отпуски, удостоверения, нови колеги, заплати",
    ),
    form=(
        Asked(field=f.MATTER, required=True),
        Asked(field=f.COLLEAGUE),
        Asked(field=f.FROM_DATE, required=True, when=(f.MATTER, "leave")),
        Asked(field=f.DAYS, required=True, when=(f.MATTER, "leave")),
        Asked(field=f.CERTIFICATES, required=True, when=(f.MATTER, "certificate")),
        Asked(field=f.VACANCY, required=True, when=(f.MATTER, "hiring")),
    ),
)

TYPES = (PROGRAMMING, FUNCTIONAL, EQUIPMENT, FACILITY, HR)
