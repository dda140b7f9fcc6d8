"""The verdict policy: one ordered, total rule table over levels and certainty, first match wins.

The categories are those of DOMAIN 7. Each rule lists what it demands of each comparison; a field that is not listed may
be anything.
"""

from __future__ import annotations

from matching.findings import FINDINGS
from matching.verdict import Action, Certainty, Identity, NumberState, Rule, Verdict


def _any_of(*codes: str) -> frozenset[str]:
    return frozenset(codes)


SAME_NAME = _any_of("exact", "spelling")
_BARE_NAME = _any_of("accents_lost")
_CLOSE_NAME = _any_of("exact", "spelling", "accents_lost", "other_name")
_WEAK_NAME = _any_of("missing", "given_differs", "given_only", "surname_only", "different")
_OTHER_NAME = _any_of("surname_only", "different")
_RELATIVE_NAME = _any_of("middle_differs", "given_differs", "given_only")
_FULL_DATE = _any_of("same_day", "register_coarse")
_COARSE_DATE = _any_of("year_only", "month_only", "year_in_disguise")
AGREEING_DATE = _FULL_DATE | _COARSE_DATE
_OTHER_DATE = _any_of("one_part", "same_year", "near_year", "different")
_WEAK_DATE = _any_of("missing", "different")
_SEX_OK = _any_of("missing", "agrees")
_CONTRARY_SEX = _any_of("contradicts")
_CURRENT = _any_of("current")
_HELD_NUMBER = _any_of("current", "zero_restored", "repaired", "cancelled", "one_off")
_LISTED_NUMBER = _HELD_NUMBER | _any_of("old", "old_guessed")
_NOT_HELD = frozenset({NumberState.NONE, NumberState.INVALID, NumberState.UNKNOWN})
_HELD = frozenset({NumberState.HELD})
_STRANGE = frozenset({NumberState.UNKNOWN})
_OTHER_NUMBER = _any_of("different", "held_nearby", "old_conflict", "one_off")
_NO_CURRENT = _any_of("missing", "old_differs", "old_guessed", "too_young")
_NO_COMMON_DATE = _any_of("same_year", "near_year", "different")
_OF_ANOTHER = ("id.held_by_other",)
_NOT_FOUND = ("record.not_found",)
_NOT_THERE = ("id.unknown", "record.not_found")
_NO_NUMBER = _any_of("missing", "old_guessed")
_SURE = frozenset({Certainty.SURE, Certainty.CERTAIN})
_CERTAIN = frozenset({Certainty.CERTAIN})

_P, _F, _N = Verdict.PARTIAL, Verdict.FULL, Verdict.NONE
_YES, _LIKELY, _UNKNOWN = Identity.CONFIRMED, Identity.PROBABLE, Identity.NOT_ESTABLISHED

