"""Land rows as they were typed: one person or two in a line, bodies, rows for nobody; each with its truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from matching.synthetic.address_errors import joined
from matching.synthetic.bodies import body, foreigner, nobody
from matching.synthetic.corruptions import Chances, spoil
from matching.synthetic.dice import Dice
from matching.synthetic.draft import Draft, Ground, Owner, draft
from matching.synthetic.listed import Listed
from matching.synthetic.truth import Truth

_COUPLES: Final = (
    ("Hộ ông {0} và vợ là bà {1}", 4.0),
    ("Hộ ông {0} và bà {1}", 4.0),
    ("Ông {0} và bà {1}", 5.0),
    ("Ông {0} và vợ là bà {1}", 3.0),
    ("Ông: {0}, bà: {1}", 1.0),
    ("{0} và vợ {1}", 0.7),
    ("{0} - {1}", 2.0),
    ("{0}, {1}", 1.5),
    ("{0}; {1}", 1.0),
    ("{0} và {1}", 1.5),
    ("Ông {0}\nBà {1}", 1.0),
)
_CO_OWNERS: Final = (("{0}; {1}", 3.0), ("{0}, {1}", 2.0), ("1. {0} 2. {1}", 1.0), ("{0} và {1}", 2.0))
# errors of a whole cell, which two persons in it share
_OF_THE_LINE: Final = frozenset(("name.case", "name.code", "sex", "sex.form"))
_BETWEEN_NUMBERS: Final = (" - ", "; ", ", ", " / ")
_BETWEEN_DATES: Final = (" - ", "; ", " và ")
_LETTERS: Final = "ABCDEGHKMNSTVXY"


@dataclass(frozen=True, slots=True)
class Case:
    """A row before it is typed: who, on which parcel and paper, and the errors drawn for each person."""

    kind: str  # of HOLDINGS
    owner: Owner | None
    beside: Owner | None  # the second person of the holding
    spouse: Owner | None
    together: bool
    parcel: int
    commune: str  # of the parcel
    old_paper: bool
    drawn: tuple[Sequence[int], Sequence[int]]


class LandRow(NamedTuple):
    """A land record of the contract."""

    record_id: str
    full_name: str
    id_number: str
    birth_date: str
    sex: str
    address: str
    role: str
    legal_form: str
    organisation_name: str
    parcel_id: str
    parcel_commune_code: str
    certificate_no: str


def written_rows(
    dice: Dice, land: Ground, people: Listed, chances: Chances, cases: Sequence[Case], *, first_number: int
) -> Iterator[tuple[LandRow, list[Truth]]]:
    """Each case as a land row and the truth of its subjects; numbers of rows begin with the first number."""
    above: Owner | None = None
    for number, case in enumerate(cases, first_number):
        record = f"LD-{number:07d}"
        row = LandRow(record, "", "", "", "", "", "", "", "", *_parcel(case))
        if case.owner is None:
            yield _out_of_scope(dice, land, case, row)
            continue
        typed = _typed(dice, land, chances, case.owner, case.spouse, above or case.owner, case.drawn[0])
        above = case.owner
        if case.kind == "represented":
            yield _represented(dice, land, people, case, row, typed)
        elif case.together and case.beside is not None:
            drawn = chances.shared(case.drawn[0], case.drawn[1], groups=_OF_THE_LINE)
            second = _typed(dice, land, chances, case.beside, case.owner, case.owner, drawn)
            yield _two_in_a_line(dice, people, case, row, typed, second)
        else:
            yield _one_in_a_line(people, case, row, typed)


def _typed(
    dice: Dice, land: Ground, chances: Chances, owner: Owner, spouse: Owner | None, above: Owner, drawn: Sequence[int]
) -> Draft:
    """The cells of a person after all errors."""
    cells = draft(owner, dice, land, spouse=spouse, row_above=above)
    spoil(cells, drawn, chances)
    cells.address = cells.address or joined(cells)
    return cells


def _one_in_a_line(people: Listed, case: Case, row: LandRow, cells: Draft) -> tuple[LandRow, list[Truth]]:
    """The row of one person."""
    household = cells.title.startswith(("Hộ", "Chủ hộ"))
    form, role = ("Hộ gia đình", "Chủ hộ") if household else ("Cá nhân", "Cá nhân")
    if case.kind == "couple":
        form, role = "Vợ chồng", "Vợ" if cells.owner.female else "Chồng"
    elif case.kind == "co_owners":
        form, role = "Đồng sử dụng", "Thành viên"
    row = row._replace(
        full_name=cells.title + cells.name + cells.note, id_number=cells.number, birth_date=cells.birth, sex=cells.sex,
        address=cells.address, legal_form=form, role=role,
    )  # fmt: skip
    truth_role = {"Chủ hộ": "head", "Vợ": "wife", "Chồng": "husband", "Thành viên": "co_owner"}.get(role, "holder")
    return row, [_truth(people, row.record_id, 1, truth_role, cells)]


def _two_in_a_line(
    dice: Dice, people: Listed, case: Case, row: LandRow, one: Draft, two: Draft
) -> tuple[LandRow, list[Truth]]:
    """The row of a couple, or of two owners, in one line: their cells joined."""
    couple = case.kind == "couple"
    if couple and one.owner.female:
        one, two = two, one
    template = dice.weighted(_COUPLES if couple else _CO_OWNERS)
    name = template.format(one.name + one.note, two.name + two.note)
    if one.name.isupper() and two.name.isupper():
        name = name.upper()
    for cells in (one, two):
        cells.codes = [code for code in cells.codes if code not in ("name.honorific",)]
    two.codes = [code for code in two.codes if not code.startswith("address.")]
    two.codes += [code for code in one.codes if code.startswith("address.")]
    if two.owner.commune != one.owner.commune and "address.moved" not in two.codes:
        two.codes.append("address.moved")  # the line has the first owner's address
    sexes = [one.sex, two.sex] if dice.chance(0.3) and one.sex and two.sex else []
    row = row._replace(
        full_name=name,
        id_number=_both(dice, _BETWEEN_NUMBERS, one.number, two.number),
        birth_date=_both(dice, _BETWEEN_DATES, one.birth, two.birth),
        sex=" - ".join(sexes),
        address=one.address,
        legal_form="Vợ chồng" if couple else "Đồng sử dụng",
        role="Chủ hộ" if name.startswith("Hộ") else "",
    )
    for cells in (one, two):
        if not sexes:
            cells.codes = [code for code in cells.codes if not code.startswith("sex.")] + ["sex.missing"]
    roles = ("husband", "wife") if couple else ("co_owner", "co_owner")
    return row, [_truth(people, row.record_id, 1, roles[0], one), _truth(people, row.record_id, 2, roles[1], two)]


def _both(dice: Dice, between: Sequence[str], one: str, two: str) -> str:
    """Two values in one cell; the only one where the other is missing."""
    return dice.pick(between).join(value for value in (one, two) if value)


def _represented(
    dice: Dice, land: Ground, people: Listed, case: Case, row: LandRow, cells: Draft
) -> tuple[LandRow, list[Truth]]:
    """An organisation with the person who stands for it."""
    found = body(dice, _commune_name(land, case.commune), represented=True)
    row = row._replace(
        full_name=cells.name, id_number=cells.number, birth_date=cells.birth, sex=cells.sex, address=cells.address,
        role="Người đại diện", legal_form="Tổ chức", organisation_name=found.name,
    )  # fmt: skip
    cells.codes = [code for code in cells.codes if code not in ("name.honorific", "name.said_dead", "name.other_note")]
    return row, [
        Truth(row.record_id, "1", found.kind, "false", "false", "", "", "", ""),
        _truth(people, row.record_id, 2, "representative", cells),
    ]


def _out_of_scope(dice: Dice, land: Ground, case: Case, row: LandRow) -> tuple[LandRow, list[Truth]]:
    """A row of a body, of a foreigner, or of nobody."""
    commune = _commune_name(land, case.commune)
    place = ", ".join((commune, land.units.provinces[land.units.communes[case.commune].province].name))
    if case.kind == "body":
        found = body(dice, commune)
        row = row._replace(full_name=found.name, address=place, legal_form="Tổ chức")
        return row, [Truth(row.record_id, "1", found.kind, "false", "false", "", "", "", "")]
    name, number = foreigner(dice) if case.kind == "foreigner" else nobody(dice)
    row = row._replace(full_name=name, id_number=number, address=place if dice.chance(0.5) else "")
    if case.kind == "foreigner":
        row = row._replace(birth_date=str(dice.between(1940, 1990)), legal_form="Cá nhân", role="Cá nhân")
        return row, [Truth(row.record_id, "1", "person", "false", "false", "", "holder", "", "foreigner")]
    return row, [Truth(row.record_id, "1", "unknown", "false", "false", "", "", "", "")]


def _truth(people: Listed, record_id: str, subject: int, role: str, cells: Draft) -> Truth:
    """What is true of one person of a row."""
    owner = cells.owner
    traps = list(owner.traps)
    if "number.of_spouse" in cells.codes:
        traps.append("spouse_number")
    wrong = {"number.of_another", "number.one_digit_off", "number.transposed"}.intersection(cells.codes)
    if wrong and cells.number != owner.personal_id and people.has(cells.number):
        traps.append("number_of_another")
    known = "true" if owner.registered else "false"
    personal_id = owner.personal_id if owner.registered else ""
    return Truth(
        record_id, str(subject), "person", "true", known, personal_id, role, ";".join(cells.codes), ";".join(traps)
    )


def _commune_name(land: Ground, code: str) -> str:
    """The name of a present-day commune."""
    commune = land.units.communes.get(code)
    return "xã" if commune is None else commune.name


def _parcel(case: Case) -> tuple[str, str, str]:
    """Parcel, its commune, and the certificate's number; a parcel without certificate gets a number of its own kind."""
    scattered = case.parcel * 2_654_435_761 % 4_294_967_296
    sheet, plot = 1 + scattered % 97, 1 + scattered // 97 % 899
    parcel = f"{case.commune}_{sheet}_{plot}"
    if scattered % 100 < 4:
        return parcel, case.commune, f"CHUACOGIAY_{parcel}"
    letter = _LETTERS[scattered // 7 % len(_LETTERS)]
    number = scattered // 11 % 900_000 + 100_000
    paper = f"{letter} {number}" if case.old_paper else f"{'BCD'[scattered // 13 % 3]}{letter} {number}"
    return parcel, case.commune, paper
