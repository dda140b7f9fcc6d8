"""Measures how well columns in legacy encodings are recognised and read, and that clean columns stay as they are.

    python -m benchmarks.encodings [--seed 7]

Names are invented: a surname by its frequency (DOMAIN 3.6), then syllables, common ones and any of the language.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator

from matching.normalise.legacy_codecs import BYTES
from matching.normalise.legacy_encodings import ENCODINGS, decode_cell, encode, vote
from matching.normalise.legacy_tables import COMMON_SYLLABLES
from matching.normalise.syllables import ONSETS, RHYMES, TONES, fits, is_syllable, place_tone
from matching.synthetic.name_tables import FEMALE_GIVEN, FEMALE_MIDDLES, MALE_GIVEN, MALE_MIDDLES
from matching.synthetic.name_tables import SURNAMES as OTHER_SURNAMES

SURNAMES = (
    "Nguyễn 315 Trần 109 Lê 89 Phạm 59 Phan 28 Hoàng 26 Huỳnh 25 Vũ 25 Võ 24 Trương 22 Bùi 21 Đặng 21 Đỗ 19 Ngô 17 "
    "Hồ 15 Dương 14 Đinh 10 Lý 8 Đoàn 8 Lâm 8 Mai 7 Đào 7 Trịnh 6 Hà 6"
)
HIGHLAND = {
    "prefix": "Y H' K' Ka Ha Ya Ma Nai A",
    "given": (
        "Brèm Hen Bhăm Sã Brông Duck Bio Phèo Blèo Đêm Jŭ Mŭt Nhĕ Srôk Wă Ñuêl Hŏp Čăm Ƀlô Mlô Êban Blê Jôn Tồn Thê Pôl"
    ),
    "clan": (
        "Niê Mlô Êban Ksơr Kbuôr Adrơng Kpă Kdăm Ayŭn Ksor Rmah Siu Nay Cil Touprong Păng Lơ|Mu Kơ|Să Kră|Jăn "
        "Liêng|Hót Bon|Krong Bon|Yô Bon|Niêng Đơng|Gur Rơ|Ông Păng|Ting Tou|Neh Buôn|Yă Rơ|Ô"
    ),
}
FOREIGN = {
    "French": (
        "René Éric Hélène Loïc Zoé Anaïs François Chloé André Gaël Maël Joël Aïcha Benoît Cécile Jérôme Noémie Thérèse",
        "Dupont Lefèvre Béranger Müller Crépin Gérard Hébert Lévêque Noël Rivière Châtelain Forêt Garçon Côté Léa Lô",
    ),
    "German": (
        "Jörg Jürgen Günther Bärbel Käthe Sören Björn Anna Karl Lüdger Ö Hans Lea Götz Änne Jens Uta",
        "Müller Schröder Böhm Bär Kühn Groß Weiß Köhler Jäger Schäfer Löw Lüth Krüger Grün Hübner Lang Thöne",
    ),
    "English": (
        "John Mary Zoë Chloë Renée Siân Seán José Anne Tom Kim Lan Dan Ann May Beyoncé",
        "O'Neil Smith Brontë García Núñez Hughes Peña Ho Long Young Lee Ball Naïve McDonald Muñoz Peïrce",
    ),
    "Nordic": (
        "Åse Bjørn Søren Øyvind Jón Þór Åke Märta Sæunn Håkon Inger Ða Ævar",
        "Sjöberg Øster Ångström Bjørnø Þórðarson Hå Sø Lø Moe Ås Bø Nyström Mårtensson",
    ),
}


TYPABLE = frozenset(BYTES["viscii"]) | frozenset("abcdefghijklmnopqrstuvwxyzàáâãèéêìíòóôõùúý' ")


def syllables() -> list[str]:
    """All syllables of the language, each with each of its tones."""
    found = set()
    for onset in ONSETS:
        for rhyme in RHYMES:
            if fits(onset, rhyme):
                for tone in ("", *sorted(TONES)):
                    word = place_tone(onset + rhyme[:1] + tone + rhyme[1:]) if tone else onset + rhyme
                    if is_syllable(word):
                        found.add(word)
    return sorted(found)


class Names:
    """Invents names, one after the other, from a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.surnames, self.shares = SURNAMES.split()[::2], [int(share) for share in SURNAMES.split()[1::2]]
        self.rare = syllables()
        self.common = sorted(COMMON_SYLLABLES)

    def vietnamese(self) -> str:
        surname = self.dice.choices(self.surnames, self.shares)[0]
        middle = self.dice.choices(("Văn", "Thị", self.given(), ""), (30, 35, 30, 5))[0]
        return " ".join(filter(None, (surname, middle, *(self.given() for _ in range(self.dice.choice((1, 1, 1, 2)))))))

    def given(self) -> str:
        return self.dice.choice(self.common if self.dice.random() < 0.92 else self.rare).capitalize()

    def independent(self) -> str:
        """A name from the word lists of the synthetic province, which the decoder's own list owes nothing to."""
        female = self.dice.random() < 0.5
        middles, givens = (FEMALE_MIDDLES, FEMALE_GIVEN) if female else (MALE_MIDDLES, MALE_GIVEN)
        surname = self.dice.choices([row[0] for row in OTHER_SURNAMES], [row[2] for row in OTHER_SURNAMES])[0]
        middle, given = (re.findall(r"[^\W\d]+", self.dice.choice(words)) for words in (middles, givens))
        return f"{surname} {self.dice.choice(middle)} {self.dice.choice(given)}"

    def any_syllables(self) -> str:
        """A name of syllables drawn evenly from the whole language: no help from frequencies."""
        surname = self.dice.choices(self.surnames, self.shares)[0]
        return " ".join((surname, *(self.dice.choice(self.rare).capitalize() for _ in range(2))))

    def with_highlands(self) -> str:
        """A third of them names of the Central Highlands, in letters that the old fonts had."""
        if self.dice.random() >= 0.33:
            return self.vietnamese()
        name = self.highland()
        return name if TYPABLE.issuperset(name.lower()) else self.with_highlands()

    def highland(self) -> str:
        prefix, given, clan = (self.dice.choice(HIGHLAND[part].split()) for part in ("prefix", "given", "clan"))
        named = prefix + given if prefix.endswith("'") else f"{prefix} {given}"
        clan = clan.replace("|", " ")
        return self.dice.choice((named, f"{named} {clan}", f"{clan} {named}", f"{clan} {given}"))

    def foreign(self, language: str) -> str:
        given, family = FOREIGN[language]
        return f"{self.dice.choice(given.split())} {self.dice.choice(family.split())}"


