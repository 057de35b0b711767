#!/usr/bin/env python3
"""Measures gamut and its peers side by side, each as a whole process.

    compare.py --gamut PROGRAM --data FOLDER --environments FOLDER --sizes 10000,100000
               [--quality COLUMN] [--rounds 5] [--only PEER,...] [--quick] [--output PATH]

run.sh calls it. One round warms up; then gamut and the rivals take turns within each round. Ratios
are the rival's figure over gamut's of the same round; given are medians, least and greatest. Time
is from start to end of the process, processor time is that of it and its descendants (wait4).
Memory is the greatest sum of RssAnon over the process and its descendants, looked at every 2 to 20
ms: files that are only mapped do not count, and what is held for less may be missed; VmHWM of the
largest process (wait4), which misses nothing and counts mapped files, stands beside it in the JSON.

PEERS_LIMIT: seconds that one run may take, 300 by default. What goes over is ended and told as
"more than". What takes so long that not all rounds fit into the limit is measured in as many as do,
at least one. A rival that fails is told with its last line.
"""

import argparse
import datetime
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT = float(os.environ.get("PEERS_LIMIT", "300"))
FIGURES = ("wall", "cpu", "memory")
QUICK = ("text/Polars, NumPy", "grid/pyribs GridArchive", "deita, texts/NumPy")
SCRIPTED = ("text", "vectors", "vectors, a part fitted")
FITTED = 65_536
UNITS = {"wall": "s", "cpu": "s", "memory": "MiB"}


@dataclass
class Rival:
    """One way to do a job."""

    name: str
    peer: str
    environment: str
    command: list[str]


@dataclass
class Job:
    """What gamut does whole, what rivals do, and what is the least that a machine must do."""

    name: str
    gamut: list[str]
    rivals: list[Rival]
    bytes_read: int = 0
    operations: float = 0
    goal: float = 10


@dataclass
class Measurement:
    """One run."""

    wall: float
    cpu: float
    memory: float
    largest: float
    status: str = "done"
    note: str = ""
    chosen: int = 0


@dataclass
class Sampler:
    """Looks at memory until the process ends, and ends it when it takes too long."""

    pid: int
    limit: float
    peak: int = 0
    late: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        start = time.perf_counter()
        while True:
            elapsed = time.perf_counter() - start
            if elapsed > self.limit:
                self.late = True
                os.killpg(self.pid, signal.SIGKILL)
                return
            self.peak = max(self.peak, anonymous(self.pid))
            if self.stop.wait(min(0.02, max(0.002, elapsed / 50))):
                return


