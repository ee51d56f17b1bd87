"""The words by which mail programs announce what they quote, in the languages we read.

All are casefolded, with single blanks, as `lines.folded` gives them.
"""

from typing import Final

WROTE: Final = (
    *("wrote", "writes", "sent", "написал(а)", "написал", "написала", "пишет", "писал(а)"),
    *("писал", "писала", "написа", "пише", "написа(ла)", "писа", "написав", "написав(-ла)"),
    *("написала", "пише", "schrieb", "schrieb am", "geschrieben", "hat geschrieben"),
    *("a écrit", "escribió", "ha escrito", "ha scritto", "scrisse", "escreveu", "napisał(a)"),
    *("napisał", "napisała", "pisze", "schreef", "het volgende geschreven", "skrev", "skrev:"),
    *("kirjoitti", "đã viết", "napsal(a)", "napsal", "ezt írta", "írta", "a scris", "yazdı"),
    *("a écrit le", "şunu yazdı", "έγραψε", "写道", "寫道", "schreef het volgende"),
)
"""Verbs that end a heading: "On …, X wrote:". Some languages put the name after them."""

WROTE_AT: Final = ("wrote", "писали", "писал", "писала", "schrieb", "написал", "написа", "a écrit")
"""Verbs that may stand before the moment: "X wrote on 20/11/2026 14:02:"."""

OPENERS: Final = (
    *("on", "am", "le", "el", "il", "em", "op", "den", "på", "vào", "w dniu", "dnia", "в", "на"),
    *("a", "dne", "pe", "at", "il giorno", "lúc", "no dia", "во", "von:", "у", "date"),
)
"""How such a heading begins, before the date."""

TALKERS: Final = frozenset(
    [
        *("you", "i", "he", "she", "we", "they", "вы", "ты", "он", "она", "мы", "они", "я", "вие"),
        *("ти", "той", "тя", "ние", "те", "аз", "sie", "ich", "er", "wir", "vous", "je", "nous"),
    ]
)
"""Who is said to have written by people, never by programs."""

MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    *("янв", "фев", "мар", "апр", "мая", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"),
    *("яну", "юни", "юли", "сеп", "ное", "mär", "mai", "okt", "dez", "fév", "avr", "aoû", "déc"),
    *("ene", "abr", "ago", "dic", "gen", "mag", "giu", "lug", "set", "ott", "fev", "out", "sty"),
    *("lut", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru", "mrt", "mei"),
    *("січ", "лют", "бер", "кві", "тра", "чер", "лип", "сер", "вер", "жов", "лис", "гру"),
)
"""How the names of months begin."""

WEEKDAYS: Final = (
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun", "пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    *("понед", "вторн", "сред", "сряд", "четв", "пятн", "субб", "воскр", "пет", "съб", "недел"),
    *("pon", "wt", "śr", "czw", "pt", "sob", "niedz"),
    *("нд", "пон", "вто", "сря", "чет", "нед", "субот", "неді", "середа", "пʼят", "п'ят"),
)

ORIGINAL: Final = frozenset(
    [
        *("original message", "original appointment", "reply message", "original email"),
        *("исходное сообщение", "исходное письмо", "оригинальное сообщение", "original e-mail"),
        *("оригинал сообщения", "ответное сообщение", "цитируемое сообщение", "reply to message"),
        *("оригинално писмо", "оригинално съобщение", "първоначално съобщение", "цитат"),
        *("изходно съобщение", "ursprüngliche nachricht", "originalnachricht", "reply"),
        *("antwort nachricht", "ursprungliche nachricht", "message d'origine", "message original"),
        *("message initial", "mensaje original", "messaggio originale", "mensagem original"),
        *("oryginalna wiadomość", "wiadomość oryginalna", "oorspronkelijk bericht"),
        *("оригінальне повідомлення", "початкове повідомлення", "вихідне повідомлення"),
        *("oprindelig meddelelse", "ursprungligt meddelande", "opprinnelig melding"),
        *("alkuperäinen viesti", "původní zpráva", "eredeti üzenet", "mesaj original"),
        *("исходное повідомлення", "message d’origine", "исходно съобщение"),
    ]
)
"""What stands between dashes above an answered letter."""

FORWARDED: Final = frozenset(
    [
        *("forwarded message", "forwarded messages", "forwarded by", "forwarded letter"),
        *("пересланное сообщение", "пересылаемое сообщение", "пересланное письмо"),
        *("пересылаемое письмо", "перенаправленное сообщение", "препратено съобщение"),
        *("препратено писмо", "препращано съобщение", "weitergeleitete nachricht"),
        *("message transféré", "message réexpédié", "mensaje reenviado", "messaggio inoltrato"),
        *("mensagem encaminhada", "mensagem reencaminhada", "wiadomość przekazana"),
        *("przekazana wiadomość", "doorgestuurd bericht", "переслане повідомлення"),
        *("пересланий лист", "videresendt meddelelse", "vidarebefordrat meddelande"),
        *("treść przekazanej wiadomości", "конец пересылаемого сообщения"),
    ]
)
"""What stands between dashes above a forwarded letter."""

BEGINNINGS: Final = frozenset(
    [
        *("begin forwarded message", "начало переадресованного сообщения"),
        *("начало пересылаемого сообщения", "начало переадресованного письма"),
        *("начало на препратеното съобщение", "начало на препратено съобщение"),
        *("anfang der weitergeleiteten nachricht", "début du message réexpédié"),
        *(
            "début du message transféré",
            "inicio del mensaje reenviado",
            "inizio messaggio inoltrato",
        ),
        *("início da mensagem reencaminhada", "início da mensagem encaminhada"),
        *("początek przekazanej wiadomości", "początek przekazywanej wiadomości"),
        *("begin doorgestuurd bericht", "початок листа, що пересилається", "reply message"),
        *("початок пересланого повідомлення", "начало переадресуемого сообщения"),
    ]
)
"""What stands alone above a forwarded letter, without dashes."""

FROM: Final = frozenset(
    [
        *("from", "от", "de", "von", "da", "od", "van", "відправник", "від", "fra", "från"),
        *("отправитель", "подател", "mittente"),
    ]
)
DATE: Final = frozenset(
    [
        *("date", "sent", "sent on", "sent at", "дата", "отправлено", "изпратено", "изпратено на"),
        *("gesendet", "datum", "envoyé", "fecha", "enviado", "enviado el", "enviada em", "data"),
        *("inviato", "inviata", "wysłano", "wysłane", "verzonden", "verstuurd", "надіслано"),
        *("sendt", "skickat", "дата и время", "enviado em", "date d'envoi", "dátum", "dato"),
        *("изпратен", "received", "відправлено", "envoyé le", "время"),
    ]
)
TO: Final = frozenset(
    [
        *("to", "кому", "до", "an", "à", "para", "a", "do", "aan", "til", "till", "получатель"),
        *("получател", "получатели", "destinatario", "pour", "recipient"),
    ]
)
SUBJECT: Final = frozenset(
    [
        *("subject", "тема", "относно", "betreff", "objet", "asunto", "oggetto", "assunto"),
        *("temat", "onderwerp", "emne", "ämne", "предмет", "тема сообщения"),
    ]
)
FURTHER: Final = frozenset(
    [
        *("cc", "bcc", "reply-to", "копия", "копие", "attachments", "importance", "kopie", "sujet"),
        *(
            "вложения",
            "прикачени файлове",
            "priority",
            "kopia",
            "копія",
            "cci",
            "ответить",
            "answer",
        ),
        *("anlagen", "pièces jointes", "datos adjuntos", "allegati", "anexos", "załączniki"),
        *("важность", "приоритет", "organization", "копия до", "скрытая копия", "ответ на"),
    ]
)
