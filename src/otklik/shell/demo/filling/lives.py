"""One ticket's life, step by step, written as the actions would have written it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from otklik.shell.demo.filling.copying import NULL, escaped
from otklik.shell.demo.filling.crowd import Asker
from otklik.shell.demo.filling.ground import Colleague, Ground, Level, Place
from otklik.shell.demo.filling.moments import stamp
from otklik.shell.demo.filling.sheets import Sheets
from otklik.shell.demo.letters import Letter, Voice, pick
from otklik.shell.demo.lexicon import EMPTY, Language, Lexicon, Piece, Scenario
from otklik.shell.demo.plots import Step
from otklik.shell.demo.worlds import World

SNIPPET = 240
OWN_NOTES = 0.6  # of the notes belong to the matter, the rest would fit anywhere
OURS, THEIRS, NOBODY = "ours", "theirs", ""
CUSTOMER, DESK = "customer", "desk"
DONE = ("resolved", "closed")
# kinds and fields of history kept from customers
INTERNAL = frozenset({"note", "escalated", "calmed", "solve_due_at"})


@dataclass(slots=True)
class Setting:
    """Where a ticket's life takes place: the same for many tickets."""

    ground: Ground
    random: Random
    sheets: Sheets
    voice: Voice
    lexicon: Lexicon