def anonymous(pid: int) -> int:
    """RssAnon of a process and its descendants, in kB."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                total = int(line.split()[1])
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                total += anonymous(int(child))
    except (OSError, ValueError):
        pass
    return total


def run(command: list[str], environment: dict[str, str], scratch: Path) -> Measurement:
    """Runs a command to its end, or to the limit."""
    log = scratch / "log"
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        sampler = Sampler(process.pid, LIMIT)
        thread = threading.Thread(target=sampler.run)
        thread.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            sampler.stop.set()
            raise
        wall = time.perf_counter() - start
        sampler.stop.set()
        thread.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    result = Measurement(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=sampler.peak / 1024,
        largest=usage.ru_maxrss / 1024,
    )
    if sampler.late:
        result.status = "more than"
    elif process.returncode:
        lines = log.read_text(errors="replace").strip().splitlines()
        result.status, result.note = "failed", lines[-1][:200] if lines else ""
    return result


def jobs(data: Path, count: int, quality: str, python: dict[str, str]) -> list[Job]:
    """All jobs on a pool of so many samples; OUTPUT stands for the file to write."""
    pool, nested = data / f"pool-{count}.jsonl", data / f"nested-{count}.jsonl"
    vectors, texts = data / f"vectors-{count}.npy", data / f"texts-{count}.npy"
    columns = data / f"columns-{count}.npz"
    size = pool.stat().st_size
    cells = 2 * count * 16 * 64

    def gamut(*options: object) -> list[str]:
        line = ["select", pool, "--quality", quality, *options, "--quiet", "-o", "OUTPUT"]
        return [str(word) for word in line]

    def archived(kind: str, *options: object) -> list[str]:
        return [
            "select",
            str(data / f"{kind}-{count}.gamut"),
            *map(str, options),
            "--quiet",
            "-o",
            "OUTPUT",
        ]

    def rival(name: str, peer: str, environment: str, file: str, *options: object) -> Rival:
        line = [python[environment], HERE / file, *options, "-o", "OUTPUT"]
        return Rival(name, peer, environment, [str(word) for word in line])

    def script(name: str, *options: object) -> Rival:
        return rival(name, "script", "script", "script.py", pool, "--quality", quality, *options)

    def facility(name: str, library: str, graph: str) -> Rival:
        more = ["--vectors", texts, "--library", library, "--graph", graph]
        return rival(
            name, "facility-location", "facility-location", "facility_location.py", pool, *more
        )

    def semhash(job: str) -> Rival:
        more = ["--vectors", texts, "--job", job]
        return rival(f"SemHash, {job}", "semhash", "semhash", "semantic_hash.py", pool, *more)

    def ribs(name: str, archive: str) -> Rival:
        more = ["--columns", columns, "--archive", archive]
        return rival(f"pyribs {name}", "pyribs", "ribs", "pyribs.py", pool, *more)

    def deita(given: Path) -> Rival:
        more = ["--columns", columns, "--vectors", given]
        return rival("NumPy", "deita", "script", "deita.py", pool, *more)

    def dimension(path: Path) -> int:
        return (path.stat().st_size // count - 1) // 4 + 1 if path.exists() else 0

    wide = dimension(vectors)
    tenth = ["--budget", "10%"]
    archive = [*tenth, "--axis", "complexity:4", "--axis", "topic:64@cvt", "--evenness", "0.5"]
    every = ["--budget", "100%", "--per-cell", "1"]
    grid = ["--axis", "complexity:16@uniform", "--axis", "topic1:16@uniform"]
    graph = "dense" if count <= 20_000 else "exact"
    moments = count * wide * (wide + 1) + 2 * count * wide * 16
    juicer = ["--quality", "scores.quality"]
    return [
        Job(
            "text",
            gamut(*archive),
            [
                script("Polars, NumPy"),
                script("Polars, NumPy, words by \\w+", "--words", "regex"),
                script("orjson, NumPy", "--reader", "orjson"),
                script("orjson, scikit-learn", "--reader", "orjson", "--learner", "sklearn"),
            ],
            size,
            cells,
            2,
        ),
        Job(
            "vectors",
            gamut(*archive, "--embeddings", vectors),
            [
                script("Polars, NumPy", "--vectors", vectors),
                script(
                    "orjson, scikit-learn",
                    "--vectors",
                    vectors,
                    "--reader",
                    "orjson",
                    "--learner",
                    "sklearn",
                ),
            ],
            size + 2 * vectors.stat().st_size if vectors.exists() else 0,
            moments + cells,
            1,
        ),
        Job(
            "vectors, a part fitted",
            gamut(*archive, "--embeddings", vectors, "--vector-share", min(1, FITTED / count)),
            [script("Polars, NumPy", "--vectors", vectors, "--fit-rows", FITTED)],
            size + int((1 + min(1, FITTED / count)) * vectors.stat().st_size)
            if vectors.exists()
            else 0,
            min(count, FITTED) * wide * (wide + 1) + 2 * count * wide * 16 + cells,
            1,
        ),
        Job(
            "grid",
            gamut(*every, *grid),
            [ribs("GridArchive", "grid")],
            size,
        ),
        Job(
            "cvt",
            gamut(*every, "--axis", "topic:256@cvt"),
            [ribs("CVTArchive", "cvt")],
            size,
            4 * cells,
        ),
        Job("grid, fitted before", archived("pool", *every, *grid), [ribs("GridArchive", "grid")]),
        Job(
            "cvt, fitted before",
            archived("pool", *every, "--axis", "topic:256@cvt"),
            [ribs("CVTArchive", "cvt")],
        ),
        Job(
            "duplicates",
            gamut("--budget", "100%", "--embeddings", texts, "--redundancy", "0.9"),
            [semhash("duplicates")],
        ),
        Job(
            "representatives", gamut(*archive, "--embeddings", texts), [semhash("representatives")]
        ),
        Job(
            "deita, texts",
            gamut(*tenth, "--method", "deita", "--embeddings", texts),
            [deita(texts)],
        ),
        Job(
            "deita, vectors",
            gamut(*tenth, "--method", "deita", "--embeddings", vectors),
            [deita(vectors)],
        ),
        Job(
            "deita, texts, fitted before",
            archived("texts", *tenth, "--method", "deita"),
            [deita(texts)],
        ),
        Job(
            "facility location",
            gamut(*tenth, "--method", "facility-location", "--embeddings", texts),
            [facility("apricot", "apricot", "exact"), facility("submodlib", "submodlib", graph)],
        ),
        Job(
            "recipe",
            gamut(*archive),
            [rival("Data-Juicer", "data-juicer", "data-juicer", "juicer.py", nested, *juicer)],
            size,
            cells,
        ),
    ]


def warm(command: list[str]) -> None:
    """Brings the files that a command reads into the page cache."""
    for word in command:
        path = Path(word)
        if path.suffix in {".jsonl", ".npy", ".npz"} and path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass


def measure(job: Job, gamut: str, rounds: int, scratch: Path) -> dict[str, list[Measurement]]:
    """Runs of each contestant, round by round; the warm-up counts only where the limit ended it."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONPATH"}
    }
    environment |= {
        "HF_HOME": str(scratch / "hf"),
        "HF_HUB_OFFLINE": "1",
        "DATA_JUICER_CACHE_HOME": str(scratch / "juicer"),
    }
    contestants = {"gamut": [gamut, *job.gamut]} | {each.name: each.command for each in job.rivals}
    for command in contestants.values():
        warm(command)
    runs: dict[str, list[Measurement]] = {name: [] for name in contestants}
    allowed = dict.fromkeys(contestants, rounds)
    for number in range(rounds + 1):
        for name, command in contestants.items():
            if number > allowed[name]:
                continue
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                output = str(Path(folder, "subset.jsonl"))
                line = [output if word == "OUTPUT" else word for word in command]
                one = run(line, environment, scratch)
                if one.status == "done":
                    count_lines(one, Path(output))
            say = f"{job.name}, {name}, round {number}: {one.status} {one.wall:.2f} s {one.note}"
            print(say, file=sys.stderr, flush=True)
            if number == 0:
                # Even one that takes most of the limit runs once more when it is warm.
                allowed[name] = max(1, min(rounds, int(LIMIT / one.wall) - 1))
                if one.status != "done":
                    allowed[name] = 0
                    runs[name].append(one)
            else:
                runs[name].append(one)
    return runs


