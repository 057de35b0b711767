#!/usr/bin/env python3
"""Measures how time and memory of gamut grow with the pool.

    growth.py --gamut PROGRAM --data FOLDER --sizes 10000,100000 [--rounds 5] [--rounds-of-largest 3] -o PATH

FOLDER holds pool-N.jsonl and vectors-N.npy of every size; run.sh makes them. Each job is one process with
its files in the page cache. One round warms up, except at the largest size, where reading the files once
does. Jobs of one round follow each other at one size before the next. Time is that of the process on the
wall, processor time is user and system time by wait4, memory is the greatest RssAnon, looked at every 10
ms (mapped files do not count). Disk is what inputs and outputs of the size take together at most.

Writes PATH.json and PATH.md.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import threading
import time
from pathlib import Path

STAGE = re.compile(r"^(\w+) +(\d+\.\d+) +(\d+|–) %$", re.MULTILINE)
# Tuning makes hundreds of choices: it is measured once a size, with a tenth of the others' budget.
TUNE = "tune, archive"


def jobs(data: Path, count: int) -> dict[str, list[str]]:
    """What is measured at one size, in an order in which each finds what it needs."""
    pool, vectors = str(data / f"pool-{count}.jsonl"), str(data / f"vectors-{count}.npy")
    texts, given = str(data / "texts.gamut"), str(data / "vectors.gamut")
    subset = str(data / "subset.jsonl")
    scored = ["--quality", "quality"]
    return {
        "fit, texts": ["fit", pool, *scored, "-o", texts],
        "fit, vectors": ["fit", pool, *scored, "--embeddings", vectors, "-o", given],
        "select, texts": ["select", pool, *scored, "--budget", "10%", "-o", subset],
        "select, vectors": [
            *["select", pool, *scored, "--embeddings", vectors, "--budget", "10%"],
            *["-o", subset],
        ],
        "select, archive": ["select", texts, "--budget", "10%", "-o", subset],
        "other bins, archive": [
            *["select", texts, "--budget", "10%", "--axis", "complexity:8", "--axis", "topic1:16"],
            *["-o", subset],
        ],
        TUNE: ["tune", texts, "--budget", "1%", "-o", str(data / "recipe.yaml")],
    }


def watch(pid: int, stop: threading.Event, peak: list[int]) -> None:
    """Notes the greatest RssAnon of a process, in kB."""
    while not stop.wait(0.01):
        try:
            found = re.search(r"^RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
        except OSError:
            return
        if found:
            peak[0] = max(peak[0], int(found[1]))


def run(command: list[str]) -> dict:
    """One process from start to end."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"}
    }
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak, stop = [0], threading.Event()
    thread = threading.Thread(target=watch, args=(process.pid, stop, peak))
    thread.start()
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    stop.set()
    thread.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{errors}")
    stages = {
        name: {"seconds": float(seconds), "busy": None if busy == "–" else int(busy) / 100}
        for name, seconds, busy in STAGE.findall(errors)
    }
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory_mb": peak[0] / 1024,
        "stages": stages,
    }


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size if path.exists() else 0


def warm(paths: list[Path]) -> None:
    """Brings files into the page cache."""
    for path in paths:
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def middle(runs: list[dict], name: str) -> float:
    return statistics.median(each[name] for each in runs)


def measure(gamut: str, data: Path, count: int, rounds: int, warms_up: bool) -> dict:
    """All jobs at one size."""
    inputs = [data / f"pool-{count}.jsonl", data / f"vectors-{count}.npy"]
    warm(inputs)
    found: dict[str, list[dict]] = {}
    disk = 0
    for turn in range(-1 if warms_up else 0, rounds):
        for name, arguments in jobs(data, count).items():
            if name == TUNE and turn != rounds - 1:
                continue
            more = ["--force", "--quiet", "--timing"]
            one = run([gamut, *arguments, *more])
            print(
                f"{count} {name} {turn}: {one['wall']:.2f} s, {one['memory_mb']:.0f} MiB", flush=True
            )
            if turn >= 0:
                found.setdefault(name, []).append(one)
        left = [data / name for name in ("texts.gamut", "vectors.gamut", "subset.jsonl")]
        disk = max(disk, sum(map(size_of, inputs + left)))
    archives = {name: size_of(data / f"{name}.gamut") for name in ("texts", "vectors")}
    for name in archives:
        shutil.rmtree(data / f"{name}.gamut")
    return {
        "samples": count,
        "pool_bytes": size_of(inputs[0]),
        "vector_bytes": size_of(inputs[1]),
        "archive_bytes": archives,
        "disk_bytes": disk,
        "jobs": found,
    }


def seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def table(sizes: list[dict], cores: int) -> list[str]:
    """Medians of all jobs and sizes."""
    lines = [
        "| job | samples | runs | median, s | least | greatest | times the size before | µs a sample "
        "| cores busy | memory, MiB | bytes a sample |",
        "| --- |" + " ---: |" * 10,
    ]
    for name in sizes[0]["jobs"]:
        before = None
        for size in sizes:
            runs, count = size["jobs"][name], size["samples"]
            wall, memory = middle(runs, "wall"), middle(runs, "memory_mb")
            walls = [each["wall"] for each in runs]
            busy = statistics.median(each["cpu"] / each["wall"] / cores for each in runs)
            growth = "" if before is None else f"{wall / before[1]:.1f} (of {count / before[0]:g})"
            lines.append(
                f"| {name} | {count:,} | {len(runs)} | {seconds(wall)} | {seconds(min(walls))} "
                f"| {seconds(max(walls))} | {growth} | {wall / count * 1e6:.2f} | {100 * busy:.0f} % "
                f"| {memory:.0f} | {memory * (1 << 20) / count:.0f} |"
            )
            before = (count, wall)
    return lines


def stages(size: dict) -> list[str]:
    """Where the time of the largest size went, by the tool's own clock."""
    lines = ["| job | stage | median, s | threads busy |", "| --- | --- | ---: | ---: |"]
    for name, runs in size["jobs"].items():
        for stage in runs[0]["stages"]:
            took = statistics.median(each["stages"][stage]["seconds"] for each in runs)
            known = [each["stages"][stage]["busy"] for each in runs]
            busy = "–" if None in known else f"{100 * statistics.median(known):.0f} %"
            lines.append(f"| {name} | {stage} | {seconds(took)} | {busy} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--gamut", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rounds-of-largest", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    counts = [int(word) for word in options.sizes.split(",")]
    cores = len(os.sched_getaffinity(0))
    sizes = []
    for count in counts:
        largest = count == counts[-1] and len(counts) > 1
        rounds = options.rounds_of_largest if largest else options.rounds
        sizes.append(measure(options.gamut, options.data, count, rounds, warms_up=not largest))
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    version = subprocess.run([options.gamut, "--version"], capture_output=True, text=True).stdout
    about = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{cores} cores, {model}, {memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "gamut": version.strip(),
    }
    result = {"about": about, "sizes": sizes}
    options.output.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    last = sizes[-1]
    lines = [
        "# Growth",
        "",
        f"{about['date']}, {about['machine']}, {about['system']}, {about['gamut']}. Inputs in the page cache.",
        "",
        *table(sizes, cores),
        "",
        f"At {last['samples']:,} samples: pool {last['pool_bytes'] / 1e9:.2f} GB, vectors "
        f"{last['vector_bytes'] / 1e9:.2f} GB, archives {last['archive_bytes']['texts'] / 1e9:.2f} GB (texts) and "
        f"{last['archive_bytes']['vectors'] / 1e9:.2f} GB (vectors); with a subset at most "
        f"{last['disk_bytes'] / 1e9:.1f} GB of disk at once, and {max(middle(runs, 'memory_mb') for runs in last['jobs'].values()) / 1024:.1f} GiB of memory.",
        "",
        f"## Stages at {last['samples']:,} samples",
        "",
        *stages(last),
    ]
    options.output.with_suffix(".md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
