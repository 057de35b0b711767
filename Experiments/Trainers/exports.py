"""Marks rows of each set, lets gamut choose and export them, and lists what the trainers are to load.

    exports.py WORK GAMUT POOL ROWS [FOLDER_OF_OTHER_SETS]

ROWS is how many records of a set are taken, half as many where they are long. Sets that are not there are left
out, and said so.
"""

import json
import subprocess
import sys
from pathlib import Path

import cases
import marked_rows

# Name, file, whether its records are long, shape.
SETS = [
    ("pool", None, False, "answers"),
    ("alpaca_gpt4_en", "alpaca_gpt4_en_demo.json", False, "answers"),
    ("dolly", "dolly_3k_categories.jsonl", False, "answers"),
    ("gsm8k", "gsm8k_train.jsonl", False, "answers"),
    ("oasst1_zh_history", "oasst1_zh_history.json", True, "answers"),
    ("glaive_toolcall_en", "glaive_toolcall_en_sharegpt.json", True, "answers"),
    ("dpo_en", "dpo_en_sharegpt.json", True, "preference"),
    ("kto_en", "kto_en_messages.json", True, "feedback"),
    ("oasst1_zh_ranked", "oasst1_zh_ranked.json", True, "preference"),
    ("pool_as_text", None, False, "text"),
]

TRAINERS = ["trl", "llama-factory", "axolotl"]

# Formats that belong to no trainer, tried with those that read them: format, set, trainers.
OTHERS = [
    ("messages", "pool", TRAINERS),
    ("messages", "glaive_toolcall_en", TRAINERS),
    ("sharegpt", "pool", ["llama-factory"]),
    ("sharegpt", "oasst1_zh_history", ["llama-factory"]),
    ("alpaca", "pool", ["llama-factory", "axolotl"]),
    ("alpaca", "oasst1_zh_history", ["llama-factory"]),
    ("prompt-completion", "pool", ["trl"]),
    ("parquet", "pool", ["trl"]),
    ("parquet", "glaive_toolcall_en", ["trl"]),
    ("hf-folder", "pool", ["trl"]),
    ("hf-folder", "glaive_toolcall_en", ["trl"]),
]

# Where a format has no place for something, the export says so and writes nothing; then it is asked again.
ON_LOSS = {"oasst1_zh_ranked": "accept", "kto_en": "drop"}


def gamut(program: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    return done.returncode, done.stderr.strip()


def main(work: Path, program: str, pool: Path, rows_wanted: int, others: Path | None) -> None:
    found, refused = [], []
    for name, file, is_long, shape in SETS:
        source = pool if file is None else others / file if others else None
        if source is None or not source.exists():
            print(f"left out, since it is not here: {name}", file=sys.stderr)
            continue
        folder = work / name
        folder.mkdir(parents=True)
        rows, truths, subset = folder / "rows.jsonl", folder / "truths.jsonl", folder / "subset.jsonl"
        count = rows_wanted // (2 if is_long else 1)
        count = marked_rows.write(source, count, rows, truths, as_text=shape == "text")
        status, said = gamut(
            program,
            "select",
            str(rows),
            "--budget",
            str(count * 4 // 5),
            "--random",
            "0",
            "--quiet",
            "-o",
            str(subset),
        )
        if status:
            raise SystemExit(f"gamut select of {name}: {said}")
        wanted = [(format, [format]) for format in TRAINERS]
        wanted += [(format, readers) for format, data, readers in OTHERS if data == name]
        for format, readers in wanted:
            target = folder / format
            command = [
                "export",
                str(subset),
                "--to",
                format,
                "--validation",
                str(max(2, count // 12)),
                "--weight",
                "-o",
                str(target),
            ]
            status, said = gamut(program, *command)
            note = None
            if status == 1 and name in ON_LOSS:
                note = said
                status, said = gamut(program, *command, "--on-loss", ON_LOSS[name])
            print(f"== {name} to {format}: {status}\n{note or ''}\n{said}\n", flush=True)
            if status:
                refused.append(dict(data=name, format=format, status=status, message=said))
                continue
            found.append(cases.Case(name, shape, format, readers, target, truths, note=note))
    cases.write(work / "cases.json", found + controls(found))
    (work / "refused.json").write_text(json.dumps(refused, ensure_ascii=False, indent=1))


def controls(found: list[cases.Case]) -> list[cases.Case]:
    """Cases in which rows do not reach the loss, so that it is seen that the check would tell."""
    broken = []
    for case in found:
        if case.data != "pool" or case.format not in TRAINERS:
            continue
        broken.append(cases.Case(**{**vars(case), "cutoff": 64, "control": "cut after 64 tokens"}))
    return broken


if __name__ == "__main__":
    arguments = sys.argv[1:]
    others = Path(arguments[4]) if len(arguments) > 4 else None
    main(Path(arguments[0]), arguments[1], Path(arguments[2]), int(arguments[3]), others)