def count_lines(one: Measurement, output: Path) -> None:
    """Notes how many lines were written; none is a failure, whatever the exit status was."""
    one.chosen = output.read_bytes().count(b"\n") if output.exists() else 0
    if one.chosen == 0:
        one.status, one.note = "failed", "nothing was written"


def spread(values: list[float]) -> list[float]:
    """Median, least, greatest."""
    return [round(value, 4) for value in (statistics.median(values), min(values), max(values))]


def summary(job: Job, runs: dict[str, list[Measurement]], machine: dict, floor: float) -> dict:
    """What the tables show of a job."""
    ours = runs["gamut"]
    result: dict = {"job": job.name, "goal": job.goal, "contestants": {}}
    if floor:
        result |= {
            "floor_s": round(floor, 7),
            "operations": job.operations,
            "bytes": job.bytes_read,
        }
        if ours[0].status == "done":
            result["gamut_over_floor"] = spread([one.wall / floor for one in ours])
    for name, theirs in runs.items():
        one: dict = {"runs": len(theirs), "status": theirs[-1].status, "note": theirs[-1].note}
        one["chosen"] = theirs[-1].chosen
        for figure in FIGURES:
            one[figure] = spread([getattr(each, figure) for each in theirs])
        one["largest_process_mb"] = spread([each.largest for each in theirs])
        if name != "gamut" and "failed" not in {ours[-1].status, theirs[-1].status}:
            one["ratio"] = {figure: spread(ratios(theirs, ours, figure)) for figure in FIGURES}
            one["ratio_is"] = bound(ours[-1].status, theirs[-1].status)
        result["contestants"][name] = one
    return result


def ratios(theirs: list[Measurement], ours: list[Measurement], figure: str) -> list[float]:
    """The rival's over gamut's of the same round; where one has fewer rounds, over the median."""
    values = [[getattr(each, figure) for each in runs] for runs in (theirs, ours)]
    if len(theirs) != len(ours):
        values = [[statistics.median(each)] if len(each) > 1 else each for each in values]
    return [a / max(b, 1e-9) for a, b in zip(*values, strict=True)]


