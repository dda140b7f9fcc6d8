"""What somebody who only has `match` can find out about people by asking cleverly: nothing that wasn't sent.

Each test is an attack on a known person of the small register (conftest.PEOPLE).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.clients.store import Limits
from app.matches.attempts import Attempts
from app.matches.disclosure import TOLD
from app.matches.even_answers import wait_of
from matching.findings import FINDINGS
from matching.model import default_model
from matching.normalise import normalise
from matching.records import RawRecord
from tests.app.callers import headers_of
from tests.app.matches.conftest import AS_OF, PEOPLE

BA = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"}
HUNG = {"full_name": "Nguyễn Văn Hùng", "birth_date": "1960"}
STRANGER = {"full_name": "Đặng Quốc Khánh Duy", "birth_date": "1960"}
Json = dict[str, Any]
# Of an answer, what stands there whoever is asked about: the caller's own words back, and the service's state.
OWN = ("record_id", "normalised", "stamp")


@pytest.fixture
def guesser(service: TestClient) -> TestClient:
    """A client that may match, and see nothing else; it may try as often as it likes."""
    service.headers.update(_headers(service, attempts=0))
    return service


def _headers(service: TestClient, *, attempts: int | None, name: str = "guesser") -> dict[str, str]:
    db = service.app.state.database  # type: ignore[attr-defined]
    return headers_of(db, "match", name=name, limits=Limits(rate=0, concurrent=0, attempts=attempts))


def ask(service: TestClient, explain: bool = True, **record: str) -> Json:
    answer = service.post("/v1/match", json={"record": record, "explain": explain})
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def subject_of(service: TestClient, **record: str) -> Json:
    subject: Json = ask(service, **record)["subjects"][0]
    return subject


def seen(answer: Json) -> Json:
    """An answer without the caller's own words."""
    subjects = [{k: v for k, v in subject.items() if k not in OWN} for subject in answer["subjects"]]
    return {k: v for k, v in answer.items() if k not in OWN} | {"subjects": subjects}


# A name that somebody knows.


@pytest.mark.parametrize("known", ["Trần Văn Ba", "Nguyễn Văn Hùng", "Phạm Thị Lan", "K'Brèm"])
@pytest.mark.parametrize("more", [{}, {"sex": "Nam"}, {"address": "Xã Đinh Lạc, Lâm Đồng"}])
def test_a_name_alone_says_nothing_of_whether_its_owner_exists(
    guesser: TestClient, known: str, more: dict[str, str]
) -> None:
    stranger = "K'Brớt" if known.startswith("K'") else "Đặng Quốc Khánh Duy"
    assert seen(ask(guesser, full_name=known, **more)) == seen(ask(guesser, full_name=stranger, **more))


@pytest.mark.parametrize("year", ["1960", "1985", "1940", "2001"])
def test_a_none_is_the_same_whether_several_are_near_or_nobody(guesser: TestClient, year: str) -> None:
    nobody = seen(ask(guesser, full_name="Đặng Quốc Khánh Duy", birth_date=year))
    for name in ("Trần Văn Ba", "Nguyễn Văn Hùng", "Phạm Thị Lan"):
        answer = ask(guesser, full_name=name, birth_date=year)
        assert answer["verdict"] == "none"
        assert seen(answer) == nobody


def test_guessed_birth_dates_of_a_known_name_differ_by_the_verdict_alone(guesser: TestClient) -> None:
    wrong = [f"{day:02d}/07/1985" for day in range(1, 28) if day != 20]
    answers = {json.dumps(seen(ask(guesser, full_name="Trần Văn Ba", birth_date=date))) for date in wrong}
    assert len(answers) == 1


def test_of_wrong_birth_dates_none_is_nearer_than_another(guesser: TestClient) -> None:
    known = {"full_name": "Lê Thị Mỹ", "id_number": "068188004321"}
    answers = [ask(guesser, **known, birth_date=date) for date in ("02/04/1988", "03/03/1988", "02/03/1989")]
    assert [answer["verdict"] for answer in answers] == ["partial"] * 3
    assert seen(answers[0]) == seen(answers[1]) == seen(answers[2])


# A number.


def test_no_number_is_told_that_was_not_sent(guesser: TestClient) -> None:
    numbers = {person[0] for person in PEOPLE}
    for record in (
        {"full_name": "Trần Văn Ba", "id_number": "250123456", "birth_date": "1985"},
        {"full_name": "Trần Văn Ba", "id_number": "068085001243", "birth_date": "20/07/1985"},
        {"full_name": "Trần Văn Ba", "id_number": "068188004321", "birth_date": "20/07/1985"},
        {"full_name": "Trần Văn Ba", "birth_date": "20/07/1985"},
        HUNG,
    ):
        told = json.dumps(seen(ask(guesser, **record)))
        assert not [number for number in numbers if number in told], record


