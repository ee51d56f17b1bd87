"""The lines that telephones and mail programs add below a letter. All are casefolded."""

from typing import Final

DEVICE_STARTS: Final = (
    *(
        "via mobile",
        "sent from",
        "sent via",
        "sent with",
        "sent by",
        "sent using",
        "from my iphone",
    ),
    *("отправлено из", "отправлено с", "отправлено со", "отправлено через", "послано с"),
    *("отправлено от", "изпратено от", "изпратено с", "изпратено чрез", "пратено от"),
    *("gesendet von", "gesendet mit", "von meinem iphone", "von meinem ipad", "von meinem handy"),
    *("envoyé de mon", "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé de"),
    *("enviado desde", "enviado con", "enviado do meu", "enviado a partir", "enviado de mi"),
    *("enviado pelo", "enviado por", "enviado do", "inviato da", "inviato dal", "inviato con"),
    *("wysłano z", "wysłane z", "verzonden vanaf", "verzonden met", "verstuurd vanaf"),
    *("надіслано з", "надіслано від", "відправлено з", "sendt fra", "skickat från", "odesláno z"),
    *(
        "lähetetty",
        "發自我的",
        "从我的",
        "从我的iphone发送",
        "iphoneから送信",
        "從我的 iphone 傳送",
    ),
    *("outlook für", "outlook pour"),
)
"""How a line begins that a telephone or a program adds, if it names one of DEVICES."""

OWN_DEVICES: Final = (
    "sent from my",
    "from my",
    "sendt fra min",
    "изпратено от моя",
    "отправлено с моего",
)
"""The same, whatever is named."""

DEVICES: Final = (
    *(
        "iphone",
        "ipad",
        "ipod",
        "android",
        "galaxy",
        "samsung",
        "huawei",
        "honor",
        "xiaomi",
        "redmi",
    ),
    *(
        "poco",
        "blackberry",
        "nokia",
        "htc",
        "oneplus",
        "pixel",
        "motorola",
        "sony",
        "realme",
        "lumia",
    ),
    *("mobil", "phone", "tablet", "device", "handy", "handset", "móvil", "celular", "teléfono"),
    *(
        "telefon",
        "telefoon",
        "téléphone",
        "smartphone",
        "устройств",
        "телефон",
        "смартфон",
        "планшет",
    ),
    *("мобильн", "мобилн", "таблет", "айфон", "mail", "почт", "поща", "пощ", "outlook", "yahoo"),
    *("windows", "macbook", "a mac", "spark", "proton", "thunderbird", "яндекс", "abv", "пошт"),
    *(
        "telco",
        "acompli",
        "superhuman",
        "polymail",
        "webmail",
        "client",
        "verizon",
        "correo",
        "posta",
    ),
    *("aparelho", "dispositivo", "urządzen", "toestel", "telemóvel", "пристро"),
)
"""Words of telephones and mail programs, or their beginnings."""

STANDALONE_DEVICES: Final = (
    *("get outlook for", "загрузить outlook для", "скачать outlook для", "изтегляне на outlook"),
    *(
        "получите outlook для",
        "вземете outlook за",
        "holen sie sich outlook",
        "télécharger outlook",
    ),
    *("obtener outlook para", "obter o outlook", "descarga outlook", "pobierz aplikację outlook"),
    *(
        "ottieni outlook per",
        "download outlook voor",
        "отримати outlook для",
        "sent from my iphone",
    ),
    *(
        "sent from yahoo mail",
        "отправлено из мобильной почты",
        "отправлено из яндекс",
        "отправлено с iphone",
    ),
    *("provided by", "scanned by", "getting too many emails"),
)

DEVICE_ENDS: Final = (
    ("von meinem", "gesendet"),
    ("diese nachricht wurde von", "gesendet"),
    ("diese e-mail wurde von", "gesendet"),
    ("", "from mobile"),
)
"""How such a line begins and ends."""
