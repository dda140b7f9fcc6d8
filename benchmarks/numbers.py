"""Measures the reader of identity numbers: agreement with another decoder, recovery and false repair of corrupted ones.

    python -m benchmarks.numbers [--count 100000] [--seed 7]

The other decoder is the package chiecthuyenngoaixa (module ctnx). It takes 028 for a province (Hà Tây, until 2008) and
refuses a serial of six zeros; our numbers have neither. Numbers are invented, seeded and of possible structure.

Recovered: read as the true number and flagged as repaired, or not in need of repair. False: read as another number that
may be matched. Refused: not read as a number that may be matched.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable

from ctnx.validation import is_valid_cccd, parse_cccd

from matching.normalise.number_tables import COUNTRIES, PROVINCES
from matching.normalise.numbers import read_numbers
from matching.records import NumberKind, Sex, Trust

LATEST = 2026
LOOK_ALIKES = {"0": "OoQ", "1": "IlI", "5": "S", "8": "B"}


def invented(dice: random.Random) -> str:
    """A number of possible structure: one in fifty registered abroad, born between 1935 and 2020."""
    region = dice.choice(list(COUNTRIES)) if dice.random() < 0.02 else dice.choice(list(PROVINCES))
    year = dice.randint(1935, 2020)
    return f"{region}{(year - 1900) // 100 * 2 + dice.randint(0, 1)}{year % 100:02}{dice.randint(1, 999_999):06}"


def look_alikes(number: str, dice: random.Random) -> str:
    places = [place for place, digit in enumerate(number) if digit in LOOK_ALIKES]
    letters = list(number)
    for place in dice.sample(places, min(len(places), dice.randint(1, 3))):
        letters[place] = dice.choice(LOOK_ALIKES[number[place]])
    return "".join(letters)


def substituted(number: str, dice: random.Random) -> str:
    place = dice.randrange(12)
    return number[:place] + dice.choice("0123456789".replace(number[place], "")) + number[place + 1 :]


def transposed(number: str, dice: random.Random) -> str:
    places = [place for place in range(11) if number[place] != number[place + 1]]
    place = dice.choice(places)
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def grouped(number: str, dice: random.Random) -> str:
    mark = dice.choice([" ", ".", "-", "\u00a0"])
    return mark.join([number[:3], number[3:6], number[6:9], number[9:]])


def as_java_writes(number: str, _: random.Random) -> str:
    mantissa, exponent = f"{int(number):.11E}".split("E")
    return f"{mantissa.rstrip('0')}E{int(exponent)}"


CORRUPTIONS: dict[str, Callable[[str, random.Random], str]] = {
    "none": lambda number, _: number,
    "spreadsheet number": lambda number, _: str(int(number)),
    "spreadsheet number .0": lambda number, _: f"{int(number)}.0",
    "scientific, all digits": lambda number, _: f"{int(number):.{len(str(int(number))) - 1}E}",
    "scientific, as Java writes": as_java_writes,
    "scientific, six figures": lambda number, _: f"{int(number):.5E}",
    "thousands": lambda number, _: f"{int(number):,}".replace(",", "."),
    "grouped": grouped,
    "labelled, with issue": lambda number, dice: f"CCCD số {number}, cấp ngày {dice.randint(1, 28)}/05/2021",
    "letters like digits": look_alikes,
    "letter at the end": lambda number, dice: number + dice.choice("ABCX"),
    "with an old number": lambda number, dice: f"{dice.randint(10, 38)}0{dice.randint(100000, 999999)} / {number}",
    "one digit wrong": substituted,
    "two digits swapped": transposed,
    "one digit missing": lambda number, dice: (lambda p: number[:p] + number[p + 1 :])(dice.randrange(12)),
    "one digit more": lambda number, dice: (lambda p: number[:p] + dice.choice("0123456789") + number[p:])(
        dice.randrange(13)
    ),
    "random 11 digits": lambda _, dice: str(dice.randint(10**10, 10**11 - 1)),
    "random 12 digits": lambda _, dice: f"{dice.randrange(10**12):012}",
    "telephone": lambda _, dice: f"0{dice.choice('35789')}{dice.randrange(10**8):08}",
    "tax code": lambda _, dice: f"{dice.choice(['01', '58', '31', '80', '84'])}{dice.randrange(10**8):08}",
}


def outcome(cell: str, number: str) -> str:
    """Recovered, false or refused, by the 12-digit numbers that may be matched."""
    read = [n for n in read_numbers(cell, latest=LATEST) if n.kind is NumberKind.PERSONAL and n.trust > Trust.GUESSED]
    if any(n.value == number for n in read):
        return "recovered"
    return (
        ("false, as written" if any(n.trust is Trust.AS_WRITTEN for n in read) else "false, flagged")
        if read
        else "refused"
    )


def agrees(number: str) -> bool:
    """Whether both decoders say the same of a number."""
    (read,) = read_numbers(number, latest=LATEST)
    if not is_valid_cccd(number):
        return read.kind is not NumberKind.PERSONAL
    other = parse_cccd(number)
    return (read.sex is Sex.MALE, read.birth_year) == (other.is_male, other.birth_year)


def main() -> None:
    """Prints agreement, then a line for each kind of corruption, then the time for a clean number."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=7)
    chosen = options.parse_args()
    dice = random.Random(chosen.seed)
    numbers = [invented(dice) for _ in range(chosen.count)]
    print(f"agreement with ctnx on {chosen.count:,} clean numbers: {sum(map(agrees, numbers)):,}")
    print(f"\n{'corruption':28}{'recovered':>12}{'false':>12}{'of it flagged':>15}{'refused':>12}")
    sample = numbers[: max(1, chosen.count // 10)]
    for kind, corrupt in CORRUPTIONS.items():
        counts = Counter(outcome(corrupt(number, dice), number) for number in sample)
        wrong = counts["false, as written"] + counts["false, flagged"]
        shares = [
            100 * n / len(sample) for n in (counts["recovered"], wrong, counts["false, flagged"], counts["refused"])
        ]
        print(f"{kind:28}{shares[0]:>11.2f}%{shares[1]:>11.2f}%{shares[2]:>14.2f}%{shares[3]:>11.2f}%")
    start = time.process_time()
    for number in numbers:
        read_numbers(number, latest=LATEST)
    print(f"\nclean number: {(time.process_time() - start) / len(numbers) * 1e6:.2f} microseconds of processor time")


if __name__ == "__main__":
    main()
