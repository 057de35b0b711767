"""Opens every format that `gamut export` writes with `datasets.load_dataset`, and compares it with the file.

    load_datasets.py GAMUT POOL [SHAPE ...]

The pool is exported in each format, and so are small files of every shape made to be hard on a reader of types:
keys that only late rows have, empty lists before full ones, arguments of calls that differ from row to row, a
column that is a number here and a text there, characters that end a line elsewhere. The exit status is 1 where
something does not come back as it is in the file.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.update(
    HF_DATASETS_DISABLE_PROGRESS_BARS="1",
    HF_HUB_OFFLINE="1",
    HF_DATASETS_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
)

FORMATS = [
    "trl",
    "llama-factory",
    "axolotl",
    "messages",
    "sharegpt",
    "alpaca",
    "prompt-completion",
    "parquet",
    "hf-folder",
]

# Texts are learned whole: there is no prompt to be found in them.
REFUSED = {("texts", format) for format in ("messages", "sharegpt", "alpaca", "prompt-completion")}

# Types are guessed from the first ten megabytes: of one shape there are more before the first hard row.
EARLY = 3000
LONG = "word " * 800

HARD = 'a\u2028b\u0085c\x0b \u200fد \U0001f9d1\u200d\U0001f680 \\ " \t {"a": [1]}'


def call(name: str, **arguments) -> dict:
    return {"id": "c1", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def shapes() -> dict[str, list[dict]]:
    """Records of each shape, the simplest first and often, the hardest last."""

    def messages(*turns: tuple[str, str]) -> list[dict]:
        return [{"role": role, "content": text} for role, text in turns]

    plain = [
        {
            "id": n,
            "score": n % 5,
            "messages": messages(("user", f"What is {n}?"), ("assistant", f"A number: {n}. {LONG}")),
        }
        for n in range(EARLY)
    ]
    hard_calls = [
        {
            "id": "a text",
            "messages": [
                *messages(("system", "Use tools."), ("user", HARD)),
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [call("look", at=["x", {"deep": None}], n=n)],
                },
                {"role": "tool", "content": "[]", "tool_call_id": "c1", "name": "look"},
                {"role": "assistant", "content": f"Found {n}."},
            ],
            "tools": [
                {"type": "function", "function": {"name": "look", "parameters": {"n": n, f"only{n}": []}}}
            ],
            "score": n + 0.5,
            "note": None if n % 2 else {"by": ["me"] * n},
        }
        for n in range(4)
    ]
    alpaca = [{"instruction": f"Add {n} and 1.", "input": "", "output": str(n + 1)} for n in range(EARLY)]
    return {
        "messages": plain + hard_calls,
        "histories": alpaca
        + [
            {
                "instruction": HARD,
                "input": "in",
                "output": "out",
                "system": "Be short.",
                "history": [["a", "b"], [HARD, "d"]],
            }
        ],
        "sharegpt": [
            {"conversations": [{"from": "human", "value": f"{n}?"}, {"from": "gpt", "value": f"{n}!"}]}
            for n in range(EARLY)
        ]
        + [
            {
                "conversations": [
                    {"from": "human", "value": HARD},
                    {"from": "function_call", "value": json.dumps({"name": "f", "arguments": {"x": {}}})},
                    {"from": "observation", "value": "1"},
                    {"from": "gpt", "value": "One."},
                ],
                "system": "s",
                "tools": json.dumps([{"name": "f", "parameters": {}}]),
            }
        ],
        "prompts": [{"prompt": f"{n} is", "completion": " a number", "score": None} for n in range(EARLY)]
        + [{"prompt": HARD, "completion": "x", "score": 0.5}],
        "pairs": [{"prompt": f"{n}?", "chosen": "yes", "rejected": "no"} for n in range(40)]
        + [{"prompt": HARD, "chosen": HARD + "+", "rejected": HARD + "-"}],
        "verdicts": [
            {"prompt": f"{n}?", "completion": HARD if n == 39 else "yes", "label": n % 3 > 0}
            for n in range(40)
        ],
        "texts": [{"text": f"A line of text, number {n}."} for n in range(EARLY)]
        + [{"text": HARD, "lang": ["en"]}],
    }


def same(loaded, written) -> bool:
    """Whether a loaded value is the one of the file. A loader of types may add keys with null, never values."""
    if isinstance(loaded, dict) and isinstance(written, dict):
        return all(same(loaded.get(key), written.get(key)) for key in loaded.keys() | written.keys())
    if isinstance(loaded, list) and isinstance(written, list):
        return len(loaded) == len(written) and all(map(same, loaded, written))
    if isinstance(loaded, float) and isinstance(written, (int, float)):
        return loaded == written or math.isnan(loaded)
    return type(loaded) is type(written) and loaded == written


def plain(value) -> str:
    """A value without what is null in it, as text to sort by."""

    def without_null(value):
        if isinstance(value, dict):
            return {key: without_null(inner) for key, inner in value.items() if inner is not None}
        return [without_null(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps(without_null(value), sort_keys=True)


def written_rows(folder: Path, split: str) -> list[dict]:
    """The rows of a split as they are in its JSON lines."""
    text = (folder / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def check(folder: Path, lines: Path, cache: Path, count: int) -> str:
    """What is wrong with an exported folder, or how much there is. `lines` is a folder of the same rows in JSON lines,
    mostly `folder` itself."""
    from datasets import load_dataset

    written = {split: written_rows(lines, split) for split in ("train", "validation")}
    if folder != lines:  # no column of Parquet is without a name, and no record has to stand first
        for rows in written.values():
            rows[:] = sorted(
                ({key or "source_": value for key, value in row.items()} for row in rows), key=plain
            )
    # As the card tells it, and as trainers do that know of the files alone.
    data = load_dataset(str(folder), cache_dir=str(cache))
    ways = {"by the card": data}
    if folder == lines:
        files = {split: str(folder / f"{split}.jsonl") for split in written}
        ways["by the files"] = load_dataset("json", data_files=files, cache_dir=str(cache))
    for way, splits in ways.items():
        if set(splits) != set(written):
            raise ValueError(f"{way}: splits {sorted(splits)}")
        if sum(map(len, splits.values())) != count:
            raise ValueError(f"{way}: {sum(map(len, splits.values()))} rows of {count}")
        for split, rows in splits.items():
            if folder != lines:
                rows = sorted(rows, key=plain)
            for index, (row, original) in enumerate(zip(rows, written[split], strict=True)):
                if not same(row, original):
                    raise ValueError(f"{way}: {split} row {index + 1}: {row} for {original}")
    columns = ", ".join(data["train"].column_names)
    return f"{len(data['train'])} + {len(data['validation'])} rows, columns {columns}"


def exported_again(gamut: str, work: Path) -> str:
    """What is wrong when other rows are exported to a folder of the same name: `load_dataset` makes the key of its
    cache of the folder's name and its card, not of the data, so that the card has to differ."""
    from datasets import load_dataset

    loaded = []
    for place in ("here", "there"):
        (work / place).mkdir()
        source = work / place / "rows.jsonl"
        rows = [{"instruction": f"{n}?", "output": f"{n}! {place}"} for n in range(5)]
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        folder = work / place / "data"
        subprocess.run(
            [gamut, "export", str(source), "--to", "trl", "--quiet", "-o", str(folder)], check=True
        )
        loaded.append(str(list(load_dataset(str(folder), cache_dir=str(work / "cache"))["train"])))
    if "there" not in loaded[1]:
        raise ValueError(
            "the rows that come back are those of the folder of that name that was loaded before"
        )
    return "each its own rows"