def test_the_number_that_was_sent_is_told_where_it_is_the_persons(guesser: TestClient) -> None:
    assert subject_of(guesser, **BA)["person"]["personal_id"] == BA["id_number"]
    lost_zero = subject_of(guesser, **(BA | {"id_number": "68085001234"}))
    assert lost_zero["person"]["personal_id"] == BA["id_number"]


def test_a_number_that_is_somebodys_is_not_told_from_one_that_is_nobodys(guesser: TestClient) -> None:
    known = {"full_name": "Đặng Quốc Khánh Duy", "birth_date": "01/01/1985"}
    taken, free = (ask(guesser, **known, id_number=number) for number in ("068085001234", "068085777777"))
    assert seen(taken) == seen(free)
    taken, free = (ask(guesser, id_number=number) for number in ("068085001234", "068085777777"))
    assert seen(taken) == seen(free)


def test_a_digit_off_is_no_warmer_than_six(guesser: TestClient) -> None:
    known = {"full_name": "Trần Văn Ba", "birth_date": "20/07/1985"}
    near, far = (ask(guesser, **known, id_number=number) for number in ("068085001235", "068085987654"))
    if near["verdict"] == far["verdict"]:
        assert seen(near) == seen(far)
    for answer in (near, far):
        assert "id.one_off" not in json.dumps(answer)


def test_old_numbers_are_not_proposed(guesser: TestClient) -> None:
    subject = subject_of(guesser, full_name="Trần Văn Ba", id_number="CMND 250123456", birth_date="1985")
    assert subject["verdict"] == "partial"
    assert "proposed" not in subject
    assert set(subject["person"]) == {"person_ref"}


# An address, a death, a sex.


def test_no_guess_of_an_address_is_confirmed(guesser: TestClient) -> None:
    known = BA | {"birth_date": "1985"}
    right, wrong = (
        ask(guesser, **known, address=text) for text in ("Xã Bảo Lâm 2, Lâm Đồng", "Xã Đinh Văn Lâm Hà, Lâm Đồng")
    )
    assert right["verdict"] == "partial"
    assert seen(right) == seen(wrong)
    assert {finding["field"] for finding in right["subjects"][0]["findings"]} == {"birth_date"}


def test_whether_somebody_is_dead_is_not_told(guesser: TestClient) -> None:
    dead = subject_of(guesser, full_name="Phạm Thị Lan", id_number="068140000009", birth_date="1940")
    assert dead["verdict"] == "full"
    assert not [finding for finding in dead["findings"] if finding["code"].startswith("S1")]
    claimed = subject_of(guesser, full_name="Bà Lê Thị Mỹ (đã chết)", id_number="068188004321", birth_date="02/03/1988")
    assert claimed["verdict"] == "full"
    assert not [finding for finding in claimed["findings"] if finding["code"].startswith("S1")]


# Words that would say "warm".


@pytest.mark.parametrize(
    "names", [("Tran Van Ba", "Trần Văn Bé"), ("Trần Vân Ba", "Trần Quốc Ba"), ("Trần Ba", "Võ Minh Ba")]
)
def test_names_that_are_nearer_are_not_told_from_names_that_are_farther(
    guesser: TestClient, names: tuple[str, str]
) -> None:
    near, far = (subject_of(guesser, **(BA | {"full_name": name})) for name in names)
    if near["verdict"] == far["verdict"]:
        assert seen({"subjects": [near]}) == seen({"subjects": [far]})


def test_probabilities_and_weights_are_no_oracle(guesser: TestClient) -> None:
    model = default_model()
    allowed = {"full": model.full_probability, "partial": model.partial_probability, "none": 0.0}
    for record in (BA, BA | {"sex": "Nữ"}, BA | {"birth_date": "1985"}, HUNG, STRANGER, {"full_name": "Trần Văn Ba"}):
        subject = subject_of(guesser, **record)
        assert subject["match_probability"] == allowed[subject["verdict"]]
        assert subject["match_weight"] is None


