"""khop model, khop train, khop evaluate: which model decides, how one is trained, and how good its answers are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.questions import clean_records, question_of, tells_some_only, truths_in
from app.cli.terminal import now, opened_database, progress, say, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.db import Database
    from matching.evaluate import Outcome
    from matching.evidence import EvidenceCount
    from matching.link import Question
    from matching.model import Model
    from matching.records import CleanRecord

model = typer.Typer(
    name="model",
    help="Mô hình đối chiếu: xem, thêm, chuyển, khôi phục / linkage models: list, import, activate, roll back.",
    no_args_is_help=True,
)

LandFileArgument = Annotated[
    Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai / the land file.")
]
Seed = Annotated[int, typer.Option(min=0, help="Hạt giống: cùng hạt giống, cùng kết quả / the same seed, the same.")]
_DRAWN = 40_000  # people of the register for random pairs


@model.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Dạng JSON, cho máy đọc / as JSON.")] = False,
) -> None:
    """Liệt kê các mô hình và mô hình đang dùng / list the models and which one is active."""
    from app.cli.model_tables import models_json, models_table
    from app.models import service

    with told(), opened_database() as database:
        found, active = service.models(database)
    if as_json:
        typer.echo(models_json(found, active))
    else:
        models_table(found, active)


@model.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp .json / the model.")],
    note: Annotated[str, typer.Option(help="Ghi chú: huấn luyện thế nào / how it was made.")] = "",
    activate: Annotated[bool, typer.Option("--activate", help="Dùng ngay / make it the active one.")] = False,
) -> None:
    """Thêm một mô hình từ tệp JSON; chưa dùng cho đến khi activate / keep a model; it decides once activated."""
    from app.models import service

    with told(), opened_database() as database:
        added = service.add(database, file.read_text(encoding="utf-8"), note=note, clock=now)
        if activate:
            service.activate(database, added.version, clock=now)
    say(f"✓ {added.version}" + (" — đang dùng / is active" if activate else ""))


@model.command("export")
def export(
    version: Annotated[str | None, typer.Argument(metavar="BẢN", help="Mặc định: đang dùng / default: active.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Mặc định: màn hình / default: print it.")] = None,
) -> None:
    """Xuất một mô hình ra JSON / a model as its JSON document."""
    from app.models import service

    with told(), opened_database() as database:
        document = service.document(database, version)
    if out is None:
        typer.echo(document)
    else:
        out.write_text(document + "\n", encoding="utf-8")
        say(f"→ {out}")


@model.command()
def activate(version: Annotated[str, typer.Argument(metavar="BẢN", help="Tên bản / its version.")]) -> None:
    """Kiểm tra toàn bộ và chuyển sang dùng một mô hình / check a model whole and make it the active one."""
    from app.models import service

    with told(), opened_database() as database:
        found = service.activate(database, version, clock=now)
    say(f"✓ Đang dùng mô hình {found.version} / model {found.version} is active")


@model.command()
def rollback() -> None:
    """Quay lại mô hình dùng trước / bring back the model that was active before the present one."""
    from app.models import service

    with told(), opened_database() as database:
        version = service.rollback(database, clock=now)
    say(f"✓ Đang dùng mô hình {version} / model {version} is active")


@model.command()
def revoke(
    version: Annotated[str, typer.Argument(metavar="BẢN", help="Tên bản / its version.")],
    undo: Annotated[bool, typer.Option("--undo", help="Bỏ thu hồi / take the revocation back.")] = False,
) -> None:
    """Thu hồi một mô hình: không dùng lại được, mọi công việc theo nó dừng / forbid a model and stop all its jobs.

    Công việc dừng giữ phần đã làm (trạng thái stopped); bỏ thu hồi thì chạy
    tiếp được: khop job resume. Mô hình đang dùng phải được thay trước.

    Jobs that stop keep what they have done (state stopped), and can go on if
    the revocation is taken back: khop job resume. The active model has to be
    replaced first.
    """
    from app.jobs.service import stop_revoked
    from app.models import service

    with told(), opened_database() as database:
        if undo:
            service.pardon(database, version)
            say(f"✓ {version}: đã bỏ thu hồi / is not revoked any more")
            return
        service.revoke(database, version, clock=now)
        stopped = stop_revoked(database, clock=now)
    say(f"✓ Đã thu hồi {version}; {len(stopped)} công việc dừng / revoked; jobs stopped: {len(stopped)}")


def train(
    land: Annotated[
        Path, typer.Option("--land", metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai / the land file.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="TỆP", help="Tệp .json của mô hình / the new model.")],
    truth: Annotated[
        Path | None,
        typer.Option(
            metavar="TỆP",
            exists=True,
            dir_okay=False,
            help="Tệp sự thật: đếm trực tiếp và chọn ngưỡng / count on known pairs, choose thresholds.",
        ),
    ] = None,
    register_only: Annotated[
        bool, typer.Option("--register-only", help="Không có sự thật: thuật toán EM / no truth is known: EM.")
    ] = False,
    name: Annotated[str, typer.Option(help="Tên mô hình / its name.")] = "khop-trained",
    rows: Annotated[int, typer.Option(min=100, help="Số dòng tối đa / rows to learn from at most.")] = 50_000,
    seed: Seed = 1,
) -> None:
    """Huấn luyện mô hình trên dữ liệu dân cư đang dùng và một tệp đất đai / train on the active register and a file.

    Bắt đầu từ mô hình đang dùng; mức nào ít gặp thì giữ trọng số cũ. In trọng
    số cũ và mới cạnh nhau. Mô hình mới chưa được dùng: xem lại, so sánh bằng
    `khop evaluate`, rồi `khop model import` và `khop model activate`.

    It starts from the active model; levels that are seldom seen keep their
    weight. Old and new weights are printed side by side. Nothing decides by
    the new model before it is imported and activated.

    Ví dụ / example: khop train --land dat-dai.csv --truth dat-dai.truth.csv -o mo-hinh.json
    """
    from dataclasses import replace

    from app.cli.model_tables import thresholds_table, training_table
    from app.models.service import active_model, checked
    from app.register.candidates import active_candidates
    from app.register.sampling import drawn_people
    from matching.evaluate import calibrate, labels_of
    from matching.train import learners
    from matching.train import train as learn

    if (truth is None) != register_only:
        raise typer.BadParameter("--truth TỆP | --register-only")
    with told(), opened_database() as database:
        question = question_of(database, active_model(database))
        records = clean_records(land, question.as_of, rows)
        # Weights are learnt from one half, thresholds are chosen on the other.
        half = len(records) if truth is None else len(records) // 2
        known = learners(records[:half])
        truths = {} if truth is None else truths_in(truth)
        labels = None if truth is None else labels_of([(record_id, s.subject_no) for record_id, s in known], truths)
        say(f"{len(known):,} người sử dụng đất / land users to learn from")
        drawn = drawn_people(active_candidates(database), _DRAWN, seed=seed)
        subjects = [subject for _, subject in known]
        found = learn(subjects, question.source, drawn, start=question.model, seed=seed, labels=labels)
        trained = replace(found.model, name=name)
        if truth is not None:
            trained, thresholds = calibrate(records[half:], truths, replace(question, model=trained))
            thresholds_table(thresholds)
    training_table(question.model, trained, found)
    checked(trained.to_json())
    out.write_text(trained.to_json() + "\n", encoding="utf-8")
    say(f"→ {out}  ({trained.version})")


def evaluate(
    land: LandFileArgument,
    truth: Annotated[
        Path, typer.Argument(metavar="SỰ_THẬT", exists=True, dir_okay=False, help="Tệp sự thật / the truth file.")
    ],
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help="Tệp .json hoặc tên bản; lặp lại để so sánh; mặc định: đang dùng / a file or version; twice: compare.",
        ),
    ] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Chỉ các dòng đầu / the first rows only.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Ví dụ cho mỗi thay đổi / examples of each change.")] = 3,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Thêm: bằng chứng nào sẽ đổi kết quả, và của bao nhiêu người / what evidence would change verdicts.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Dạng JSON, cho máy đọc / as JSON.")] = False,
) -> None:
    """Đo chất lượng trên tệp đã biết sự thật; hai mô hình: cái gì thay đổi / measure answers against known truth.

    Người sai trên 100.000 khớp hoàn toàn và trên 1.000 khớp một phần (kèm cận
    trên 95 %), tỷ lệ tìm thấy, hiệu chuẩn xác suất, theo loại lỗi và loại bẫy.
    Với hai mô hình: kết quả nào đổi từ gì sang gì, kèm mã bản ghi làm ví dụ.

    Wrong persons per 100,000 full and 1,000 partial with upper 95 % bounds,
    recall, calibration, by error and by trap. Given two models: which answers
    change from what to what, with record ids as examples.

    Ví dụ / example: khop evaluate dat-dai.csv dat-dai.truth.csv --model a.json --model b.json
    """
    from app.cli.model_tables import changes_table, evaluation_json, evaluation_table, evidence_table
    from matching.evaluate import Evaluation, what_if
    from matching.evaluate import evaluate as measure

    with told(), opened_database() as database:
        chosen = _chosen(database, models)
        questions = [question_of(database, each) for each in chosen]
        records = clean_records(land, questions[0].as_of, rows)
        read = {record.record_id for record in records}
        truths = {key: each for key, each in truths_in(truth).items() if key[0] in read}
        answers = [_answers(records, question) for question in questions]
        if tells_some_only(truth):  # of whom nobody judged, nothing is known
            answers = [[one for one in given if (one.record_id, one.subject_no) in truths] for given in answers]
        needed = _evidence(records, questions[0]) if explain else None
    measured: list[tuple[str, Evaluation]] = [
        (each.version, measure(given, truths)) for each, given in zip(chosen, answers, strict=True)
    ]
    changes = [what_if(answers[0], given, examples=examples) for given in answers[1:]]
    if as_json:
        typer.echo(evaluation_json(measured, changes, needed))
        return
    evaluation_table(measured)
    for given, changed in zip(chosen[1:], changes, strict=True):
        changes_table(chosen[0].version, given.version, changed)
    if needed is not None:
        evidence_table(chosen[0].version, needed)


def _chosen(database: Database, named: list[str] | None) -> list[Model]:
    """The models that the operator names: files, versions, or the active one."""
    from app.models.service import active_model, checked, document

    if not named:
        return [active_model(database)]
    found = []
    for each in named:
        path = Path(each)
        found.append(checked(path.read_text(encoding="utf-8") if path.is_file() else document(database, each)))
    return found


def _answers(records: list[CleanRecord], question: Question) -> list[Outcome]:
    from matching.evaluate import outcomes_of

    step, found = 5_000, []
    with progress({"match": f"Đối chiếu / matching ({question.model.version})"}) as show:
        for first in range(0, len(records), step):
            found += outcomes_of(records[first : first + step], question)
            show("match", min(first + step, len(records)), len(records), "")
    return found


def _evidence(records: list[CleanRecord], question: Question) -> Sequence[EvidenceCount]:
    """What evidence would change the verdicts, counted."""
    from dataclasses import replace

    from matching.evidence import evidence_counts
    from matching.link import link

    step, explaining = 5_000, replace(question, explain=True)
    parts = range(0, len(records), step)
    return evidence_counts(answer for first in parts for answer in link(records[first : first + step], explaining))