def main(gamut: str, pool: str, *wanted: str) -> int:
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        inputs = {"pool": Path(pool)}
        for name, records in shapes().items():
            inputs[name] = work / f"{name}.jsonl"
            with open(inputs[name], "w", encoding="utf-8") as file:
                for record in records:
                    print(json.dumps(record, ensure_ascii=False), file=file)
        for name, source in inputs.items():
            if wanted and name not in wanted:
                continue
            for format in FORMATS:
                folder = work / f"{name}-{format}"
                # Parquet holds the rows that messages do, or else those of TRL's format.
                lines = folder
                if format in ("parquet", "hf-folder"):
                    lines = work / f"{name}-{'trl' if (name, 'messages') in REFUSED else 'messages'}"
                done = subprocess.run(
                    [gamut, "export", str(source), "--to", format, "--validation", "10%", "--drop-invalid",
                     "--on-loss", "accept", "--json", "-o", str(folder)],
                    capture_output=True, text=True,
                )  # fmt: skip
                print(f"{name:10} {format:18}", end=" ", flush=True)
                if done.returncode:
                    expected = done.returncode == 1 and (name, format) in REFUSED
                    failures += not expected
                    print(
                        f"{'refused' if expected else 'WRONG'}: {done.stderr.strip().replace(scratch + '/', '')[:600]}"
                    )
                    continue
                try:
                    report = json.loads(done.stderr)
                    count = report["train"] + report["validation"]
                    if count + report["dropped"] != report["samples"] or count == 0:
                        raise ValueError(
                            f"{report['samples']} samples: {count} written, {report['dropped']} left out"
                        )
                    print(check(folder, lines, work / "cache", count))
                except Exception as error:
                    failures += 1
                    print(f"WRONG: {type(error).__name__}: {str(error)[:600]}")
        print(f"{'two':10} {'of one name':18}", end=" ", flush=True)
        try:
            print(exported_again(gamut, work))
        except Exception as error:
            failures += 1
            print(f"WRONG: {type(error).__name__}: {error}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
