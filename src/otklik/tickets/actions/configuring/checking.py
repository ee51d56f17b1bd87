"""What names, hints and keys of configurable things must be."""

from collections.abc import Callable, Mapping

from django.utils.text import slugify
from django.utils.translation import gettext as _

from otklik.core.errors import Invalid
from otklik.core.spoken import known_languages
from otklik.core.text import clean_line, count_graphemes, mend_text
from otklik.core.wording import Names, first_word

NAME_LIMIT, HINT_LIMIT, TEXT_LIMIT = 80, 200, 2000  # graphemes
LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцъыэ", "abvgdeziyklmnoprstufhcaye", strict=True))
    | {"ё": "yo", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sht", "ь": "", "ю": "yu", "я": "ya"}
)


def checked_names(
    names: Mapping[str, str],
    *,
    most: int = NAME_LIMIT,
    field: str = "names",
    may_be_empty: bool = False,
) -> Names:
    """Return names as they are kept: one line each, empty ones left out. Raises Invalid."""
    kept: Names = {}
    wrong: dict[str, str] = {}
    for code in known_languages():
        try:
            text = clean_line(str(names.get(code) or ""))
        except Invalid as error:
            wrong[f"{field}.{code}"] = error.message
            continue
        if (count := count_graphemes(text)) > most or len(text) > 8 * most:
            wrong[f"{field}.{code}"] = _(
                "This is %(count)d characters long; at most %(most)d fit."
            ) % {"count": count, "most": most}
        elif text:
            kept[code] = text
    if not kept and not wrong and not may_be_empty:
        wrong[f"{field}.{known_languages()[0]}"] = _("Give it a name in one language at least.")
    if wrong:
        raise Invalid(fields=wrong)
    return kept


def checked_hints(hints: Mapping[str, str]) -> Names:
    """Return the lines under a name as they are kept. Raises Invalid."""
    return checked_names(hints, most=HINT_LIMIT, field="hints", may_be_empty=True)


def checked_texts(texts: Mapping[str, str]) -> Names:
    """Return texts of several lines as they are kept, empty ones left out. Raises Invalid."""
    kept: Names = {}
    wrong: dict[str, str] = {}
    for code in known_languages():
        text = mend_text(str(texts.get(code) or "")).replace("\r\n", "\n").strip()
        if (count := count_graphemes(text)) > TEXT_LIMIT or len(text) > 8 * TEXT_LIMIT:
            wrong[f"texts.{code}"] = _(
                "This is %(count)d characters long; at most %(most)d fit."
            ) % {"count": count, "most": TEXT_LIMIT}
        elif text:
            kept[code] = text
    if wrong:
        raise Invalid(fields=wrong)
    return kept


def new_key(names: Names, is_taken: Callable[[str], bool], *, most: int, joint: str = "-") -> str:
    """Make a key from a name: short, Latin, and not taken."""
    base = slugify(first_word(names).lower().translate(LATIN)).replace("-", joint).strip(joint)
    base = base[: most - 4].strip(joint) or "x"
    key, number = base, 2
    while is_taken(key):
        key, number = f"{base}{joint}{number}", number + 1
    return key
