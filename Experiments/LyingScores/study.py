"""Runs the study: every method on every score that lies, on generated pools and on rated sets."""

import argparse
import json
import os
import sys

import choices
import generated
import generated_pools
import rated_sets
import report
from journal import Journal

SEEDS, ROWS, TEST_ROWS, A_TOPIC = range(11, 16), 20_000, 8_000, 100
RATED_SEEDS = range(11, 21)
CHECKS = ((50, None), (100, None), (200, None), (20, generated_pools.LARGE), (20, generated_pools.SMALL))


def choose(journal: Journal, base: dict, made, lies: dict, remedies: dict) -> None:
    """What is common to both parts: ways that look at no score, lies and remedies, on what `made` gives."""
    seed = base["seed"]

    def score(column: str) -> dict:
        return made().quality(column) | {"tokens": choices.correlation_with_tokens(made().archive, column)}

    for arm in choices.BLIND:
        journal.run(
            base | {"kind": "blind", "arm": arm},
            lambda: choices.blind(made().archive, arm, seed, made().told),
        )
    for name, column in lies.items():
        journal.run(base | {"kind": "score", "lie": name}, lambda: score(column))
        for arm in choices.SIGHTED:
            journal.run(
                base | {"kind": "lie", "lie": name, "arm": arm},
                lambda: choices.lie(made().archive, column, arm, seed, made().told),
            )
    for name, options in remedies.items():
        for arm in choices.REMEDY_ARMS:
            journal.run(
                base | {"kind": "remedy", "remedy": name, "arm": arm},
                lambda: choices.remedied(made().archive, options, arm, seed, made().measured),
            )


def once(make):
    """A function that makes a thing when it is first asked for it."""
    kept = []

    def made():
        if not kept:
            kept.append(make())
        return kept[0]

    made.kept = kept
    return made


def part_a(journal: Journal, folder: str, seeds, rows: int, test_rows: int, lies, remedies) -> None:
    """Generated pools."""
    for seed in seeds:
        pool = once(lambda: generated_pools.Pool(folder, rows, test_rows, A_TOPIC, seed))
        base = {"part": "A", "seed": seed, "rows": rows}
        choose(journal, base, pool, lies, remedies)
        for budget in choices.BUDGETS:
            setting = base | {"kind": "dose", "budget": budget}
            journal.run(setting, lambda: generated_pools.dose(pool(), budget))

        def checks(column: str) -> dict:
            return {f"{size} of {part or 'all'}": pool().checked(column, size, part) for size, part in CHECKS}

        for name, column in lies.items():
            journal.run(base | {"kind": "check", "lie": name}, lambda: checks(column))
        for one in pool.kept:
            one.close()


def part_b(journal: Journal, folder: str, data: str, seeds, lies: dict, remedies: dict) -> None:
    """Rated sets."""
    for name in rated_sets.SOURCES:
        for seed in seeds:
            rated = once(lambda: rated_sets.Rated(data, folder, name, seed))
            choose(journal, {"part": "B", "set": name, "seed": seed}, rated, lies, remedies)


def stand_in(folder: str) -> str:
    """Small made-up sets of the rated sets' shapes, for a trial without data."""
    rows = list(generated.made(folder, 600, 1))
    for source in rated_sets.SOURCES.values():
        with open(os.path.join(folder, source.file + ".jsonl"), "w") as file:
            for row in rows:
                rating = row["correct"] if source.rating == "is_correct" else 10 * row["quality"]
                told = {source.prompt: generated.prompt(row), source.answer: row["output"]}
                file.write(json.dumps(told | {source.rating: rating}) + "\n")
    return folder


def some(of: dict, *names: str) -> dict:
    return {name: of[name] for name in names}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", help="where pools and archives are made")
    parser.add_argument("journal", help="where runs are kept")
    parser.add_argument("output", help="where results.json, results.md and figure.svg go")
    parser.add_argument("--data", help="the folder of the rated sets")
    parser.add_argument("--quick", action="store_true", help="a small slice of all, and whether it holds")
    options = parser.parse_args()
    journal = Journal(options.journal)
    os.makedirs(options.work, exist_ok=True)
    if options.quick:
        choices.DRAWS = 2
        lies = some(generated_pools.LIES, "AUROC 1.0", "AUROC 0.5", "constant", "all turned")
        remedies = some(generated_pools.REMEDIES, "length, debiased", "gamut's own heuristic")
        part_a(journal, options.work, (1, 2), 1000, 800, lies, remedies)
        lies = some(rated_sets.LIES, "the rating")
        remedies = some(rated_sets.REMEDIES, "two of 0.5, mean")
        part_b(journal, options.work, stand_in(options.work), (1,), lies, remedies)
    else:
        lies, remedies = generated_pools.LIES, generated_pools.REMEDIES
        part_a(journal, options.work, SEEDS, ROWS, TEST_ROWS, lies, remedies)
        if options.data:
            lies, remedies = rated_sets.LIES, rated_sets.REMEDIES
            part_b(journal, options.work, options.data, RATED_SEEDS, lies, remedies)
        else:
            print("SKIPPED: the rated sets, since no folder of theirs is given (GAMUT_DATA)", file=sys.stderr)
    results = report.summary(journal)
    if options.quick:
        report.check(results)
    os.makedirs(options.output, exist_ok=True)
    report.keep(results, os.path.join(options.output, "results.json"))
    with open(os.path.join(options.output, "results.md"), "w") as file:
        file.write(report.tables(results))
    report.figure(results, os.path.join(options.output, "figure.svg"))


if __name__ == "__main__":
    main()
