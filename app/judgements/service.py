"""What judgements amount to: the one word that counts for each land user and person, and where people disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.judgements.store import NOBODY, Case, Chair, Judgement, Word

_DECIDED = (Word.SAME, Word.NOT_SAME)


@dataclass(frozen=True, slots=True)
class Standing:
    """The words in force on one case, by chair."""

    case: Case
    words: dict[Chair, Judgement]

    @property
    def disputed(self) -> bool:
        """Whether the first and the second reviewer contradict each other and nobody has settled it."""
        return self._settled is None and {self._word(Chair.FIRST), self._word(Chair.SECOND)} == set(_DECIDED)

    @property
    def counts(self) -> Judgement | None:
        """The judgement that counts, same or not_same; None where nobody could tell or people disagree."""
        if self._settled is not None:
            return self._settled
        if self.disputed:
            return None
        said = (self.words.get(chair) for chair in (Chair.FIRST, Chair.SECOND))
        return next((one for one in said if one is not None and one.word in _DECIDED), None)

    @property
    def _settled(self) -> Judgement | None:
        decision = self.words.get(Chair.DECISION)
        return decision if decision is not None and decision.word in _DECIDED else None

    def _word(self, chair: Chair) -> Word | None:
        one = self.words.get(chair)
        return None if one is None else one.word


@dataclass(frozen=True, slots=True)
class Effect:
    """What judgements mean for a land user in a run: the person decided on, and the people ruled out.

    Two people decided on for one land user contradict each other, and so do somebody and nobody, until it is settled:
    then `same` is None and `contradictory` is set.
    """

    fingerprint: str
    same: Judgement | None
    not_same: frozenset[int]
    contradictory: bool = False


LandUser = tuple[str, int]  # record and subject number


def standings(in_force: Iterable[Judgement]) -> list[Standing]:
    """The cases with the words in force on each; a case whose words are all taken back is left out."""
    cases: dict[Case, dict[Chair, Judgement]] = {}
    for judgement in in_force:
        if judgement.word is not Word.UNDONE:
            cases.setdefault(judgement.case, {})[judgement.chair] = judgement
    return [Standing(case, words) for case, words in cases.items()]


def effects(in_force: Iterable[Judgement]) -> dict[LandUser, list[Effect]]:
    """What the judgements of a list mean for its land users, for each fingerprint that was judged."""
    counting: dict[tuple[LandUser, str], list[Judgement]] = {}
    for standing in standings(in_force):
        if (counts := standing.counts) is not None:
            case = standing.case
            counting.setdefault(((case.record_id, case.subject_no), case.fingerprint), []).append(counts)
    found: dict[LandUser, list[Effect]] = {}
    for (land_user, fingerprint), said in counting.items():
        found.setdefault(land_user, []).append(_effect(fingerprint, said))
    return found


def _effect(fingerprint: str, said: Sequence[Judgement]) -> Effect:
    """What the words that count on one land user mean together, each about another person or about nobody at all."""
    same = [one for one in said if one.word is Word.SAME]
    none = [one for one in said if one.word is Word.NOT_SAME and one.case.personal_id == NOBODY]
    # Who settles a disagreement outweighs those who disagree, whichever person they meant.
    if settled := [one for one in (*same, *none) if one.chair is Chair.DECISION]:
        same, none = ([one for one in words if one in settled] for words in (same, none))
    # One who saw nobody there may have found somebody later; two who say so of the same record disagree.
    opposed = any(one.chair is not other.chair or one in settled for one in same for other in none)
    contradictory = len(same) > 1 or opposed
    ruled_out = {one.case.personal_id for one in said if one.word is Word.NOT_SAME and one.case.personal_id != NOBODY}
    if none and not same:
        ruled_out.add(NOBODY)
    return Effect(fingerprint, None if contradictory or not same else same[0], frozenset(ruled_out), contradictory)
