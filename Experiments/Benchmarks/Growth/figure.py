#!/usr/bin/env python3
"""Draws what growth.py measured, RESULT.json, into FIGURE.svg: time and memory by the size of the pool."""

import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Training"))
import figures

SHOWN = {
    "fit, vectors": "#3d5a98",
    "fit, texts": "#0b6e4f",
    "select, texts": "#c8553d",
    "tune, archive": "#8c5a9e",
    "other bins, archive": "#2a9d9f",
    "select, archive": "#e0a458",
}


def main() -> None:
    result, target = sys.argv[1:]
    sizes = json.loads(Path(result).read_text())["sizes"]
    counts = [size["samples"] for size in sizes]
    figure, axes = figures.panels(2, width=4.4, height=3.6)
    for axis, name, title in (
        (axes[0][0], "wall", "Time of a process, s"),
        (axes[0][1], "memory_mb", "Memory, MiB"),
    ):
        for job, colour in SHOWN.items():
            runs = [[each[name] for each in size["jobs"][job]] for size in sizes]
            middle = [statistics.median(each) for each in runs]
            axis.plot(
                counts, middle, marker="o", markersize=3.5, linewidth=1.4, color=colour, label=job
            )
            axis.fill_between(
                counts,
                [min(each) for each in runs],
                [max(each) for each in runs],
                color=colour,
                alpha=0.18,
                linewidth=0,
            )
        lowest = statistics.median(each[name] for each in sizes[-1]["jobs"]["fit, texts"])
        # What grows as the pool does runs along this line.
        straight = [lowest * 0.55 * count / counts[-1] for count in counts]
        axis.plot(
            counts,
            straight,
            linestyle="--",
            linewidth=1,
            color="#888888",
            label="as the pool grows",
        )
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("samples in the pool")
        axis.set_title(title)
    axes[0][0].legend(fontsize=7.5)
    figures.save(figure, target)


if __name__ == "__main__":
    main()