def test_an_explanation_says_what_was_compared_and_never_how_it_compares(guesser: TestClient) -> None:
    right, wrong = ask(guesser, **BA), ask(guesser, **(BA | {"full_name": "Đỗ Thị Nga", "birth_date": "01/02/1950"}))
    assert (right["verdict"], wrong["verdict"]) == ("full", "none")
    explanations = [answer["subjects"][0]["explanation"] for answer in (right, wrong)]
    for explanation in explanations:
        assert {comparison["level"] for comparison in explanation["comparisons"]} <= {"withheld", "missing"}
        assert (explanation["candidates"], explanation["blocking_rules"], explanation["nearest"]) == (None, [], [])
        assert {comparison["weight"] for comparison in explanation["comparisons"]} == {0.0}


def test_every_finding_has_been_thought_over() -> None:
    """A finding that is new says nothing to clients without match:disclose until it stands in this table."""
    assert set(FINDINGS) == set(TOLD)
    assert all(code in FINDINGS for code in TOLD.values() if code)


# Batches, errors, references.


def test_a_batch_tells_no_more_than_its_records_alone(guesser: TestClient) -> None:
    records = [BA, HUNG, STRANGER, BA | {"id_number": "068085001243"}, {"full_name": "Trần Văn Ba"}]
    items = guesser.post("/v1/match/batch", json={"records": records, "explain": True}).json()["results"]
    for record, item in zip(records, items, strict=True):
        alone = ask(guesser, **record)
        alone.pop("stamp")
        assert item["answer"] == alone


def test_a_couple_in_one_record_lends_nobody_the_others_number(guesser: TestClient) -> None:
    answer = ask(
        guesser,
        full_name="Ông Trần Văn Ba và vợ là bà Lê Thị Mỹ",
        id_number="068085001234",
        birth_date="20/07/1985",
    )
    assert "068188004321" not in json.dumps(answer)
    assert "id.belongs_to_spouse" not in json.dumps(answer)


def test_references_of_two_clients_have_nothing_in_common_and_are_no_numbers(guesser: TestClient) -> None:
    mine = subject_of(guesser, **BA)["person"]["person_ref"]
    assert subject_of(guesser, **BA)["person"]["person_ref"] == mine
    guesser.headers.update(_headers(guesser, attempts=0, name="another"))
    other = subject_of(guesser, **BA)["person"]["person_ref"]
    assert other != mine
    assert "085001234" not in mine + other


def test_errors_are_the_same_for_known_and_unknown_people(guesser: TestClient) -> None:
    for broken in ({"birth_date": {"a": 1}}, {"unknown": "x"}, {"encoding": "x"}):
        known, stranger = (
            guesser.post("/v1/match", json={"record": {**record, **broken}}) for record in (BA, STRANGER)
        )
        assert (known.status_code, known.json()) == (stranger.status_code, stranger.json())
        assert known.status_code == 422


# Attempts.


@pytest.mark.parametrize("name", ["Trần Văn Ba", "Đặng Quốc Khánh Duy"])
def test_birth_dates_of_a_name_can_be_tried_a_few_times_only_whether_it_exists_or_not(
    service: TestClient, name: str
) -> None:
    service.headers.update(_headers(service, attempts=5))
    statuses = [
        service.post("/v1/match", json={"record": {"full_name": name, "birth_date": f"{day:02d}/07/1985"}}).status_code
        for day in range(1, 9)
    ]
    assert statuses == [200] * 5 + [429] * 3


def test_spelling_the_name_another_way_gives_no_further_attempts(service: TestClient) -> None:
    service.headers.update(_headers(service, attempts=3))
    names = ["Trần Văn Ba", "TRAN VAN BA", "Văn Ba Trần", "tràn vàn bà", "Trần Văn Bà"]
    statuses = [
        service.post("/v1/match", json={"record": {"full_name": name, "birth_date": f"0{n}/07/1985"}}).status_code
        for n, name in enumerate(names, 1)
    ]
    assert statuses == [200, 200, 200, 429, 429]


def test_names_for_a_known_number_can_be_tried_a_few_times_only(service: TestClient) -> None:
    service.headers.update(_headers(service, attempts=5))
    statuses = [
        service.post("/v1/match", json={"record": {"full_name": name, "id_number": "068085001234"}}).status_code
        for name in ("Vũ An", "Vũ Bình", "Vũ Chi", "Vũ Dung", "Vũ Em", "Vũ Phú", "Trần Văn Ba")
    ]
    assert statuses == [200] * 5 + [429] * 2


def test_years_of_a_name_are_tried_a_few_times_more(service: TestClient) -> None:
    service.headers.update(_headers(service, attempts=2))
    statuses = [
        service.post("/v1/match", json={"record": {"full_name": "Trần Văn Ba", "birth_date": str(year)}}).status_code
        for year in range(1980, 1990)
    ]
    assert statuses == [200] * 8 + [429] * 2


