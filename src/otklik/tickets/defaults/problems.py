"""Typical problems that a new desk begins with: one or two of each type."""

from otklik.tickets.defaults.shape import ProblemOf, said

PROBLEMS = (
    ProblemOf(
        key="cannot-sign-in",
        type="functional",
        category="account-access",
        names=said("I cannot sign in", "Не получается войти", "Не мога да вляза"),
        texts=said(
            "Where do you sign in?\nWhat does the page say?\nSince when?",
            "Куда вы входите?\nЧто пишет страница?\nС какого времени?",
            "Къде влизате?\nКакво пише страницата?\nОткога?",
        ),
    ),
    ProblemOf(
        key="program-error",
        type="programming",
        category="technical-interface",
        names=said("A program shows an error", "Программа выдаёт ошибку", "Програмата дава грешка"),
        texts=said(
            "What did you do?\nWhat did you expect?\nThe words of the error:",
            "Что вы делали?\nЧего ожидали?\nТекст ошибки:",
            "Какво правехте?\nКакво очаквахте?\nТекст на грешката:",
        ),
    ),
    ProblemOf(
        key="printer",
        type="equipment",
        names=said("The printer does not print", "Принтер не печатает", "Принтерът не печата"),
        texts=said(
            "Which printer, and where does it stand?\nWhat do its lamps or screen show?",
            "Какой принтер и где он стоит?\nЧто показывают лампочки или экран?",
            "Кой принтер и къде се намира?\nКакво показват лампичките или екранът?",
        ),
    ),
    ProblemOf(
        key="slow-network",
        type="equipment",
        category="technical-performance",
        names=said("The network is slow", "Медленно работает сеть", "Мрежата работи бавно"),
        texts=said(
            "Where are you: by cable or by Wi-Fi?\nWhat is slow: everything or one site?",
            "Где вы и как подключены: кабелем или по Wi-Fi?\nЧто медленно: всё или один сайт?",
            "Къде сте: с кабел или по Wi-Fi?\nКое е бавно: всичко или един сайт?",
        ),
    ),
    ProblemOf(
        key="room",
        type="facility",
        names=said(
            "Something in the room is broken",
            "В помещении что-то сломалось",
            "Нещо в стаята е счупено",
        ),
        texts=said(
            "Which room?\nWhat is broken, and is it dangerous?",
            "Какое помещение?\nЧто сломалось, опасно ли это?",
            "Коя стая?\nКакво е счупено и опасно ли е?",
        ),
    ),
    ProblemOf(
        key="certificate",
        type="hr",
        names=said(
            "I need a certificate from work", "Нужна справка с работы", "Трябва ми служебна бележка"
        ),
        texts=said(
            "Which certificate, and for whom?\nBy what day?",
            "Какая справка и для кого?\nК какому дню?",
            "Каква бележка и за кого?\nДо кой ден?",
        ),
    ),
)
