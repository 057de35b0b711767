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
# Other splits, on which a setting of the archive was chosen.
TRIAL_SEEDS = range(100, 103)
NEURAL = (
    "random", "archive", "archive, two components", "archive, 1024 topics, 4 qualities",
    "archive, 256 topics, 16 qualities", "random-length, two components", "top", "deita", "k-center",
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
                if self.name == "t0":
                    samples, others = data.t0(self.folder, self.work)
                else:
                    samples, others = data.alpaca(self.folder, self.work), data.others(self.folder)
                kept = {name: np.flatnonzero(~data.near(test, samples)) for name, test in others.items()}
                others = {name: others[name].take(rows) for name, rows in kept.items()}
            self._read = samples, others
        return self._read

    def pool(self, seed: int) -> trigrams.Pool:
        """The last one made is kept."""
        if seed not in self._pools:
            for pool in self._pools.values():
                pool.close()
            folder = os.path.join(self.work, f"pool-{seed}")
            os.makedirs(folder, exist_ok=True)
            like = "t0" if self.name == "t0" else "alpaca"
            self._pools = {seed: trigrams.Pool(*self._samples(), seed, folder, like)}
        return self._pools[seed]


def seconds() -> float:
    """Of processors that this and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(work):
    """What work gives, and the processor's seconds it takes."""
    start = seconds()
    return work() | {"processor_seconds": round(seconds() - start, 1)}


def about(pool: trigrams.Pool) -> dict:
    """Sizes, and what the topics of a pool are like."""
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
    return {"sizes": sizes, "topics": topics}


def arms(name: str, seed: int) -> dict:
    """Of each arm of a pool its options, the shares, the share that is cut to equal pieces, and the shares of
    which metrics are told."""
    compared, apart = trigrams.COMPARED, trigrams.APART
    again = {"random, again": compared["random"]}
    if name == "quick":
        return {name: (compared[name], (0.05, 0.2), 0.05, (0.05,)) for name in trigrams.QUICK}
    if name == "t0":
        chosen = {name: compared[name] for name in trigrams.SECOND} | again
        return {name: (options, (0.05, 0.2), 0.05, ()) for name, options in chosen.items()}
    if seed in TRIAL_SEEDS:
        chosen = {"random": compared["random"]} | trigrams.TRIED
        return {name: (options, trigrams.SHARES, None, ()) for name, options in chosen.items()}
    chosen = {name: (options, trigrams.SHARES, 0.05, (0.01, 0.05)) for name, options in compared.items()}
    chosen |= {name: (options, trigrams.SHARES, 0.05, (0.01, 0.05)) for name, options in again.items()}
    return chosen | {name: (options, (0.05,), 0.05, (0.05,)) for name, options in apart.items()}


def trigram_runs(study: Study, kept: journal.Journal, seeds) -> None:
    """Runs of the trigrams, a journal's entry each arm of each seed."""
    for seed in seeds:
        if seed not in TRIAL_SEEDS:
            kept.run({"seed": seed, "about": "pool"}, lambda seed=seed: about(study.pool(seed)))
        for name, options in arms(study.name, seed).items():

            def work(seed=seed, name=name, options=options):
                return {"rows": trigrams.runs(study.pool(seed), name, *options)}

            kept.run({"seed": seed, "method": name}, work)


def neural_runs(study: Study, kept: journal.Journal, seeds) -> None:
    """Runs of the small transformer, a journal's entry each."""
    import neural

    quick = study.name == "quick"
    sizes = (600, 5_000, 40) if quick else (2048, 400_000, 400)
    learners = {}
    for seed in seeds:
        for method in NEURAL[:2] if quick else NEURAL:

            def work(seed=seed, method=method):
                if seed not in learners:
                    learners.clear()
                    learners[seed] = neural.Learner(study.pool(seed), *sizes)
                return learners[seed].run(trigrams.COMPARED[method])

            kept.run({"seed": seed, "method": method}, functools.partial(timed, work))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", help="where the data sets are; with --quick the repository's Data")
    parser.add_argument("--runs", required=True, help="a folder for what has been run")
    parser.add_argument("--output", required=True, help="a folder for results.json, runs.json and figure.svg")
    parser.add_argument("--quick", action="store_true")
    parts = ("alpaca", "tried", "neural", "t0", "summary")
    parser.add_argument("--part", choices=parts, help="one part alone")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    chosen = parser.parse_args()
    pool = "quick" if chosen.quick else "alpaca"
    seeds = chosen.seeds[:2] if chosen.quick else chosen.seeds
    parts = (pool, "neural") if chosen.quick else (pool, "neural", "t0")
    kept = {part: os.path.join(chosen.runs, f"Instructions-{part}.jsonl") for part in parts}
    runs = {part: journal.Journal(path) for part, path in kept.items()}

    def asked(part):
        return chosen.part in (None, part) or chosen.quick

    with tempfile.TemporaryDirectory() as work:
        study = Study(pool, chosen.folder, work)
        if asked(pool):
            trigram_runs(study, runs[pool], seeds)
        if asked("tried") and not chosen.quick:
            trigram_runs(study, runs[pool], TRIAL_SEEDS)
        if asked("neural"):
            neural_runs(study, runs["neural"], seeds)
        if asked("t0") and not chosen.quick:
            trigram_runs(Study("t0", chosen.folder, work), runs["t0"], seeds)
    if asked("summary"):
        summary.write(runs, chosen.output)


if __name__ == "__main__":
    main()
