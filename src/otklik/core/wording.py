"""Words that an administrator configures, kept in each language of the desk."""

from collections.abc import Mapping

from otklik.core.spoken import known_languages, present_language

Names = dict[str, str]


def word(names: Mapping[str, str], language: str | None = None) -> str:
    """Return the word in the wanted (or present) language, else the first that is given."""
    if text := names.get(language or present_language()):
        return text
    return first_word(names)


def with_unspoken(names: Names, old: Mapping[str, str]) -> Names:
    """Return new words with the old ones in languages whose catalogues are gone for now."""
    known = known_languages()
    return {code: text for code, text in old.items() if code not in known} | names


def first_word(names: Mapping[str, str]) -> str:
    """Return the word in the first language that has one, if need be in one that is gone."""
    in_order = (names.get(code) for code in (*known_languages(), *names))
    return next(filter(None, in_order), "")
