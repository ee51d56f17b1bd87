"""What nobody means to type, and attackers send."""

from typing import Final

FAMILY: Final = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

# Each goes into every field of every form at once.
TEXTS: Final = {
    "empty": "",
    "spaces": " \t\u00a0\u200b ",
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "right to left": "\u202egnp.exe\u2066\u2067",
    "emoji families": FAMILY * 120,
    "marks piled up": "a" + "\u0301" * 3000,
    "SQL": "'; DROP TABLE people_person; --\" OR 1=1) UNION SELECT 1,2 /*",
    "template": "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>%(name)s%s%n{0.__class__}",
    "script": "\"'><script>alert(1)</script><img src=x onerror=alert(1)>",
    "formula": "=cmd|'/c calc'!A1",
    "headers": "a\r\nSet-Cookie: otklik=1\r\n\r\nb\u2028c\x85d",
    "path": "../../../../etc/passwd%2e%2e/\\..\\con",
    "deep": "<div>" * 3000 + "[" * 3000,
    "long": "x" * 100_000,
    "not a number": "\u00b2",
    "another script's digits": "\u0661\u0662",
    "huge number": "9" * 400,
    "over 64 bits": str(2**63),
    "negative": "-1",
    "float": "1e999",
    "JSON": '{"$ne": null, "__proto__": {"a": 1}}',
    "wildcards": "%_\\%*?(",
    "query": 'status:(((("" -is: -: field.x:y created:>99999-99-99 "',
}
