"""Part B: real answers with ratings, which are taken for the truth; methods get a copy that lies."""

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from choices import fitted, rounded
from scipy import stats
from scores import ranks, turned, with_spearman
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize


@dataclass(frozen=True)
class Source:
    """A set of rated answers: its file, its fields, and from which rating on an answer counts as good."""

    file: str
    prompt: str
    answer: str
    rating: str
    good: float


SOURCES = {
    "GSM8K": Source("gsm8k_model_solutions_rated", "question", "answer", "is_correct", 1),
    "AlpacaEval": Source("alpaca_eval_rated", "instruction", "output", "score_vs_gpt4_1106", 0.5),
    "Auto-J": Source("autoj_single_rated", "instruction", "output", "score", 6),
}
CLUSTERS = 8
NOISY = {"Spearman 0.8": 0.8, "Spearman 0.5": 0.5, "Spearman 0.2": 0.2, "Spearman 0": 0.0}
LIES = {
    "the rating": "rating",
    **{name: f"spearman_{round(100 * value)}" for name, value in NOISY.items()},
    "constant": "constant",
    "length": "length",
    "one cluster turned": "cluster_turned",
}
DEBIASED = ("--debias-length", "--normalize", "rank")
REMEDIES = {
    "the rating": ("-q", "rating"),
    "the rating, debiased": ("-q", "rating", *DEBIASED),
    "length": ("-q", "length"),
    "length, debiased": ("-q", "length", *DEBIASED),
    "rating and length": ("-q", "rating_length"),
    "rating and length, debiased": ("-q", "rating_length", *DEBIASED),
    "gamut's own heuristic": (),
    "one judge of 0.5": ("-q", "judge_a"),
    "two of 0.5, mean": ("-q", "judge_a", "-q", "judge_b"),
    "two of 0.5, agreement 1": ("-q", "judge_a", "-q", "judge_b", "--agreement", 1),
    "three of 0.5, mean": ("-q", "judge_a", "-q", "judge_b", "-q", "judge_c"),
    "three of 0.5, agreement 1": ("-q", "judge_a", "-q", "judge_b", "-q", "judge_c", "--agreement", 1),
}


def lines(folder: str, file: str) -> list:
    """A set's rows, from plain or packed JSON Lines."""
    path = os.path.join(folder, file + ".jsonl")
    if os.path.exists(path):
        with open(path) as rows:
            return [json.loads(line) for line in rows]
    packed = subprocess.run(["zstd", "-dc", "--long=27", path + ".zst"], check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in packed.stdout.decode().split("\n") if line]


@cache
def clustered(folder: str, name: str):
    """A set's rows, each with the number of its prompt and of the cluster of words that this is in."""
    source = SOURCES[name]
    rows = lines(folder, source.file)
    prompts, prompt = np.unique([row[source.prompt] for row in rows], return_inverse=True)
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2).fit_transform(prompts)
    parts = normalize(TruncatedSVD(min(32, words.shape[1] - 1), random_state=0).fit_transform(words))
    cluster = KMeans(CLUSTERS, n_init=4, random_state=0).fit_predict(parts)
    return rows, prompt, cluster[prompt]


class Rated:
    """Half of a set's prompts, drawn by the seed, with all their answers."""

    def __init__(self, data: str, folder: str, name: str, seed: int):
        self.folder, self.name, self.seed = folder, name, seed
        rows, prompt, cluster = clustered(data, name)
        source = SOURCES[name]
        half = np.random.default_rng(seed).permutation(prompt.max() + 1)[: (prompt.max() + 1) // 2]
        kept = np.flatnonzero(np.isin(prompt, half))
        self.rows = [rows[place] for place in kept]
        self.prompt, self.cluster = prompt[kept], cluster[kept]
        self.rating = np.array([float(row[source.rating]) for row in self.rows])
        self.good = self.rating >= source.good
        self.characters = np.array([len(row[source.answer]) for row in self.rows])
        self.largest = np.bincount(self.cluster).argmax()

    @cached_property
    def scores(self) -> dict:
        generator = np.random.default_rng(1000 + self.seed)
        noise, *others = generator.standard_normal((4, len(self.rows)))
        rating = ranks(self.rating)
        return {
            "rating": rating,
            **{LIES[name]: with_spearman(self.rating, value, noise) for name, value in NOISY.items()},
            **{f"judge_{name}": with_spearman(self.rating, 0.5, other) for name, other in zip("abc", others)},
            "constant": np.full(len(rating), 0.5),
            "length": ranks(self.characters),
            "rating_length": ranks(rating + ranks(self.characters)),
            "cluster_turned": turned(rating, self.cluster == self.largest),
        }

    @cached_property
    def archive(self) -> str:
        """Prompts and answers with the scores that lie, under shapes that gamut knows."""
        source = SOURCES[self.name]
        path = os.path.join(self.folder, f"{source.file}-{self.seed}.jsonl")
        with open(path, "w", newline="\n") as file:
            for place, row in enumerate(self.rows):
                told = {"prompt": row[source.prompt], "completion": row[source.answer]}
                told |= {name: round(float(score[place]), 6) for name, score in self.scores.items()}
                file.write(json.dumps(told) + "\n")
        return fitted(path, list(self.scores), path.removesuffix("jsonl") + "gamut")

    def told(self, rows, budget: str) -> dict:
        """What is true of a subset; `gain` is 1 for the best subset of its size and 0 for the pool's mean."""
        rating, cluster = self.rating[rows], self.cluster[rows]
        best, mean = np.sort(self.rating)[::-1][: len(rows)].mean(), self.rating.mean()
        sizes = np.bincount(cluster, minlength=CLUSTERS)
        means = np.bincount(cluster, rating, CLUSTERS) / np.maximum(sizes, 1)
        present = np.bincount(self.cluster, minlength=CLUSTERS) > 0
        told = {
            "size": len(rows),
            "rating": rating.mean(),
            "gain": (rating.mean() - mean) / (best - mean),
            "worst_cluster": means[present].min(),
            "largest_cluster": means[self.largest],
            "prompts": len(np.unique(self.prompt[rows])) / len(np.unique(self.prompt)),
            "good_prompts": len(np.unique(self.prompt[rows][self.good[rows]]))
            / max(1, len(np.unique(self.prompt[self.good]))),
            "characters": self.characters[rows].mean(),
        }
        return rounded(told)

    measured = told

    def quality(self, column: str) -> dict:
        """How well a score follows the rating."""
        score = self.scores[column]
        return {"spearman": float(stats.spearmanr(score, self.rating)[0]) if np.ptp(score) > 0 else 0.0}