@dataclass(slots=True)
class Life:
    """A ticket while it is written."""

    setting: Setting
    pk: int
    number: str
    scenario: Scenario
    world: World
    place: Place
    level: Level
    asker: Asker
    agent: Colleague
    head: Colleague
    created: int
    language: Language
    source: str
    creator: int
    variant: int
    now: int = 0
    phase: str = "new"
    turn: str = OURS
    version: int = 1
    public_version: int = 1
    public_at: int = 0
    assignee: Colleague | None = None
    updated: int = 0
    entered: int = 0
    replied: int | None = None
    resolved: int | None = None
    closed: int | None = None
    rested: int = 0
    escalated: int | None = None
    escalated_by: int | None = None
    last_words: str = ""
    last_author: str = ""
    has_files: bool = False
    said: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    # what happens -----------------------------------------------------------------------------

    def begin(self) -> int:
        """Open the ticket with the customer's letter; return the key of the message."""
        self.now = self.updated = self.public_at = self.entered = self.created
        world, setting = self.world, self.setting
        openings = self.scenario.openings
        piece = openings[self.variant % len(openings)]
        letter = setting.voice.opening(setting.random, piece, self.asker.speaker, world)
        who = (self.creator, self.creator_name)
        self._record(who, "opened", new=self.place.named, about=self.source)
        self._keep_letter(letter, CUSTOMER)
        key = self._write_message(letter, self.asker.pk, CUSTOMER)
        self._record(who, "message", new=f'{{"id":{key},"side":"customer"}}')
        return key

    @property
    def creator_name(self) -> str:
        """Return who took it down: the customer, or a colleague on the telephone."""
        return self.asker.speaker.name if self.creator == self.asker.pk else self.agent.speaker.name

    def take(self) -> None:
        self._assign(self.agent)

    def give(self) -> None:
        self._assign(self.head)

    def start(self) -> None:
        self._enter("progress", self._agent)

    def receipt(self) -> None:
        self._reply("receipts", EMPTY)

    def ask(self) -> None:
        question = self._own(self.scenario.questions)
        self._reply(question or "receipts", "partings" if question else EMPTY)
        self._enter("pending", self._agent)

    def detail(self) -> None:
        was_asked = self._own(self.scenario.questions)
        self._answer((was_asked and self._own(self.scenario.details)) or "answers")
        self._enter("progress", self._customer)

    def note(self) -> None:
        is_own = self.setting.random.random() < OWN_NOTES
        self._write_note((is_own and self._own(self.scenario.notes)) or "notes")

    def ping(self) -> None:
        self._answer("pings")

    def solve(self) -> None:
        self._reply(self._own(self.scenario.solutions) or "again", "closings")
        self._enter("resolved", self._agent)

    def thanks(self) -> None:
        self._answer("thanks")

    def confirm(self) -> None:
        self._enter("closed", self._customer)

    def expire(self) -> None:
        self._enter("closed", self._agent)

    def reject(self) -> None:
        self._answer("rejections")
        self._enter("reopened", self._customer)

    def again(self) -> None:
        self._reply("again", "closings")
        self._enter("resolved", self._agent)

    def escalate(self) -> None:
        self._write_note("escalations")
        self._keep(is_internal=True)
        who = self._agent
        self.escalated, self.escalated_by = self.now, who[0]
        self._record(who, "escalated")

    def calm(self) -> None:
        self._keep(is_internal=True)
        self.escalated = self.escalated_by = None
        self._record(self._agent, "calmed")

    def raise_(self) -> None:
        higher = self.setting.ground.levels.get(self.level.pk + 1)
        if higher is None:
            return
        self._keep()
        who = (self.head.pk, self.head.speaker.name)
        self._record(who, "changed", old=self.level.named, new=higher.named, about="priority")
        self.level = higher

    def rate(self) -> None:
        """Let the customer rate the solution: mostly well."""
        random, lexicon = self.setting.random, self.setting.lexicon
        mark = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)[int(random.random() * 10)]
        kind = "good" if mark > 3 else "fair" if mark == 3 else "bad"  # noqa: PLR2004  # of five
        comment = pick(random, lexicon.phrases["ratings"][kind]).format_map(self.world)
        suggestion = pick(random, lexicon.phrases["ratings"]["suggestions"])
        agent = self.assignee.pk if self.assignee else NULL
        self.setting.sheets.ratings.append(
            f"{self.pk}\t{self.asker.pk}\t{agent}\t{mark}\t{min(5, mark + 1)}"
            f"\t{escaped(comment)}\t{escaped(suggestion)}\t{stamp(self.now)}"
        )
        self._record(self._customer, "rated", new=str(mark))

    # how it is written ------------------------------------------------------------------------

    @property
    def _agent(self) -> tuple[int, str]:
        who = self.assignee or self.head
        return who.pk, who.speaker.name

    @property
    def _customer(self) -> tuple[int, str]:
        return self.asker.pk, self.asker.speaker.name

    def _keep(self, *, is_internal: bool = False) -> None:
        self.version += 1
        self.updated = self.now
        if not is_internal:
            self.public_version += 1
            self.public_at = self.now

    def _record(
        self,
        who: tuple[int, str],
        kind: str,
        *,
        old: str = NULL,
        new: str = NULL,
        about: str = "",
    ) -> None:
        internal = "t" if kind in INTERNAL or about in INTERNAL else "f"
        self.setting.sheets.history.append(
            f"{self.pk}\t{stamp(self.now)}\t{who[0]}\t{who[1]}\t{kind}\t{about}\t{old}\t{new}"
            f"\t{internal}\t{self.version}"
        )

    def _enter(self, phase: str, who: tuple[int, str]) -> None:
        stages, now = self.setting.ground.stages, self.now
        self._keep()
        self._record(who, "status", old=stages[self.phase].named, new=stages[phase].named)
        self._put_off(phase, who)
        if phase not in DONE:
            self.resolved = None
        elif self.phase not in DONE or self.resolved is None:
            self.resolved = now
        self.phase, self.entered = phase, now
        self.closed = now if phase == "closed" else None
        self.turn = _TURNS.get(phase, self.turn or OURS)

    @property
    def due(self) -> int:
        return self.created + self.level.solve_within + self.rested

    def _put_off(self, phase: str, who: tuple[int, str]) -> None:
        """Put the deadline off by the rest that ends, as `actions.resting` does."""
        since: int | None = None
        if self.phase == "pending":
            since = self.entered
        elif self.phase in DONE and phase not in DONE:
            since = self.resolved
        if since is None or since >= self.now:
            return
        old = self.due
        self.rested += self.now - since
        moments = (f'"{stamp(one).replace(" ", "T")}:00"' for one in (old, self.due))
        self._record(who, "changed", old=next(moments), new=next(moments), about="solve_due_at")

    def _assign(self, by: Colleague) -> None:
        self._keep()
        self.assignee = self.agent
        who = (by.pk, by.speaker.name)
        self._record(who, "assigned", new=self.agent.named)
        if self.phase == "new":
            self._enter("assigned", who)

    def _own(self, pieces: tuple[Piece, ...]) -> Piece | None:
        """Return the piece that goes with the ticket's opening, if the scenario has one."""
        piece = pieces[self.variant % len(pieces)] if pieces else None
        return piece if piece and piece.html[0] else None

    def _reply(self, what: Piece | str, closing: Piece | str) -> None:
        setting = self.setting
        who = self.assignee or self.head
        said = (what, closing)
        letter = setting.voice.agent(setting.random, said, who.speaker, self.world)
        self._keep()
        self.turn = THEIRS
        if self.replied is None:
            self.replied = self.now
        self._say(letter, (who.pk, who.speaker.name), DESK)

    def _answer(self, what: Piece | str) -> None:
        setting = self.setting
        letter = setting.voice.customer(setting.random, what, self.asker.speaker, self.world)
        self._keep()
        self.turn = OURS
        self._say(letter, self._customer, CUSTOMER)

    def _say(self, letter: Letter, who: tuple[int, str], side: str) -> None:
        self._keep_letter(letter, side)
        key = self._write_message(letter, who[0], side)
        self._record(who, "message", new=f'{{"id":{key},"side":"{side}"}}')

    def _keep_letter(self, letter: Letter, side: str) -> None:
        self.said.append(letter.text)
        self.last_words = letter.text[:SNIPPET]
        who = self.asker if side == CUSTOMER else (self.assignee or self.head)
        self.last_author = who.speaker.name

    def _write_message(self, letter: Letter, author: int, side: str) -> int:
        sheets = self.setting.sheets
        key = sheets.next_message
        sheets.next_message = key + 1
        sheets.messages.append(
            f"{key}\t{self.pk}\t{author}\t{side}\t{escaped(letter.html)}\t{stamp(self.now)}"
        )
        return key

    def _write_note(self, what: Piece | str) -> None:
        setting, sheets = self.setting, self.setting.sheets
        who = self._agent
        speaker = (self.assignee or self.head).speaker
        letter = setting.voice.note(setting.random, what, speaker, self.world)
        key = sheets.next_note
        sheets.next_note = key + 1
        self._keep(is_internal=True)
        self.noted.append(letter.text)
        sheets.notes.append(
            f"{key}\t{self.pk}\t{who[0]}\t{escaped(letter.html)}\t{stamp(self.now)}\t1"
        )
        self._record(who, "note", new=f'{{"id":{key}}}')


_TURNS = {
    "pending": THEIRS,
    "resolved": THEIRS,
    "closed": NOBODY,
    "reopened": OURS,
    "new": OURS,
}

DEEDS: dict[Step, Callable[[Life], None]] = {
    Step.TAKE: Life.take,
    Step.GIVE: Life.give,
    Step.START: Life.start,
    Step.RECEIPT: Life.receipt,
    Step.ASK: Life.ask,
    Step.DETAIL: Life.detail,
    Step.NOTE: Life.note,
    Step.PING: Life.ping,
    Step.SOLVE: Life.solve,
    Step.THANKS: Life.thanks,
    Step.CONFIRM: Life.confirm,
    Step.EXPIRE: Life.expire,
    Step.WITHDRAW: Life.confirm,
    Step.REJECT: Life.reject,
    Step.AGAIN: Life.again,
    Step.ESCALATE: Life.escalate,
    Step.CALM: Life.calm,
    Step.RAISE: Life.raise_,
    Step.RATE: Life.rate,
}
