"""Identity numbers of invented people: 12 digits by the true rules, and the 9 digits of the cards before (DOMAIN 1).

Both hand out each number once, whatever the number of people, by walking through all serials in a scattered order;
only the numbers that were really issued twice in 2007 are shared. Ten people who follow each other with the same first
six digits get serials that differ in the last digit alone, as people registered together do (an assumption): so a
slip of one digit may well hit the twin, or a neighbour.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from matching.synthetic.dice import Integers, ranks_within

_BLOCKS: Final = 100_000
_STEP: Final = 38_197  # coprime with 100,000
_KEY_STEP: Final = 61_813

# Prefixes of the old cards by issuing province (two-digit code): DOMAIN 1.3; all after Kiên Giang are assumptions.
CMND9_PREFIXES: Final[dict[str, str]] = {
    "01": "010 011 012 013", "02": "070 071 073", "04": "080 085", "06": "095", "08": "070 072", "10": "060 063",
    "11": "040", "12": "045", "14": "050 051", "15": "060 061", "17": "111 113", "19": "090 091", "20": "080 082",
    "22": "100 101", "24": "121 122", "25": "130 131 132", "26": "135 136", "27": "125 126", "30": "141 142",
    "31": "030 031 032", "33": "145 146", "34": "150 151 152", "35": "168", "36": "161 162 163", "37": "164",
    "38": "170 171 172 173", "40": "181 182 183 187", "42": "184 186", "44": "191 194", "45": "197", "46": "190 192",
    "48": "201", "49": "205 206", "51": "211 212", "52": "210 215", "54": "220 221", "56": "225", "58": "264",
    "60": "260 261", "62": "233", "64": "230 231", "66": "240 241", "67": "245", "68": "250 251", "70": "285",
    "72": "290 291", "74": "280 281", "75": "270 272", "77": "273 274", "79": "020 022 023 024 025", "80": "300 301",
    "82": "310 311 312", "83": "320 321", "84": "334", "86": "330 331", "87": "340 341", "89": "350 351 352",
    "91": "370 371", "92": "361 362", "93": "363 364", "94": "365 366", "95": "385", "96": "380 381",
}  # fmt: skip
TWICE_ISSUED_FIRST: Final = 271_450_001
TWICE_ISSUED: Final = 50_000


class PersonalNumbers:
    """Hands out personal numbers, none twice."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._used = np.zeros(1_000 * 1_000, dtype=np.int64)  # per province or country, century with sex, and year

    def issue(self, region: Integers, birth_year: Integers, female: Integers) -> list[str]:
        """The numbers of people in their order: three digits of the region, sex and century, year, serial."""
        digit = (birth_year - 1900) // 100 * 2 + female
        prefix = region * 1_000 + digit * 100 + birth_year % 100
        count = self._used[prefix] + ranks_within(prefix)
        np.maximum.at(self._used, prefix, count + 1)
        block = (count // 10 * _STEP + prefix * _KEY_STEP + self._seed) % _BLOCKS
        serial = block * 10 + (count % 10 + prefix) % 10
        return [f"{p:06d}{s:06d}" for p, s in zip(prefix.tolist(), serial.tolist(), strict=True)]


class OldNumbers:
    """Hands out 9-digit numbers, none twice but those of the range that was issued twice."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._used: dict[str, int] = {}
        self._twice = 0

    def issue(self, province: str, pick: float) -> str:
        """A number of the cards that this province (two-digit code) issued; `pick` chooses among its prefixes."""
        prefixes = CMND9_PREFIXES[province].split()
        prefix = prefixes[int(pick * len(prefixes))]
        count = self._used.get(prefix, 0)
        self._used[prefix] = count + 1
        return f"{prefix}{(count * 381_973 + int(prefix) * 7_919 + self._seed * 104_729) % 1_000_000:06d}"

    def issue_twice(self) -> str:
        """A number that is given to two people: the first call and the second get the same."""
        pair = self._twice // 2
        self._twice += 1
        return str(TWICE_ISSUED_FIRST + (pair * 38_197 + self._seed) % TWICE_ISSUED)
