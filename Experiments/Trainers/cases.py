"""What there is to check, and what came of it: the files between `exports.py`, the trainers and `table.py`."""

import json
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

import marked_rows
import tiny_model
from loss_ledger import Result

LONG = 1 << 14  # tokens: longer than any row here


@dataclass
class Case:
    """One exported folder."""

    data: str  # the set it was made of
    shape: str  # answers, preference, feedback or text
    format: str  # what `gamut export --to` was told
    trainers: list[str]
    folder: Path
    truths_file: Path
    cutoff: int = LONG
    control: str | None = None  # what was broken on purpose, for the check to find
    note: str | None = None  # what the export said before it was asked again

    def truths(self) -> dict[int, marked_rows.Truth]:
        return marked_rows.read_truths(self.truths_file)

    def rows(self, split: str) -> set[int]:
        """The rows in the files of a split, read without any trainer."""
        found = set()
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in (".jsonl", ".json", ".parquet") and split in path.name:
                found |= rows_of_file(path)
        return found

    def faults_of_files(self) -> str | None:
        """What is wrong with the files themselves, whoever reads them."""
        train, validation = self.rows("train"), self.rows("validation")
        chosen = rows_of_file(self.folder.parent / "subset.jsonl")
        if train & validation:
            return f"{len(train & validation)} rows on both sides of the split"
        if (train | validation) - chosen:
            return f"{len((train | validation) - chosen)} rows that were not chosen"
        if chosen - train - validation and not self.note:
            return f"{len(chosen - train - validation)} rows of {len(chosen)} not exported, and nothing said"
        return None


def rows_of_file(path: Path) -> set[int]:
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return marked_rows.rows_in(json.dumps(pyarrow.parquet.read_table(path).to_pylist(), default=str))
    return marked_rows.rows_in(path.read_text(encoding="utf-8"))


def read(path: Path) -> list[Case]:
    cases = json.loads(path.read_text())
    for case in cases:
        case.update(folder=Path(case["folder"]), truths_file=Path(case["truths_file"]))
    return [Case(**case) for case in cases]


def write(path: Path, cases: list[Case]) -> None:
    path.write_text(json.dumps([asdict(case) for case in cases], default=str, indent=1))


def run(arguments: list[str], stages, train) -> None:
    """Trains on each case of a trainer in each of its stages; a failure is a result too."""
    cases_file, trainer, model, corpus, results = arguments[0], arguments[1], *map(Path, arguments[2:5])
    nothing_known = tiny_model.make(model, corpus)
    lines = []
    for case in read(Path(cases_file)):
        if trainer not in case.trainers or case.data not in (arguments[5:] or [case.data]):
            continue
        for stage in stages(case):
            begun = time.monotonic()
            try:
                fault = case.faults_of_files()
                if fault:
                    raise ValueError(fault)
                result = train(stage, case, model, nothing_known)
            except Exception as error:
                traceback.print_exc()
                result = Result(trainer, stage, error=f"{type(error).__name__}: {error}"[:2000])
            line = dict(
                data=case.data,
                format=case.format,
                control=case.control,
                note=case.note,
                seconds=round(time.monotonic() - begun, 1),
                **asdict(result),
            )
            lines.append(line)
            print(
                json.dumps({k: v for k, v in line.items() if v not in (None, [])}, ensure_ascii=False),
                flush=True,
            )
    results.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
