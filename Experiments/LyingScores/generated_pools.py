"""Part A: pools that the repository makes itself, where it is known of every answer whether it is right."""

import json
import os
from functools import cached_property

import generated
import numpy as np
from choices import fitted, rounded
from scores import auroc, ranks, turned, with_auroc
from subsets import Proxy

# The larger and the smaller of the topics in which a score is turned round.
LARGE, SMALL = "market", "kitchen"
NOISY = {f"AUROC {value}": value for value in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)}
LIES = {
    "the judge": "judge",
    **{name: f"auroc_{round(100 * value)}" for name, value in NOISY.items()},
    "0 or 1": "verdict",
    "constant": "constant",
    "length": "length",
    "judge and length": "judge_length",
    f"{LARGE} turned": "large_turned",
    f"{SMALL} turned": "small_turned",
    "all turned": "all_turned",
}

# What a user can do without knowing the truth: options for the score or the choice, by name.
DEBIASED = ("--debias-length", "--normalize", "rank")
BY_TOPIC = ("--axis", "column:topic", "--axis", "complexity:8@quantile")
JUDGES = ("-q", "judge_a", "-q", "judge_b", "-q", "judge_c")
REMEDIES = {
    "the judge": ("-q", "judge"),
    "the judge, debiased": ("-q", "judge", *DEBIASED),
    "the judge, suspects dropped": ("-q", "judge", "--drop", "all"),
    "length": ("-q", "length"),
    "length, debiased": ("-q", "length", *DEBIASED),
    "judge and length": ("-q", "judge_length"),
    "judge and length, debiased": ("-q", "judge_length", *DEBIASED),
    "constant": ("-q", "constant"),
    "constant, suspects dropped": ("-q", "constant", "--drop", "all"),
    "gamut's own heuristic": (),
    "gamut's own heuristic, suspects dropped": ("--drop", "all"),
    "one judge of 0.7": ("-q", "judge_a"),
    "two of 0.7, mean": ("-q", "judge_a", "-q", "judge_b"),
    "two of 0.7, agreement 1": ("-q", "judge_a", "-q", "judge_b", "--agreement", 1),
    "three of 0.7, mean": JUDGES,
    "three of 0.7, agreement 1": (*JUDGES, "--agreement", 1),
    "0.9 and noise, mean": ("-q", "auroc_90", "-q", "auroc_50"),
    "0.9 and noise, agreement 1": ("-q", "auroc_90", "-q", "auroc_50", "--agreement", 1),
    "0.9 and length, mean": ("-q", "auroc_90", "-q", "length"),
    "0.9 and length, agreement 1": ("-q", "auroc_90", "-q", "length", "--agreement", 1),
    f"{LARGE} turned": ("-q", "large_turned"),
    f"{LARGE} turned, cells by topic": ("-q", "large_turned", *BY_TOPIC),
    f"{LARGE} turned, made constant there": ("-q", "large_constant"),
    f"{LARGE} turned, made constant there, cells by topic": ("-q", "large_constant", *BY_TOPIC),
    f"{LARGE} turned and one of 0.7, mean": ("-q", "large_turned", "-q", "judge_a"),
    f"{LARGE} turned and one of 0.7, agreement 1": ("-q", "large_turned", "-q", "judge_a", "--agreement", 1),
    f"{LARGE} turned and two of 0.7, agreement 1": (
        "-q", "large_turned", "-q", "judge_a", "-q", "judge_b", "--agreement", 1
    ),
    "all turned": ("-q", "all_turned"),
    "all turned and two of 0.7, mean": ("-q", "all_turned", "-q", "judge_a", "-q", "judge_b"),
    "all turned and two of 0.7, agreement 1": (
        "-q", "all_turned", "-q", "judge_a", "-q", "judge_b", "--agreement", 1
    ),
}  # fmt: skip
SUBTLE = ("wrong-result", "skipped-step")


