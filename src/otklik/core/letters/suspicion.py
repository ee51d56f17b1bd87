"""How much a letter looks like spam, by how often each of its traits was in either kind.

After G. Robinson, "A Statistical Approach to the Spam Problem", Linux Journal 107 (March 2003):
a trait's probability leans on a prior as long as it was seen seldom, and traits are combined by
Fisher's method, once for spam and once against. The constants are those that the SpamBayes
project found by its tests (T. Meyer and B. Whateley, "SpamBayes: Effective open-source,
Bayesian based, email classification system", CEAS 2004).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

PRIOR: Final = 0.5
"""What is thought of a trait that was never seen."""
STRENGTH: Final = 0.45
"""How many letters the prior weighs."""
LEAST_LEANING: Final = 0.1
"""A trait nearer to the middle than this says nothing."""
MOST_TRAITS: Final = 150
"""So many are combined, those that lean most."""
SHOWN: Final = 5
_SMALLEST: Final = 1e-200


@dataclass(frozen=True)
class Learned:
    """How many letters of each kind were learned, or had some trait."""

    spam: int = 0
    ham: int = 0


@dataclass(frozen=True)
class Suspicion:
    """How much a letter looks like spam, 0 to 100, and the traits that spoke for it most."""

    percent: int
    traits: tuple[str, ...] = ()


def suspicion(found: Iterable[tuple[str, Learned]], letters: Learned) -> Suspicion:
    """Weigh the traits of a letter; both kinds of `letters` have been learned."""
    leaning = [(trait, probability(one, letters)) for trait, one in found]
    telling = [one for one in leaning if abs(one[1] - PRIOR) >= LEAST_LEANING]
    telling.sort(key=lambda one: (-abs(one[1] - PRIOR), one[0]))
    del telling[MOST_TRAITS:]
    percent = round(100 * combined([one for _trait, one in telling]))
    against = [trait for trait, one in telling if one > PRIOR]
    return Suspicion(percent, tuple(against[:SHOWN]))


def probability(trait: Learned, letters: Learned) -> float:
    """Return how likely a letter with a trait is spam: Robinson's f(w)."""
    in_spam = min(1.0, trait.spam / letters.spam)
    in_ham = min(1.0, trait.ham / letters.ham)
    seen = trait.spam + trait.ham
    if not seen or not in_spam + in_ham:
        return PRIOR
    raw = in_spam / (in_spam + in_ham)
    return (STRENGTH * PRIOR + seen * raw) / (STRENGTH + seen)


def combined(probabilities: Sequence[float]) -> float:
    """Combine by Fisher's method to one number, 0 for no spam, 1 for spam, a half for no idea."""
    if not probabilities:
        return PRIOR
    degrees = 2 * len(probabilities)
    spam = 1 - chi_square(_evidence(probabilities, lambda one: 1 - one), degrees)
    ham = 1 - chi_square(_evidence(probabilities, lambda one: one), degrees)
    return (spam - ham + 1) / 2


def _evidence(probabilities: Sequence[float], turn: Callable[[float], float]) -> float:
    return -2 * sum(math.log(max(turn(one), _SMALLEST)) for one in probabilities)


def chi_square(value: float, degrees: int) -> float:
    """Return how likely chi-square of so many degrees, an even number, is `value` or more."""
    half = value / 2
    term = whole = math.exp(-half)
    for number in range(1, degrees // 2):
        term *= half / number
        whole += term
    return min(1.0, whole)
