"""The people who ask: companies, persons, addresses and telephones by the thousand."""

from dataclasses import dataclass, field
from random import Random

from otklik.people.models import Organization, Person
from otklik.people.models.contact import look_up_text, read_phone
from otklik.shell.demo.accounts import DOMAIN
from otklik.shell.demo.filling.copying import NULL, copy_lines, escaped, reserve_ids
from otklik.shell.demo.filling.moments import YEARS, stamp
from otklik.shell.demo.letters import Speaker
from otklik.shell.demo.lexicon import LANGUAGES, Language
from otklik.shell.demo.names import Namer

SHARES: dict[Language, float] = {"en": 0.3, "ru": 0.45, "bg": 0.25}
OWN_EVERY = 4  # each fourth is one of the company's own people
PEOPLE_A_COMPANY = 9
TEMPERS = (0, 0, 1, 1, 1, 1, 2, 2, 3)
CHANNELS = ("web", "web", "web", "email", "email", "phone")
BLOCK = 20_000

PERSON = (
    "id, surname, given_name, patronymic, organization_id, position, office, time_zone,"
    " language, channel, remarks, look_up, version, created_at"
)
OWN_DOMAIN = DOMAIN


@dataclass(frozen=True, slots=True)
class Asker:
    """One who asks."""

    pk: int
    speaker: Speaker


@dataclass(slots=True)
class Crowd:
    """Who asks in each language: the company's own people, and those of its customers."""

    own: dict[Language, list[Asker]] = field(default_factory=dict)
    foreign: dict[Language, list[Asker]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Company:
    column: str  # its key as COPY reads it
    domain: str


@dataclass(slots=True)
class _Sheets:
    """Lines for the tables of people."""

    people: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    def send(self) -> None:
        copy_lines("people_person", PERSON, self.people)
        copy_lines("people_emailaddress", "person_id, address, is_primary", self.emails)
        copy_lines("people_phonenumber", "person_id, number, digits, is_primary", self.phones)
        for lines in (self.people, self.emails, self.phones):
            lines.clear()


def gather(random: Random, count: int, now: int) -> Crowd:
    """Write `count` new people and their companies; return whom tickets may come from."""
    crowd = Crowd()
    shares = {language: round(count * share) for language, share in SHARES.items()}
    shares["ru"] += count - sum(shares.values())
    for language in LANGUAGES:
        _gather(random, crowd, language, (shares[language], now))
    return crowd


def _gather(random: Random, crowd: Crowd, language: Language, much: tuple[int, int]) -> None:
    count, now = much
    present = Person.objects.filter(language=language).count()
    first = reserve_ids("people_person", count)
    companies = _companies(Namer(language), max(1, count // PEOPLE_A_COMPANY), now)
    sheets, writer = _Sheets(), _Writer(Namer(language), random, now)
    home = Organization.objects.filter(domains__domain=OWN_DOMAIN).first()
    inner = _Company(str(home.pk) if home else NULL, OWN_DOMAIN)
    own, foreign = crowd.own.setdefault(language, []), crowd.foreign.setdefault(language, [])
    for number in range(count):
        is_own = number % OWN_EVERY == 0
        company = inner if is_own else companies[number % len(companies)]
        asker = writer.write(sheets, (first + number, present + number), company)
        (own if is_own else foreign).append(asker)
        if len(sheets.people) >= BLOCK:
            sheets.send()
    sheets.send()
    for some, others in ((own, foreign), (foreign, own)):
        if not some:
            some.extend(others)


@dataclass(slots=True)
class _Writer:
    namer: Namer
    random: Random
    now: int

    def write(self, sheets: _Sheets, keys: tuple[int, int], company: _Company) -> Asker:
        """Write one person; `keys` are the row's and the number among those of the language."""
        pk, number = keys
        pick = self.random.choice
        one = self.namer.someone(self.random)
        address = f"{one.latin_name}.{pk}@{company.domain}"
        phone = read_phone(self.namer.phone(number))
        look_up = look_up_text([one.surname, one.given_name, one.patronymic, address])
        look_up += "".join(f" {form}" for form in phone.forms)
        since = stamp(self.now - YEARS - int(self.random.random() * YEARS))
        row = (
            *(str(pk), one.surname, one.given_name, one.patronymic, company.column),
            *(one.position, one.office, one.time_zone, one.language, pick(CHANNELS)),
            *("", look_up, "1", since),
        )
        sheets.people.append("\t".join(row))
        sheets.emails.append(f"{pk}\t{address}\tt")
        sheets.phones.append(f"{pk}\t{phone.number}\t{phone.digits}\tt")
        speaker = Speaker(one.given_name, one.name, one.gender, pick(TEMPERS))
        return Asker(pk, speaker)


def _companies(namer: Namer, count: int, now: int) -> list[_Company]:
    """Write companies whose names nobody bears yet."""
    ending = f".{namer.language}.example"
    known = Organization.objects.filter(domains__domain__endswith=ending).count()
    names = {name.lower() for name in Organization.objects.values_list("name", flat=True)}
    first = reserve_ids("people_organization", count)
    made: list[_Company] = []
    rows, domains = [], []
    number = known
    while len(made) < count:
        name, domain = namer.company(number)
        number += 1
        if name.lower() in names:
            continue
        pk = first + len(made)
        standing = ("customer", "customer", "customer", "key", "prospect", "former")[number % 6]
        rows.append(
            f"{pk}\t{escaped(name)}\t{standing}\t\t\t{'ft'[number % 5 == 0]}\t{stamp(now - YEARS)}"
        )
        domains.append(f"{pk}\t{domain}")
        made.append(_Company(str(pk), domain))
    columns = "id, name, standing, products, remarks, shares_tickets, created_at"
    copy_lines("people_organization", columns, rows)
    copy_lines("people_organizationdomain", "organization_id, domain", domains)
    return made