CASES: dict[str, Callable[[str], str]] = {"title": str, "upper": str.upper, "lower": str.lower}


# Kind of names, size of the column, share of its rows in the encoding.
COLUMNS = (
    *(("vietnamese", size, share) for size in (1000, 50) for share in (1.0, 0.1)),
    *(("vietnamese", size, 1.0) for size in (20, 5)),
    *((kind, 1000, 1.0) for kind in ("independent", "any_syllables", "with_highlands")),
    ("with_highlands", 1000, 0.1),
)


def recovery(seed: int) -> Iterator[str]:
    """Columns wholly in an encoding, and columns where a tenth is: how many names come back."""
    for encoding in ENCODINGS:
        for kind, size, share in COLUMNS:
            for case in CASES:
                yield _recovered(Names(seed), encoding, kind, size, share, case)


def _recovered(names: Names, encoding: str, kind: str, size: int, share: float, case: str) -> str:
    exact = right = recognised = legacy_rows = changed = 0
    columns = 3000 // size
    for _ in range(columns):
        column = [CASES[case](getattr(names, kind)()) for _ in range(size)]
        legacy = [names.dice.random() < share for _ in column]
        legacy[0] = True
        typed = [encode(name, encoding) if old else name for name, old in zip(column, legacy, strict=True)]
        winner = vote(typed)
        recognised += winner == encoding
        for name, cell, old in zip(column, typed, legacy, strict=True):
            read = decode_cell(cell, winner) if winner else cell
            exact += old and read == name
            right += old and read.lower() == name.lower()
            changed += not old and read != name
        legacy_rows += sum(legacy)
    return (
        f"{encoding:14} {kind:14} {case:5} {size:4} rows {share:4.0%} legacy: columns {recognised}/{columns}, "
        f"names exact {exact / legacy_rows:7.2%}, but for case {right / legacy_rows:7.2%}, "
        f"Unicode rows changed {changed}"
    )


def clean(seed: int, count: int) -> Iterator[str]:
    """Unicode columns: none may be recognised as legacy, and no cell may change whatever the vote."""
    names = Names(seed)
    column = [names.highland() if number % 5 == 0 else names.vietnamese() for number in range(count)]
    yield _unchanged("Vietnamese with Highlands", column, (count, 1000, 50, 20, 5, 1))
    yield _unchanged("Highlands only", [names.highland() for _ in range(count // 10)], (count // 10, 50, 20, 5, 1))
    for language in FOREIGN:
        yield _unchanged(language, [names.foreign(language) for _ in range(count // 10)], (count // 10, 50, 20, 5, 1))
    for encoding in ENCODINGS:
        changed = [name for name in column if decode_cell(name, encoding) != name]
        yield f"cells of a Unicode column changed where {encoding} is claimed: {len(changed)} of {count} {changed[:4]}"


def _unchanged(what: str, column: list[str], sizes: tuple[int, ...]) -> str:
    parts = []
    for size in sizes:
        columns = [column[at : at + size] for at in range(0, len(column), size)]
        changed = 0
        for cells in columns:
            winner = vote(cells)
            changed += sum(decode_cell(cell, winner) != cell for cell in cells) if winner else 0
        parts.append(f"{changed}/{len(column)} in columns of {size}")
    return f"{what}: names changed " + ", ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--clean", type=int, default=100_000)
    given = parser.parse_args()
    for line in (*recovery(given.seed), *clean(given.seed, given.clean)):
        print(line)
    names = Names(given.seed)
    typed = [encode(names.vietnamese(), "tcvn3") for _ in range(20_000)]
    start = time.perf_counter()
    vote(typed)
    voted = time.perf_counter()
    for cell in typed:
        decode_cell(cell, "tcvn3")
    print(f"vote {voted - start:.2f} s, cells {time.perf_counter() - voted:.2f} s for {len(typed)} names")


if __name__ == "__main__":
    main()
