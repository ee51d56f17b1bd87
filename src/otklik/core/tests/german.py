"""A small catalogue of German, as a translator would begin one."""

from pathlib import Path
from typing import Final

HEADER: Final = """msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
WORDS: Final = {
    "Welcome to Otklik": "Willkommen bei Otklik",
    "Sign in": "Anmelden",
    "Queue": "Warteschlange",
    "My requests": "Meine Anfragen",
    "Language": "Sprache",
    "Save": "Speichern",
    "Categories": "Kategorien",
    "Name": "Bezeichnung",
    "just now": "gerade eben",
    "Name (%(language)s)": "Bezeichnung (%(language)s)",
}


def catalogue(words: dict[str, str]) -> str:
    """Write a catalogue of texts without plurals."""
    return HEADER + "\n".join(f'msgid "{text}"\nmsgstr "{said}"\n' for text, said in words.items())


def put(data: Path, name: str, text: str) -> None:
    """Put a file where an administrator puts catalogues."""
    folder = data / "languages"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
