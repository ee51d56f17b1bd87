"""The words by which letters end, in the languages we read. All are casefolded."""

from collections.abc import Iterable
from typing import Final

_CLOSINGS: Final = (
    *(
        "best regards",
        "kind regards",
        "warm regards",
        "regards",
        "best wishes",
        "with best regards",
    ),
    *("with kind regards", "many regards", "sincerely", "yours sincerely", "sincerely yours"),
    *("yours faithfully", "yours truly", "best", "all the best", "with best wishes", "rgds", "br"),
    *("kindest regards", "warmest regards", "with regards", "respectfully", "cordially", "kr"),
    *("с уважением", "с наилучшими пожеланиями", "всего доброго", "всего хорошего", "best rgds"),
    *("с искренним уважением", "с глубоким уважением", "с благодарностью", "искренне ваш"),
    *("с наилучшими", "с приветом", "хорошего дня", "поздрави", "с поздрави", "с уважение"),
    *("сърдечни поздрави", "с най-добри пожелания", "лек ден", "приятен ден", "хубав ден"),
    *("с почит", "благодаря предварително", "всичко най-хубаво", "mit freundlichen grüßen"),
    *("mit freundlichen grüssen", "freundliche grüße", "viele grüße", "beste grüße", "mfg", "lg"),
    *("liebe grüße", "mit besten grüßen", "herzliche grüße", "schöne grüße", "gruß", "grüße"),
    *("cordialement", "bien cordialement", "bien à vous", "salutations", "meilleures salutations"),
    *("sincères salutations", "saludos", "saludos cordiales", "un saludo", "atentamente"),
    *("cordiales saludos", "cordialmente", "cordiali saluti", "distinti saluti", "saluti"),
    *("atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos"),
    *("pozdrawiam", "z poważaniem", "z powazaniem", "serdecznie pozdrawiam", "pozdrowienia"),
    *("met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "groeten", "mvg"),
    *(
        "hartelijke groet",
        "з повагою",
        "з найкращими побажаннями",
        "щиро ваш",
        "med vänlig hälsning",
    ),
    *("med vänliga hälsningar", "vänliga hälsningar", "mvh", "med venlig hilsen", "venlig hilsen"),
    *("hilsen", "kh", "med vennlig hilsen", "vennlig hilsen", "bästa hälsningar", "hälsningar"),
    *("s pozdravem", "s úctou", "srdečně", "üdvözlettel", "ystävällisin terveisin"),
)


GROUPED: Final = 3
"""By so many first letters, the longest first, `CLOSINGS` and `NOTICES` are looked up."""


def _by_beginning(several: Iterable[str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for one in sorted(set(several), key=len, reverse=True):
        groups[one[:GROUPED]] = (*groups.get(one[:GROUPED], ()), one)
    return groups


CLOSINGS: Final = _by_beginning(_CLOSINGS)

THANKS: Final = frozenset(
    [
        *("thanks", "thank you", "many thanks", "thanks in advance", "thank you in advance"),
        *("cheers", "thanks a lot", "thank you very much", "спасибо", "большое спасибо"),
        *("заранее спасибо", "заранее благодарю", "благодарю", "благодаря", "благодаря ви"),
        *("мерси", "danke", "vielen dank", "danke im voraus", "merci", "merci d'avance", "gracias"),
        *("muchas gracias", "grazie", "obrigado", "obrigada", "dziękuję", "dzięki", "bedankt"),
        *("дякую", "tack", "tak"),
    ]
)
"""What is said at the end, and is no signature: that begins below, if it has particulars."""

AFTERTHOUGHTS: Final = (
    "p.s",
    "ps:",
    "ps.",
    "ps ",
    "p.p.s",
    "з.ы",
    "зы",
    "п.с",
    "пс:",
    "пс.",
    "п. с",
)
"""How a line begins that was forgotten above the name; it is no signature."""

_NOTICES: Final = (
    *(
        "confidentiality notice",
        "this e-mail and any",
        "this email and any",
        "this message and any",
    ),
    *(
        "this e-mail (",
        "this email (",
        "this message is confidential",
        "this email is confidential",
    ),
    *("this e-mail is confidential", "the information contained in this", "this message contains"),
    *("this email contains", "this e-mail contains", "this communication is", "disclaimer:"),
    *("the information in this e", "the contents of this e", "please consider the environment"),
    *("this e-mail may contain", "this email may contain", "this message may contain"),
    *("this message is intended", "this email is intended", "this e-mail is intended"),
    *("if you are not the intended", "настоящее сообщение", "данное сообщение содержит"),
    *("данное письмо содержит", "это сообщение и любые", "это электронное сообщение"),
    *("информация, содержащаяся в", "конфиденциально", "уведомление о конфиденциальности"),
    *("сообщение и вложения", "настоящее письмо", "содержание данного сообщения"),
    *("данное сообщение и", "этот e-mail и", "данное электронное"),
    *("тази информация е", "това съобщение", "настоящото съобщение", "информацията в това"),
    *(
        "това електронно",
        "информацията, съдържаща",
        "този имейл",
        "този e-mail",
        "настоящият имейл",
    ),
    *("моля, помислете за околната", "diese e-mail enthält", "diese nachricht enthält"),
    *("der inhalt dieser e-mail", "ce message et", "ce courriel", "este mensaje", "esta mensagem"),
    *("questo messaggio", "le informazioni contenute", "ta wiadomość", "niniejsza wiadomość"),
    *("dit bericht", "deze e-mail", "це повідомлення", "virus-free", "без вирусов", "без вируси"),
    *("this email has been scanned", "this e-mail has been scanned", "не содержит вирусов"),
)
NOTICES: Final = _by_beginning(_NOTICES)
"""How a paragraph begins that lawyers or scanners add."""
