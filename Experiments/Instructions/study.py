"""Which subset of equal tokens trains the better language model of real instruction data?"""

import argparse
import functools
import os
import resource
import tempfile

import data
import journal
import numpy as np
import summary
import trigrams

SEEDS = range(5)
NEURAL = (
    "random", "archive", "archive, 256 topics, 16 qualities", "random-length", "top", "deita", "k-center",
)  # fmt: skip


class Study:
    """A data set to choose from and others to test on, read only if a run asks for them."""

    def __init__(self, name: str, folder: str, work: str):
        self.name, self.folder = name, folder
        self.work = os.path.join(work, name)
        os.makedirs(self.work)
        self._read, self._pools = None, {}

    def _samples(self) -> tuple:
        if self._read is None:
            if self.name == "quick":
                samples = data.stand_in(self.folder, self.work)
                labels = samples.labels
                names = ("letters", "family")
                others = {name: samples.take(np.flatnonzero(labels == name)) for name in names}
                samples = samples.take(np.flatnonzero(~np.isin(labels, list(others))))
            else:
                samples = data.alpaca(self.folder, self.work)
                others = data.others(self.folder)
                kept = {name: np.flatnonzero(~data.near(test, samples)) for name, test in others.items()}
                others = {name: others[name].take(rows) for name, rows in kept.items()}
            self._read = samples, others
        return self._read

    def pool(self, seed: int) -> trigrams.Pool:
        """The last one made is kept."""
        if seed not in self._pools:
            folder = os.path.join(self.work, f"pool-{seed}")
            os.makedirs(folder, exist_ok=True)
            self._pools = {seed: trigrams.Pool(*self._samples(), seed, folder)}
        return self._pools[seed]


def seconds() -> float:
    """Of processors that this and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(work):
    """What work gives, and the processor's seconds it takes."""
    start = seconds()
    return work() | {"processor_seconds": round(seconds() - start, 1)}


def trigram_seed(study: Study, seed: int) -> dict:
    """All rows of a seed: what is compared at several budgets, what takes the difference apart at one."""
    pool = study.pool(seed)
    if study.name == "quick":
        compared, apart = trigrams.configurations(judged=True, topics=False)
        apart = dict(list(apart.items())[:2])
        return {"rows": trigrams.runs(pool, compared, apart, (0.05, 0.2), 0.05, (0.05,))}
    rows = trigrams.runs(pool, *trigrams.configurations(judged=True, topics=True))
    sizes = {"pool": len(pool.samples), "tokens": pool.tokens, "overlapping": pool.overlapping}
    sizes |= {name: len(test) for name, test in pool.tests.items()}
    test, weights = pool.tests["held_out"], pool.tests["held_out"].bytes()
    labels = np.unique(test.labels)
    quality = np.array([row["quality"] for row in pool.samples.rows])
    topics = {
        "bytes": {str(label): float(weights[test.labels == label].sum() / weights.sum()) for label in labels},
        "quality": {str(label): float(quality[pool.samples.labels == label].mean()) for label in labels},
        "tokens": pool.topic_tokens(np.arange(len(pool.samples))),
    }
    return {"rows": rows, "sizes": sizes, "topics": topics}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", help="where the data sets are; with --quick the repository's Data")
    parser.add_argument("--runs", required=True, help="a folder for what has been run")
    parser.add_argument("--output", required=True, help="a folder for results.json, runs.json and figure.svg")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--part", choices=("alpaca", "neural", "summary"), help="one part alone")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    chosen = parser.parse_args()
    name = "quick" if chosen.quick else "alpaca"
    seeds = chosen.seeds[:2] if chosen.quick else chosen.seeds
    kept = (os.path.join(chosen.runs, f"Instructions-{part}.jsonl") for part in (name, "neural"))
    runs = {part: journal.Journal(path) for part, path in zip((name, "neural"), kept, strict=True)}
    with tempfile.TemporaryDirectory() as work:
        study = Study(name, chosen.folder, work)
        for seed in seeds if chosen.part in (None, name) else ():
            told = functools.partial(trigram_seed, study, seed)
            runs[name].run({"seed": seed}, functools.partial(timed, told))
        if chosen.part in (None, "neural"):
            neural_runs(study, runs["neural"], seeds)
    if chosen.part in (None, "summary"):
        summary.write(runs, chosen.output)


def neural_runs(study: Study, kept: journal.Journal, seeds) -> None:
    """Runs of the small transformer, a journal's entry each."""
    import neural

    quick = study.name == "quick"
    sizes = (600, 5_000, 40) if quick else (2048, 400_000, 400)
    options = trigrams.configurations(judged=False, topics=not quick)[0]
    learners = {}
    for seed in seeds:
        for method in NEURAL[:2] if quick else NEURAL:

            def work(seed=seed, method=method):
                if seed not in learners:
                    learners.clear()
                    learners[seed] = neural.Learner(study.pool(seed), *sizes)
                return learners[seed].run(options[method])

            kept.run({"seed": seed, "method": method}, functools.partial(timed, work))


if __name__ == "__main__":
    main()
