"""How traits are weighed, and how well that tells letters apart."""

import random
from collections import Counter
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.core.letters.suspicion import (
    Learned,
    chi_square,
    combined,
    probability,
    suspicion,
)
from otklik.core.letters.tests.letters import read

BOTH: Final = Learned(100, 100)


def test_a_trait_never_seen_says_nothing_and_one_seen_often_says_much() -> None:
    assert probability(Learned(), BOTH) == 0.5
    assert probability(Learned(1, 0), BOTH) == pytest.approx(0.8448, abs=1e-4)
    assert probability(Learned(50, 0), BOTH) > 0.99
    assert probability(Learned(0, 50), BOTH) < 0.01
    assert probability(Learned(10, 10), Learned(10, 100)) > 0.9  # by shares, not by numbers


@pytest.mark.parametrize(
    ("value", "degrees", "likely"),
    [(0.0, 2, 1.0), (3.84146, 2, 0.1465), (9.48773, 4, 0.05), (18.307, 10, 0.05), (1e9, 300, 0.0)],
)
def test_chi_square_is_that_of_the_tables(value: float, degrees: int, likely: float) -> None:
    assert chi_square(value, degrees) == pytest.approx(likely, abs=1e-4)


@given(st.lists(st.floats(0, 1), max_size=200))
def test_any_probabilities_combine_to_one(probabilities: list[float]) -> None:
    assert 0 <= combined(probabilities) <= 1


def test_evidence_of_both_kinds_is_no_idea() -> None:
    assert combined([]) == 0.5
    assert combined([0.99] * 20 + [0.01] * 20) == pytest.approx(0.5)
    found = [("a", Learned(40, 0)), ("b", Learned(0, 40)), ("c", Learned())]
    assert suspicion(found, BOTH).traits == ("a",)
    assert suspicion([], BOTH).percent == 50


USUAL: Final = """
здравствуйте добрый день подскажите пожалуйста спасибо hello please thanks regards здравейте
моля благодаря поздрави можете ли когда will this with from have your наш ваш если для счёт
заказ order invoice поръчка фактура сайт письмо email телефон phone вопрос question
"""
ASKED: Final = """
принтер не печатает ошибка вход пароль сервер доступ отчёт выгрузка обновление printer error
login password server access report export update screen версия настройка коннектор сценарий
принтерът не печата грешка вход парола сървър достъп отчет обновяване интеграция лиценз договор
акт бухгалтерия склад остатки timeout connector scenario webhook token attached screenshot
"""
SPAM: Final = """
кредит казино бонус выигрыш приз заработок похудеть скидка бесплатно акция инвестиции гарантия
доход срочно casino bonus winner prize loan viagra discount free crypto invest guaranteed income
urgent click кредити печалба награда безплатно отслабване промоция спечели доходи биткойн
рассылка база клиентов seo раскрутка промокод unsubscribe offer limited million dollars
"""


def written(kind: str, dice: random.Random) -> set[str]:
    """Write a letter of usual words, some of its kind, few of the other, and one of its own."""
    own, other = kind.split(), (ASKED if kind is SPAM else SPAM).split()
    words = dice.choices(USUAL.split(), k=25) + dice.choices(own, k=12) + dice.choices(other, k=2)
    dice.shuffle(words)
    return set(read(f"{' '.join(words)} слово{dice.random()}", subject=dice.choice(own)).traits)


def test_generated_letters_are_told_apart() -> None:
    """Of 400 letters after 60 lessons of each kind, 95 and more is most spam and nothing else.

    Measured: 190 of 200 of spam have 95 or more, and none of the 200 others more than 17.
    """
    dice = random.Random(7)
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for _lesson in range(60):
        for is_spam, kind in ((True, SPAM), (False, ASKED)):
            counts[is_spam].update(written(kind, dice))

    def percent(kind: str) -> int:
        traits = written(kind, dice)
        found = [(one, Learned(counts[True][one], counts[False][one])) for one in traits]
        return suspicion(found, Learned(60, 60)).percent

    spam, others = ([percent(kind) for _letter in range(200)] for kind in (SPAM, ASKED))
    held, wrongly = sum(one >= 95 for one in spam), sum(one >= 95 for one in others)
    assert (held >= 185, wrongly) == (True, 0), (held, wrongly)
    assert max(others) < 50 < min(spam)