def bound(ours: str, theirs: str) -> str:
    """Whether a ratio is one, or a bound of it."""
    if ours == theirs == "done":
        return "exact"
    if ours == "done":
        return "at least"
    return "at most" if theirs == "done" else "unknown"


def choices(
    data: Path, count: int, quality: str, python: dict[str, str], gamut: str, names: list[str]
) -> dict:
    """The script's choices and gamut's, held against each other."""
    result = {}
    for job in jobs(data, count, quality, python):
        if job.name not in names:
            continue
        with tempfile.TemporaryDirectory(dir=data) as folder:
            subset = Path(folder, "subset.jsonl")
            line = [str(subset) if word == "OUTPUT" else word for word in job.gamut]
            subprocess.run([gamut, *line, "--receipts"], check=True)
            cells = []
            for number, rival in enumerate(job.rivals):
                file = Path(folder, f"{number}.npz")
                line = [
                    str(Path(folder, "other.jsonl")) if word == "OUTPUT" else word
                    for word in rival.command
                ]
                subprocess.run([*line, "--cells", file], check=True)
                cells.append(f"{rival.name}={file}")
            line = [
                python["script"],
                HERE / "choices.py",
                data / f"pool-{count}.jsonl",
                "--quality",
                quality,
            ]
            line += ["--receipts", subset.with_suffix(".receipts.jsonl"), "--cells", *cells]
            line += ["--vectors"] if job.name.startswith("vectors") else []
            told = subprocess.run(line, stdout=subprocess.PIPE, check=False)
            result[job.name] = json.loads(told.stdout)
    return result


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cell(values: list[float], mark: str = "") -> str:
    median, least, greatest = values
    if least == greatest:
        return mark + number(median)
    return f"{mark}{number(median)} ({number(least)} to {number(greatest)})"


def fastest_of(contestants: dict[str, dict], told: dict[str, dict]) -> str:
    """The fastest rival that was done, with the same job done where choices were compared."""
    done = [
        (one["wall"][0], name)
        for name, one in contestants.items()
        if name != "gamut"
        and one["status"] == "done"
        and told.get(name, {"same_job": True})["same_job"]
    ]
    return min(done)[1] if done else ""


def verdict_on(ratio: float, is_: str, goal: float) -> str:
    """Whether a goal was met; a bound may leave it open."""
    if ratio >= goal:
        return "open" if is_ == "at most" else "met"
    return "open" if is_ == "at least" else "**missed**"


