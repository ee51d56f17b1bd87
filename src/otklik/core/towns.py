"""What towns that time zones are named after are called in other languages."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global


@lru_cache(maxsize=4096)
def town_of(zone: str, language: str) -> str:
    """Return the town of an IANA zone, by CLDR; where that has none, as in the zone's name."""
    towns = Locale.parse(language, sep="-").time_zones
    named = (towns.get(name, {}).get("city") for name in [zone, *_other_names(zone)])
    return next(filter(None, named), zone.rsplit("/", 1)[-1].replace("_", " "))


def _other_names(zone: str) -> list[str]:
    """Return older and newer names of a zone: CLDR keeps towns under the oldest."""
    newest = get_global("zone_aliases").get(zone, zone)
    return [newest, *_older_names().get(newest, [])] if "/" in zone else []


@cache
def _older_names() -> Mapping[str, list[str]]:
    older: dict[str, list[str]] = defaultdict(list)
    for name, newest in get_global("zone_aliases").items():
        if "/" in name:
            older[newest].append(name)
    return {newest: sorted(names) for newest, names in older.items()}
