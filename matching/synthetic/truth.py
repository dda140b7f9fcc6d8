"""The truth beside a synthetic land register: for each subject of each row, who it is and what was done to it."""

from __future__ import annotations

from typing import Final, NamedTuple

import pyarrow as pa

TRUTH_FIELDS: Final = (
    "record_id",
    "subject_no",
    "kind",
    "in_scope",
    "in_register",
    "personal_id",
    "role",
    "errors",
    "trap",
)
TRUTH_SCHEMA: Final = pa.schema([(name, pa.string()) for name in TRUTH_FIELDS])


class Truth(NamedTuple):
    """One subject of one row; yes and no are "true" and "false", several codes are divided by semicolons."""

    record_id: str
    subject_no: str  # from 1, in the order in which the row names them
    kind: str  # person, organisation, community, unknown
    in_scope: str
    in_register: str
    personal_id: str  # empty if the register doesn't know the subject
    role: str
    errors: str  # codes of the error table
    trap: str  # codes of TRAPS


TRAPS: Final[dict[str, str]] = {
    "namesake": "somebody else in the register has this name, year of birth and commune",
    "namesake_elsewhere": "somebody else in the register, of another commune, has this name and year of birth",
    "father_son": "another man of the same name, a generation apart, lives in the same commune",
    "twin": "a brother or sister was born on the same day",
    "shared_old_number": "the register lists an old number of this person for somebody else as well",
    "spouse_number": "the number in the line is that of husband or wife",
    "number_of_another": "by a wrong digit or line, the number in the line is that of somebody else in the register",
    "stranger": "not in the register, and nothing like anybody in it by intent",
    "stranger_namesake": "not in the register, but has the name and the year of birth of somebody in it",
    "stranger_father": "not in the register; has the name of a son or daughter who is in it",
    "ancestor": "not in the register; died before it was built",
    "deceased": "in the register as dead",
    "foreigner": "a foreigner without a personal number",
}