RULES: tuple[Rule, ...] = (
    # The person is certain, and nothing differs.
    Rule("M1", _F, _YES, Action.NONE, _any_of("exact"), _CURRENT, _FULL_DATE, _SEX_OK, frozenset({Certainty.CERTAIN})),
    Rule("M2", _F, _YES, Action.NONE, SAME_NAME, _CURRENT, _FULL_DATE, _SEX_OK, frozenset({Certainty.CERTAIN})),
    # All agrees, and somebody else agrees nearly as well.
    Rule("P9", _P, _LIKELY, Action.OFFICE, SAME_NAME, _CURRENT, _FULL_DATE, _SEX_OK),
    # The current number agrees, one thing differs.
    Rule("P1a", _P, _YES, Action.BULK, _any_of("accents_lost"), _CURRENT, _FULL_DATE, _SEX_OK),
    Rule("P1b", _P, _YES, Action.OFFICE, _any_of("other_name"), _CURRENT, _FULL_DATE, _SEX_OK),
    Rule("P2a", _P, _YES, Action.BULK, SAME_NAME, _CURRENT, _COARSE_DATE, _SEX_OK),
    Rule("P2b", _P, _YES, Action.BULK, SAME_NAME, _CURRENT, _any_of("swapped"), _SEX_OK),
    Rule("P2d", _P, _YES, Action.BULK, SAME_NAME, _CURRENT, _any_of("missing"), _SEX_OK),
    # Father and son of one name: the number says one, the birth date the other.
    Rule(
        "A1",
        _N,
        _UNKNOWN,
        Action.FIELD,
        SAME_NAME,
        _CURRENT,
        _OTHER_DATE,
        rival=True,
        findings=("candidates.several",),
    ),
    Rule("P2c", _P, _LIKELY, Action.OFFICE, SAME_NAME, _CURRENT, _OTHER_DATE, _SEX_OK),
    Rule("P3", _P, _YES, Action.OFFICE, SAME_NAME, _CURRENT, _FULL_DATE, _any_of("contradicts")),
    # A name with nothing in common stands beside this person's number: whose record it is can't be told from here
    # (a spouse's number and birth date on the wrong line look the same as a changed name).
    Rule("U3", _N, _UNKNOWN, Action.FIELD, _any_of("missing"), _HELD_NUMBER, _WEAK_DATE, findings=("name.missing",)),
    Rule("U4", _N, _UNKNOWN, Action.OFFICE, _OTHER_NAME, _HELD_NUMBER, findings=_OF_ANOTHER),
    # So does a relative's number: the name is another one, and either the sex contradicts or no date supports it.
    Rule("U4", _N, _UNKNOWN, Action.OFFICE, _WEAK_NAME, _LISTED_NUMBER, None, _CONTRARY_SEX, findings=_OF_ANOTHER),
    Rule("U4", _N, _UNKNOWN, Action.OFFICE, _RELATIVE_NAME, _HELD_NUMBER, _WEAK_DATE, findings=_OF_ANOTHER),
    Rule("P9", _P, _LIKELY, Action.OFFICE, _any_of("missing"), _CURRENT, _FULL_DATE, _SEX_OK),
    Rule("P1c", _P, _LIKELY, Action.OFFICE, None, _CURRENT, _FULL_DATE, _SEX_OK),
    # Name or year disagree with an older number: such a number never establishes anybody by itself.
    Rule("U3", _N, _UNKNOWN, Action.FIELD, _WEAK_NAME, _any_of("old", "old_guessed")),
    Rule("U3", _N, _UNKNOWN, Action.FIELD, None, _any_of("old", "old_guessed"), _any_of("different")),
    # The number had to be repaired, or is an older one.
    Rule("P7", _P, _YES, Action.BULK, SAME_NAME, _any_of("zero_restored"), AGREEING_DATE, _SEX_OK),
    Rule("P7", _P, _YES, Action.OFFICE, _CLOSE_NAME, _any_of("zero_restored"), AGREEING_DATE, _SEX_OK),
    Rule("P7", _P, _YES, Action.OFFICE, _CLOSE_NAME, _any_of("repaired"), AGREEING_DATE, _SEX_OK),
    Rule("P7", _P, _YES, Action.OFFICE, _CLOSE_NAME, _any_of("one_off"), AGREEING_DATE, _SEX_OK, number=_NOT_HELD),
    Rule("P5a", _P, _YES, Action.BULK, _CLOSE_NAME, _any_of("old"), AGREEING_DATE, _SEX_OK),
    Rule("P5d", _P, _YES, Action.BULK, _CLOSE_NAME, _any_of("cancelled"), AGREEING_DATE, _SEX_OK),
    # The number is another person's, or there is none: name and birth date alone point to one person.
    Rule(
        "P8",
        _P,
        _LIKELY,
        Action.OFFICE,
        _CLOSE_NAME,
        _any_of("different", "held_nearby", "one_off", "old_conflict"),
        AGREEING_DATE,
        _SEX_OK,
        number=frozenset({NumberState.HELD}),
        findings=("id.held_by_other",),
    ),
    # Hardly any land user is under 21: without a number, name and year are too little to name somebody that young.
    Rule("U5", _N, _UNKNOWN, Action.FIELD, None, _NO_CURRENT, _COARSE_DATE, young=True, findings=_NOT_FOUND),
    # A name without accents is that of several people: with a year alone it must be certain.
    Rule("P6", _P, _LIKELY, Action.OFFICE, _BARE_NAME, _NO_NUMBER, _COARSE_DATE, _SEX_OK, _CERTAIN),
    Rule("U5", _N, _UNKNOWN, Action.FIELD, _BARE_NAME, _NO_CURRENT, _COARSE_DATE, findings=_NOT_FOUND),
    Rule("P6", _P, _LIKELY, Action.OFFICE, _CLOSE_NAME, _NO_NUMBER, AGREEING_DATE, _SEX_OK),
    # Without a number, name and birth date must carry the identity: neither may be missing or contradict.
    Rule("U3", _N, _UNKNOWN, Action.FIELD, None, _any_of("missing"), _any_of("missing")),
    Rule(
        "U3",
        _N,
        _UNKNOWN,
        Action.FIELD,
        _WEAK_NAME,
        _any_of("missing", "different", "held_nearby", "old_differs", "too_young"),
    ),
    # Two dates that share the year at most, and no number that agrees: rather a namesake than a misspelt date.
    Rule("U4", _N, _UNKNOWN, Action.OFFICE, None, _OTHER_NUMBER, _NO_COMMON_DATE, number=_HELD, findings=_OF_ANOTHER),
    Rule("U1", _N, _UNKNOWN, Action.POLICE, None, _OTHER_NUMBER, _NO_COMMON_DATE, number=_STRANGE, findings=_NOT_THERE),
    Rule("U5", _N, _UNKNOWN, Action.FIELD, None, _NO_CURRENT, _NO_COMMON_DATE, findings=_NOT_FOUND),
    # A sound number that nobody holds is its owner's: a name and a year don't outweigh it.
    Rule("U1", _N, _UNKNOWN, Action.POLICE, None, _OTHER_NUMBER, _COARSE_DATE, number=_STRANGE, findings=_NOT_THERE),
    # One person is sure enough, and several things differ at once.
    Rule("P9", _P, _LIKELY, Action.OFFICE),
    # Somebody, but who?
    Rule(
        "A1",
        _N,
        _UNKNOWN,
        Action.FIELD,
        certainty=frozenset({Certainty.SEVERAL}),
        complete=True,
        findings=("candidates.several",),
    ),
    # Nobody.
    Rule(
        "U4",
        _N,
        _UNKNOWN,
        Action.OFFICE,
        certainty=frozenset(Certainty),
        number=frozenset({NumberState.HELD}),
        findings=("id.held_by_other",),
    ),
    Rule(
        "U1",
        _N,
        _UNKNOWN,
        Action.POLICE,
        certainty=frozenset(Certainty),
        number=frozenset({NumberState.UNKNOWN}),
        findings=("id.unknown", "record.not_found"),
    ),
    Rule(
        "U2",
        _N,
        _UNKNOWN,
        Action.FIELD,
        certainty=frozenset(Certainty),
        number=frozenset({NumberState.INVALID}),
        findings=("id.invalid", "record.not_found"),
    ),
    Rule(
        "U5",
        _N,
        _UNKNOWN,
        Action.FIELD,
        certainty=frozenset(Certainty),
        complete=True,
        findings=("id.missing", "record.not_found"),
    ),
    Rule("U3", _N, _UNKNOWN, Action.FIELD, certainty=frozenset(Certainty), findings=("record.incomplete",)),
)