def test_a_batch_of_guesses_is_counted_record_by_record(service: TestClient) -> None:
    service.headers.update(_headers(service, attempts=5))
    guesses = [{"full_name": "Trần Văn Ba", "birth_date": f"{day:02d}/07/1985"} for day in range(1, 28)]
    items = service.post("/v1/match/batch", json={"records": [*guesses, STRANGER]}).json()["results"]
    assert [item["status"] for item in items] == [200] * 5 + [429] * 22 + [200]
    assert items[10]["answer"] is None
    assert items[10]["error"]["type"] == "urn:khop:problem:limit.attempts"


def test_the_same_question_again_is_no_attempt(service: TestClient) -> None:
    service.headers.update(_headers(service, attempts=1))
    assert {service.post("/v1/match", json={"record": BA}).status_code for _ in range(5)} == {200}


def test_a_refusal_says_when_to_come_again_and_nothing_of_the_person(service: TestClient) -> None:
    service.headers.update(_headers(service, attempts=1))
    service.post("/v1/match", json={"record": BA})
    refused = service.post("/v1/match", json={"record": BA | {"birth_date": "21/07/1985"}})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert "Ba" not in refused.text
    assert "068085001234" not in refused.text


def test_who_may_see_everything_may_ask_as_often_as_needed(service: TestClient) -> None:
    dates = [f"{day:02d}/07/1985" for day in range(1, 28)]
    assert {service.post("/v1/match", json={"record": BA | {"birth_date": d}}).status_code for d in dates} == {200}


def subject_read(**cells: str) -> Any:
    return normalise(RawRecord(**cells), as_of=AS_OF).subjects[0]


def refused(attempts: Attempts, client: int, *, limit: int, **cells: str) -> bool:
    from app.clients.errors import AttemptsExceeded

    try:
        attempts.asked(client, [subject_read(**cells)], limit=limit)
    except AttemptsExceeded:
        return True
    return False


def test_attempts_are_counted_for_each_client_and_each_vietnamese_day() -> None:
    now = [1_795_366_799.0]  # 23:59:59 on 22 November 2026 in Vietnam
    attempts = Attempts(clock=lambda: now[0])
    assert not refused(attempts, 1, limit=1, full_name="Trần Văn Ba", birth_date="1985")
    assert refused(attempts, 1, limit=1, full_name="Trần Văn Ba", birth_date="02/03/1985")
    assert not refused(attempts, 2, limit=1, full_name="Trần Văn Ba", birth_date="02/03/1985")
    now[0] += 1
    assert not refused(attempts, 1, limit=1, full_name="Trần Văn Ba", birth_date="02/03/1985")


def test_asking_about_thousands_of_others_frees_no_attempts() -> None:
    attempts = Attempts(clock=lambda: 0.0)
    assert not refused(attempts, 1, limit=1, full_name="Trần Văn Ba", birth_date="1985")
    others = [subject_read(full_name=f"Nguyễn Văn {a}{b}", birth_date="1985") for a in "BCDGHKLMNT" for b in "aeiouy"]
    for year in range(50):
        for other in others:
            attempts.found(1, [(other, f"{year}-{other.full_name}")], limit=1)
    assert refused(attempts, 1, limit=1, full_name="Trần Văn Ba", birth_date="02/03/1985")


# Time.


def test_an_answer_of_nobody_waits_for_the_next_even_moment() -> None:
    assert wait_of(0.0021, 0.005) == pytest.approx(0.0029)
    assert wait_of(0.0051, 0.005) == pytest.approx(0.0049)
    assert wait_of(0.005, 0.005) == 0.0


def test_only_answers_of_nobody_to_clients_who_may_know_no_more_are_held(service: TestClient) -> None:
    held: list[bool] = []
    app = service.app

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)  # type: ignore[operator]
        if scope["type"] == "http":
            held.append(bool(scope["state"].get("even_answer")))

    service.post("/v1/match", json={"record": HUNG})
    limited = _headers(service, attempts=0)
    with TestClient(noted, headers=dict(service.headers)) as all_seeing:
        all_seeing.post("/v1/match", json={"record": HUNG})
    with TestClient(noted, headers=limited) as guesser:
        guesser.post("/v1/match", json={"record": HUNG})
        guesser.post("/v1/match", json={"record": STRANGER})
        guesser.post("/v1/match", json={"record": BA})
        guesser.post("/v1/match/batch", json={"records": [BA, HUNG]})
    assert held == [False, True, True, False, True]
