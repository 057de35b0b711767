"""Makes results.json and the tables of results.md out of what the trainers' checks wrote.

    table.py WORK LOADED.txt OUTPUT_FOLDER VERSIONS.txt

The exit status is 1 where a row did not reach the loss that should have, or did in a control.
"""

import json
import sys
from datetime import date
from pathlib import Path

TRAINERS = ["trl", "llama-factory", "axolotl"]


def faults(line: dict) -> list[str]:
    """What is wrong with a line, in words."""
    if line["error"]:
        return [line["error"].splitlines()[0]]
    found = []
    for key, words in (
        ("cut", "rows in part"),
        ("absent", "rows not at all"),
        ("prompts_in_loss", "rows with prompts in the loss"),
        ("labels_wrong", "wrong verdicts"),
        ("strangers", "rows that are not in the file"),
    ):
        if line[key]:
            found.append(f"{line[key]} {words}")
    if line["rows"] == 0:
        found.append("no rows")
    first, expected = line["first_loss"], line["expected_first_loss"]
    if expected and abs(first / expected - 1) > 0.05:
        found.append(f"a first loss of {first:.3f}, not {expected:.3f}")
    if line["recomputed"] is not None and line["recomputed"] > 1e-4:
        found.append(f"a loss that is another than that of its tokens, by {line['recomputed']:.1e}")
    return found


def row(*cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def table(lines: list[dict]) -> list[str]:
    head = "trainer, stage, set, format, rows in, rows trained on, answers in, answers trained on, prompts in the loss"
    losses = "first loss, of a model that knows nothing, last loss, verdict"
    out = [row(*head.split(", "), *losses.split(", ")), row(*["---"] * 4 + ["---:"] * 8 + ["---"])]
    for line in lines:
        found = faults(line)
        loss = [
            f"{line[key]:.3f}" if line[key] is not None else "–"
            for key in ("first_loss", "expected_first_loss", "last_loss")
        ]
        out.append(
            row(
                line["trainer"],
                line["stage"],
                f"`{line['data']}`",
                f"`{line['format']}`",
                line["rows"],
                line["trained"],
                line["answers"],
                line["answers_trained"],
                line["prompts_in_loss"],
                *loss,
                "; ".join(found) if found else "all",
            )
        )
    return out


def main(work: Path, loaded: Path, output: Path, versions: Path) -> int:
    lines = []
    for trainer in TRAINERS:
        lines += json.loads((work / f"results-{trainer}.json").read_text(encoding="utf-8"))
    refused = json.loads((work / "refused.json").read_text())
    checked = [line for line in lines if not line["control"]]
    controls = [line for line in lines if line["control"]]
    wrong = [line for line in checked if faults(line)]
    silent = [line for line in controls if line["trained"] == line["rows"]]
    rows = sum(line["rows"] for line in checked)
    trained = sum(line["trained"] for line in checked)
    text = [
        "# Results",
        "",
        f"Written by `run.sh` on {date.today()}: {len(checked)} runs, {trained:,} of {rows:,} exported rows in the "
        f"loss, {len(wrong)} runs with faults.",
        "",
        "## Rows that reached the loss",
        "",
        *table(checked),
        "",
        "## Controls",
        "",
        "The same exports, with rows cut so short that answers cannot reach the loss: the check has to tell.",
        "",
        *table(controls),
        "",
        "## What the export said first",
        "",
    ]
    notes = {(line["data"], line["format"]): line["note"] for line in lines if line["note"]}
    for (data, format), note in notes.items():
        text += [
            f"`{data}` to `{format}`, asked again with `--on-loss`:",
            "",
            "```",
            note.replace(str(work) + "/", ""),
            "```",
            "",
        ]
    for case in refused:
        text += [
            f"`{case['data']}` to `{case['format']}`, not exported:",
            "",
            "```",
            case["message"].replace(str(work) + "/", ""),
            "```",
            "",
        ]
    text += [
        "## load_dataset",
        "",
        "```",
        loaded.read_text(encoding="utf-8").rstrip(),
        "```",
        "",
        "## Versions",
        "",
        versions.read_text().rstrip(),
        "",
    ]
    (output / "results.md").write_text("\n".join(text), encoding="utf-8")
    for line in lines:
        line.pop("note")
    results = {
        "date": str(date.today()),
        "lines": lines,
        "refused": [[c["data"], c["format"]] for c in refused],
    }
    (output / "results.json").write_text(
        json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    for line in wrong:
        print(
            f"{line['trainer']} {line['stage']}, {line['data']} as {line['format']}: {'; '.join(faults(line))}"
        )
    for line in silent:
        print(f"{line['trainer']}: a control that tells nothing")
    return 1 if wrong or silent or refused else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:5])))