def table(size: dict) -> list[str]:
    """The tables of one size as lines of Markdown."""
    lines = [f"## {size['samples']:,} samples", ""]
    lines += [
        "| job | who | chosen | seconds | processor s | MiB | time | processor | memory | goal | |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for job in size["jobs"]:
        told = size.get("choices", {}).get(job["job"], {})
        fastest = fastest_of(job["contestants"], told)
        for name, one in job["contestants"].items():
            mark = "> " if one["status"] == "more than" else ""
            chosen = f"{one['chosen']:,}" if one["status"] == "done" else ""
            row = [job["job"], name, chosen] + [cell(one[figure], mark) for figure in FIGURES]
            if one["status"] == "failed":
                row[3:6] = [f"failed: {one['note']}".replace("|", "/"), "", ""]
            verdict, goal = "", ""
            if "ratio" in one and one["ratio_is"] != "unknown":
                sign = {"exact": "", "at least": "> ", "at most": "< "}[one["ratio_is"]]
                row += [cell(one["ratio"][figure], sign) for figure in FIGURES]
                if job["job"] not in SCRIPTED or name == fastest:
                    goal = number(job["goal"])
                    verdict = verdict_on(one["ratio"]["wall"][0], one["ratio_is"], job["goal"])
            else:
                row += ["", "", ""]
            lines.append("| " + " | ".join([*row, goal, verdict]) + " |")
    lines += [
        "",
        "| job | floor, s | gamut, times the floor | goal | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for job in size["jobs"]:
        if "gamut_over_floor" in job:
            met = "met" if job["gamut_over_floor"][0] <= 2 else "**missed**"
            over = cell(job["gamut_over_floor"])
            lines.append(f"| {job['job']} | {job['floor_s']:.2g} | {over} | 2 | {met} |")
    yard = size["yardsticks"]
    lines += ["", f"`wc -l` of the pool: {yard['wc']} s; `sha256sum`: {yard['sha256sum']} s.", ""]
    for job, told in size.get("choices", {}).items():
        lines += [
            f"Choices, {job}:",
            "",
            "| who | samples | mean quality | cells of its own grid | of gamut's | gamut's of its "
            "| topics told | same job |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
        ]
        for name, one in told.items():
            own = one.get("in_its_own_cells", one["in_gamuts_cells"])
            back = one.get("gamut_in_these_cells", own)
            row = [
                name,
                f"{one['samples']:,}",
                one["quality_mean"],
                own["cells"],
                one["in_gamuts_cells"]["cells"],
            ]
            row += [
                back["cells"],
                one.get("topics_told", ""),
                "yes" if one["same_job"] else "**no**",
            ]
            lines.append("| " + " | ".join(map(str, row)) + " |")
        lines.append("")
    return lines


def machine_name() -> str:
    with open("/proc/cpuinfo") as file:
        models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{len(os.sched_getaffinity(0))} cores, {models[0] if models else platform.machine()}"


def page(results: dict) -> str:
    """The results as Markdown."""
    machine = results["machine"]
    lines = [
        f"# Gamut and its peers, {results['date']}",
        "",
        f"{results['machine_name']}; reading {machine['read_gb_per_s']} GB/s, copying "
        f"{machine['copy_gb_per_s']} GB/s, sgemm {machine['sgemm_gflop_per_s']} GFLOP/s. "
        f"Rounds: {results['rounds']}, at most {results['limit_s']:.0f} s a run.",
        "",
        "Ratios are the rival's figure over gamut's, median (least to greatest) of rounds: above 1",
        "gamut is ahead. Goals in time: 2 on text and 1 on vectors against the fastest script, 10",
        "against the rest, and at most 2 times the floor. `>`, `<`: a run was ended at the limit.",
        "",
    ]
    for size in results["sizes"]:
        lines += table(size)
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gamut", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--environments", type=Path, required=True)
    parser.add_argument("--sizes", required=True)
    parser.add_argument("--quality", default="quality")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--output", type=Path, help="without ending; .json and .md are written")
    options = parser.parse_args()
    peers = set(filter(None, options.only.split(",")))
    # A run under way is in a process group of its own, and would live on.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    from machine import floor, measured, yardsticks

    names = ["script", "ribs", "semhash", "facility-location", "data-juicer"]
    python = {name: str(options.environments / name / "bin" / "python") for name in names}
    machine = measured()
    results = {
        "date": datetime.date.today().isoformat(),
        "machine_name": machine_name(),
        "machine": machine,
        "rounds": options.rounds,
        "limit_s": LIMIT,
        "sizes": [],
    }
    for count in [int(word) for word in options.sizes.split(",")]:
        pool = options.data / f"pool-{count}.jsonl"
        size: dict = {"samples": count, "bytes": pool.stat().st_size, "jobs": []}
        size["yardsticks"] = yardsticks(str(pool))
        compared = []
        for job in jobs(options.data, count, options.quality, python):
            job.rivals = [
                rival
                for rival in job.rivals
                if (not peers or rival.peer in peers)
                and (not options.quick or f"{job.name}/{rival.name}" in QUICK)
            ]
            if not job.rivals:
                continue
            least = floor(job.bytes_read, job.operations, machine) if job.bytes_read else 0
            with tempfile.TemporaryDirectory(dir=options.data) as scratch:
                runs = measure(job, options.gamut, options.rounds, Path(scratch))
            size["jobs"].append(summary(job, runs, machine, least))
            if job.name in SCRIPTED and not options.quick:
                compared.append(job.name)
        size["choices"] = choices(
            options.data, count, options.quality, python, options.gamut, compared
        )
        results["sizes"].append(size)
        if options.output:
            options.output.parent.mkdir(parents=True, exist_ok=True)
            options.output.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n")
            options.output.with_suffix(".md").write_text(page(results))
    print(page(results))
    failed = [
        name
        for size in results["sizes"]
        for job in size["jobs"]
        for name, one in job["contestants"].items()
        if one["status"] == "failed"
    ]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