# Out of scope: never compared, outside every rate.
OUT_OF_SCOPE: dict[str, Rule] = {
    "organisation": Rule("S4", _N, _UNKNOWN, Action.NONE, findings=("record.organisation",)),
    "foreign": Rule("S5", _N, _UNKNOWN, Action.OFFICE, findings=("record.foreign",)),
    "placeholder": Rule("S7", _N, _UNKNOWN, Action.FIELD, findings=("record.placeholder",)),
}

# What each level of each field has to say, as findings; levels that aren't listed say nothing.
LEVEL_FINDINGS: dict[str, dict[str, str]] = {
    "name": {
        "missing": "name.missing",
        "spelling": "name.spelling",
        "other_name": "name.other_name",
        "accents_lost": "name.accents_lost",
        "variant": "name.variant",
        "abbreviated": "name.abbreviated",
        "one_typo": "name.one_typo",
        "accents": "name.accents",
        "middle_dropped": "name.middle_dropped",
        "reordered": "name.reordered",
        "middle_differs": "name.middle_differs",
        "garbled": "name.one_typo",
        "given_differs": "name.differs",
        "given_only": "name.differs",
        "surname_only": "name.differs",
        "different": "name.differs",
    },
    "id_number": {
        "zero_restored": "id.zero_restored",
        "repaired": "id.repaired",
        "old": "id.old",
        "cancelled": "id.cancelled",
        "old_conflict": "id.old_conflict",
        "old_guessed": "id.old_guessed",
        "one_off": "id.one_off",
        "old_differs": "id.old_differs",
        "too_young": "id.old_too_young",
        "held_nearby": "id.differs",
        "different": "id.differs",
    },
    "birth_date": {
        "missing": "birth_date.missing",
        "year_only": "birth_date.year_only",
        "month_only": "birth_date.month_only",
        "year_in_disguise": "birth_date.year_in_disguise",
        "swapped": "birth_date.swapped",
        "one_part": "birth_date.differs",
        "same_year": "birth_date.differs",
        "near_year": "birth_date.differs",
        "different": "birth_date.differs",
    },
    "sex": {"contradicts": "sex.contradicts"},
    "address": {"differs": "address.differs"},
}

assert all(code in FINDINGS for codes in LEVEL_FINDINGS.values() for code in codes.values())
assert all(code in FINDINGS for rule in (*RULES, *OUT_OF_SCOPE.values()) for code in rule.findings)
