"""Subsets by `gamut select`, and the proxy of `gamut tune` trained on them."""

import json
import os
import subprocess
import tempfile

import numpy as np


def select(pool: str, budget, *options) -> np.ndarray:
    """Where the samples of a subset stand in the pool, in pool order."""
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "subset.jsonl")
        subprocess.run(
            [os.environ["GAMUT"], "select", pool, "--budget", str(budget), "--random", "0", "--quiet", "--indices",
             "-o", output, *map(str, options)],
            check=True,
        )  # fmt: skip
        return np.load(os.path.join(folder, "subset.indices.npy"))


def nested(pool: str, budgets, *options) -> list:
    """As `select`, for several budgets of one unit at once, ascending: the pool is read once."""
    return [rows for rows, _ in told(pool, budgets, *options)]


def told(pool: str, budgets, *options, draws: int = 0) -> list:
    """As `nested`, each with the run's manifest, in which the subset is held against so many random ones."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [os.environ["GAMUT"], "select", pool, "--budget", ",".join(map(str, budgets)), "--random", str(draws),
             "--quiet", "--indices", "-o", os.path.join(folder, "subset.jsonl"), *map(str, options)],
            check=True,
        )  # fmt: skip
        # In names a share is written with letters.
        names = ["subset"] if len(budgets) == 1 else [f"subset.{b}".replace("%", "pct") for b in budgets]
        found = []
        for name in names:
            with open(os.path.join(folder, f"{name}.manifest.json")) as manifest:
                rows = np.load(os.path.join(folder, f"{name}.indices.npy"))
                found.append((rows, json.load(manifest)))
        return found


def describe(subset: str, pool: str, *options) -> dict:
    """What `gamut describe` tells of a subset against its pool: the metrics, and the means of the measures."""
    return describe_all([subset], pool, *options)[0]


def describe_all(subsets, pool: str, *options) -> list:
    """As `describe`, of several subsets of one pool, which is read once."""
    told = subprocess.run(
        [os.environ["GAMUT"], "describe", *subsets, "--pool", pool, "--json", "--quiet", *map(str, options)],
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    told = json.loads(told.stdout)
    return [
        {f"{name}_mean": one[name]["mean"] for name in ("quality", "complexity") if name in one} | one["metrics"]
        for one in (told if isinstance(told, list) else told.get("sets", [told]))
    ]


class Proxy:
    """The language model of `gamut tune --proxy`, trained on any set of a pool's answers."""

    def __init__(self, train, held_out):
        """Takes (prompt, answer) texts."""
        self._folder = tempfile.TemporaryDirectory()
        path = os.path.join(self._folder.name, "examples.jsonl")
        with open(path, "w") as file:
            for prompt, answer in [*train, *held_out]:
                file.write(json.dumps([prompt, answer]) + "\n")
        self._process = subprocess.Popen(
            [os.environ["GAMUT_PROXY_LOSS"], path, str(len(train))], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        pieces = self._process.stdout.readline()
        self.pieces = np.array(pieces.split(), int)[: len(train)]
        self._bits = np.array([max(1, len(answer.encode())) for _, answer in held_out]) * np.log(2)

    def losses(self, rows) -> np.ndarray:
        """Bits a byte on each sample held out, of a model trained on these rows."""
        self._process.stdin.write(" ".join(map(str, rows)) + "\n")
        self._process.stdin.flush()
        return np.array(self._process.stdout.readline().split(), float) / self._bits

    def cut(self, rows, pieces: int, seed: int) -> np.ndarray:
        """As many of the rows, in random order, as have that many pieces together; at least one."""
        order = np.random.default_rng(seed).permutation(np.asarray(rows))
        fits = np.cumsum(self.pieces[order]) <= pieces
        return order[: max(1, int(fits.sum()))]

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