class Pool:
    """A pool with its scores in an archive, what is true of its rows, and a test that shares none of them."""

    def __init__(self, folder: str, rows: int, test_rows: int, a_topic: int, seed: int):
        self.folder, self.seed = folder, seed
        self.size, self.test_size, self.a_topic = rows, test_rows, a_topic
        self.rows = self._with_facts(rows, seed)
        self.right = np.array([row["correct"] for row in self.rows])
        self.topics, self.topic = np.unique([row["topic"] for row in self.rows], return_inverse=True)
        self.kinds, self.kind = np.unique(
            [f"{row['task']} {row['level']}" for row in self.rows], return_inverse=True
        )
        # Defects that show in the shape of an answer: all but a wrong result and a step left out.
        self.misshapen = np.array([row["defect"] not in ("none", *SUBTLE) for row in self.rows])
        self.characters = np.array([len(row["output"]) for row in self.rows])
        # What of a row follows from its topic and level alone.
        cells = self.topic * 5 + np.array([row["level"] - 1 for row in self.rows])
        self.expected = (np.bincount(cells, self.right) / np.maximum(np.bincount(cells), 1))[cells]
        # The first row of those that repeat each other.
        place = {row["id"]: index for index, row in enumerate(self.rows)}
        self.first = np.arange(len(self.rows))
        for index, row in enumerate(self.rows):
            if row["twin_of"]:
                self.first[index] = self.first[place[row["twin_of"]]]

    def _with_facts(self, rows: int, seed: int) -> list:
        """Rows of the generator with the facts that they rest on."""
        made = generated.made(self.folder, rows, seed)
        with open(os.path.join(self.folder, f"truth-{seed}-{rows}.jsonl")) as truth:
            wanted = ("twin_of", "numbers", "words")
            return [row | {key: json.loads(known)[key] for key in wanted} for row, known in zip(made, truth)]

    @cached_property
    def scores(self) -> dict:
        generator = np.random.default_rng(self.seed)
        noise, *others = generator.standard_normal((4, len(self.rows)))
        judge = np.array([row["quality"] for row in self.rows])
        good = with_auroc(self.right, 0.9, noise)
        large = self.topic == list(self.topics).index(LARGE)
        made = {"judge": judge}
        made |= {LIES[name]: with_auroc(self.right, value, noise) for name, value in NOISY.items()}
        made |= {f"judge_{name}": with_auroc(self.right, 0.7, other) for name, other in zip("abc", others)}
        return made | {
            "verdict": self.right.astype(float),
            "constant": np.full(len(self.rows), 0.5),
            "length": ranks(self.characters),
            "judge_length": ranks(ranks(judge) + ranks(self.characters)),
            "large_turned": turned(good, large),
            "large_constant": np.where(large, 0.5, good),
            "small_turned": turned(good, self.topic == list(self.topics).index(SMALL)),
            "all_turned": 1 - good,
        }

    @cached_property
    def archive(self) -> str:
        """Every line as it was made, with the scores at its end."""
        path = os.path.join(self.folder, f"scored-{self.seed}-{self.size}.jsonl")
        names = list(self.scores)
        columns = np.stack([self.scores[name] for name in names], 1)
        with (
            open(os.path.join(self.folder, f"pool-{self.seed}-{self.size}.jsonl"), newline="\n") as pool,
            open(path, "w", newline="\n") as scored,
        ):
            for line, values in zip(pool, columns, strict=True):
                added = ",".join(f'"{name}":{value:.6f}' for name, value in zip(names, values))
                scored.write(line.rstrip()[:-1] + "," + added + "}\n")
        return fitted(path, [*names, "topic"], path.removesuffix("jsonl") + "gamut")

    @cached_property
    def test(self) -> list:
        """Right answers to questions whose facts no row of the pool has, equally many a topic."""
        facts = {json.dumps([row["task"], row["numbers"], row["words"]]) for row in self.rows}
        prompts = {generated.prompt(row) for row in self.rows}
        found = {topic: [] for topic in self.topics}
        for row in self._with_facts(self.test_size, 1000 + self.seed):
            if not row["correct"] or row["ugly"] or row["twin"] or generated.prompt(row) in prompts:
                continue
            if json.dumps([row["task"], row["numbers"], row["words"]]) not in facts:
                found[row["topic"]].append(row)
        return [row for rows in found.values() for row in rows[: self.a_topic]]

    @cached_property
    def proxy(self) -> Proxy:
        def examples(rows):
            return [(generated.prompt(row), row["output"]) for row in rows]

        return Proxy(examples(self.rows), examples(self.test))

    def close(self) -> None:
        """Ends the proxy, if there is one."""
        if "proxy" in vars(self):
            self.proxy.close()

    def measures(self, rows) -> dict:
        """What is true of a subset."""
        topic, right = self.topic[rows], self.right[rows]
        sizes = np.bincount(topic, minlength=len(self.topics))
        rights = np.bincount(topic, right, len(self.topics))
        shares = rights / np.maximum(sizes, 1)
        return {
            "size": len(rows),
            "right": right.mean(),
            "misshapen": self.misshapen[rows].mean(),
            "worst_right": shares.min(),
            "least_right": rights.min(),
            "large_right": shares[list(self.topics).index(LARGE)],
            "small_right": shares[list(self.topics).index(SMALL)],
            "expected": self.expected[rows].mean(),
            "kinds": len(np.unique(self.kind[rows][right])),
            "repeats": 1 - len(np.unique(self.first[rows])) / len(rows),
            "characters": self.characters[rows].mean(),
        }

    def learnt(self, rows, share: float) -> dict:
        """Losses of a model trained on all of the rows, and on as many as have equally many pieces."""
        topics = np.array([list(self.topics).index(row["topic"]) for row in self.test])
        mix = np.bincount(self.topic[self.right], minlength=len(self.topics)) / self.right.sum()
        # Three fifths of what a random subset has, so that those with short answers have it too.
        pieces = int(0.6 * share * self.proxy.pieces.sum())
        told = {"pieces": int(self.proxy.pieces[rows].sum()), "wanted": pieces}
        for name, taken in (("all", rows), ("equal", self.proxy.cut(rows, pieces, self.seed))):
            losses = self.proxy.losses(taken)
            each = np.bincount(topics, losses, len(mix)) / np.bincount(topics, minlength=len(mix)).clip(1)
            told |= {f"loss_{name}": each @ mix, f"loss_{name}_even": each.mean()}
            told[f"loss_{name}_worst"] = each.max()
        return told

    def measured(self, rows, budget: str) -> dict:
        return rounded(self.measures(rows))

    def told(self, rows, budget: str) -> dict:
        return rounded(self.measures(rows) | self.learnt(rows, share(budget)))

    def quality(self, column: str) -> dict:
        """How well a score tells right from wrong, in all and within topics."""
        score, topics = self.scores[column], range(len(self.topics))
        within = [auroc(score[self.topic == t], self.right[self.topic == t]) for t in topics]
        return {"auroc": auroc(score, self.right), "auroc_of_topics": within}

    def checked(self, column: str, size: int, topic=None, trials: int = 400) -> dict:
        """What AUROC a user finds who checks so many rows by hand, of one topic or of all."""
        generator = np.random.default_rng(self.seed)
        inside = self.topic == list(self.topics).index(topic) if topic else np.full(len(self.rows), True)
        rows = np.flatnonzero(inside)
        found = []
        for _ in range(trials):
            drawn = generator.choice(rows, min(size, len(rows)), replace=False)
            found.append(auroc(self.scores[column][drawn], self.right[drawn]))
        found = np.array(found)
        # A check that meets right answers only, or wrong ones only, finds nothing.
        return {
            "mean": np.nanmean(found), "deviation": np.nanstd(found), "nothing": np.isnan(found).mean(),
            "below_0.6": (found < 0.6).mean(),
        }  # fmt: skip


def share(budget: str) -> float:
    return float(budget.removesuffix("%")) / 100


def dose(pool: Pool, budget: str) -> dict:
    """What the proxy sees of right and wrong: its loss where this share of as many rows is right."""
    size = int(len(pool.rows) * share(budget))
    generator = np.random.default_rng(pool.seed)
    told = {}
    for part in (0, 0.25, 0.5, 0.75, 1):
        ones = round(size * part)
        rows = [
            generator.choice(np.flatnonzero(which), count, replace=False)
            for which, count in ((pool.right, ones), (~pool.right, size - ones))
        ]
        told[str(part)] = rounded(pool.learnt(np.concatenate(rows), share(budget)))
    return told
