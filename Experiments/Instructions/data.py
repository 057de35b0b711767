"""Real instruction data of a folder that is not part of this repository: pools, tests, splits."""

import dataclasses
import glob
import json
import os
import re
import subprocess

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph
from sklearn.cluster import MiniBatchKMeans

# Bytes of an answer: about a quarter of Alpaca's in each of four buckets, 6 % beyond.
LENGTHS = (50, 150, 350, 700)
FIELDS = (("instruction", "prompt", "question"), ("input",), ("output", "completion", "response", "answer"))
NEAR_WORDS, NEAR_VECTORS = 0.5, 0.9


@dataclasses.dataclass
class Samples:
    """Rows with instruction, input and output, a label each, vectors where there is a file of them, and where
    several samples share a context the number of it."""

    rows: list
    labels: np.ndarray
    vectors: np.ndarray | None = None
    contexts: np.ndarray | None = None

    def __len__(self):
        return len(self.rows)

    def take(self, chosen) -> "Samples":
        vectors, contexts = (None if a is None else a[chosen] for a in (self.vectors, self.contexts))
        return Samples([self.rows[i] for i in chosen], self.labels[chosen], vectors, contexts)

    def bytes(self) -> np.ndarray:
        """Of each answer, at least 1."""
        return np.array([max(1, len(row["output"].encode())) for row in self.rows])


def _open(folder: str, name: str) -> str:
    """The text of a file that is there as it is or compressed."""
    path = os.path.join(folder, name)
    if os.path.exists(path):
        with open(path) as file:
            return file.read()
    unpack = ["zstd", "-dc", "--long=27", path + ".zst"]
    return subprocess.run(unpack, check=True, capture_output=True).stdout.decode()


def read(folder: str, name: str, label: str = "", vectors: bool = True) -> Samples:
    """A data set by its file's name; `label` is a field to tell samples apart by."""
    text = _open(folder, name)
    if not name.endswith(".json"):
        text = "[" + text.rstrip().replace("\n", ",") + "]"
    records = json.loads(text)
    rows = []
    for record in records:
        parts = [next((record[key] for key in keys if key in record), "") for keys in FIELDS]
        rows.append(dict(zip(("instruction", "input", "output"), parts, strict=True)))
    path = os.path.join(folder, "vectors", name.split(".")[0] + ".minilm.f16.npy")
    found = np.load(path) if vectors and os.path.exists(path) else None
    return Samples(rows, np.array([str(record.get(label, "")) for record in records]), found)


def best_answers(folder: str) -> Samples:
    """Of AlpacaEval one answer an instruction: that which the judge likes best against GPT-4's."""
    samples = read(folder, "alpaca_eval_rated.jsonl", "score_vs_gpt4_1106")
    best = {}
    for place, (row, score) in enumerate(zip(samples.rows, samples.labels)):
        score = float(score) if score not in ("", "None") else -1.0
        if score > best.get(row["instruction"], (-2.0, 0))[0]:
            best[row["instruction"]] = (score, place)
    return samples.take(np.array([place for _, place in best.values()]))


def few(samples: Samples, each: int) -> Samples:
    """At most so many of each label, drawn with seed 0."""
    order = np.random.default_rng(0).permutation(len(samples))
    kept = [order[samples.labels[order] == label][:each] for label in np.unique(samples.labels)]
    return samples.take(np.sort(np.concatenate(kept)))


def others(folder: str) -> dict:
    """The data sets that no subset is chosen from, each cut to a size that takes little time."""
    return {
        "dolly": few(read(folder, "dolly_3k_categories.jsonl", "category"), 150),
        "alpaca_eval": best_answers(folder),
        "gsm8k": few(read(folder, "gsm8k_train.jsonl"), 600),
        "codegen": few(read(folder, "gpteacher_codegen.json"), 600),
        "flask": few(read(folder, "flask_labels.jsonl"), 600),
        "t0": few(read(folder, "t0_prompt_completion.jsonl", "dataset"), 40),
    }


def topics(vectors, count: int = 16) -> np.ndarray:
    """The topic of each vector, by k-means with seed 0."""
    means = MiniBatchKMeans(count, random_state=0, n_init=3, batch_size=4096)
    return means.fit_predict(vectors.astype(np.float32)).astype(str)


def prompt(row) -> str:
    """What stands before an answer."""
    return "\n".join(part for part in (row["instruction"], row["input"]) if part)


def _runs(rows) -> tuple:
    """Of each prompt its words in a row, and the numbers of its different runs of 3 words."""
    texts, numbers, indices, starts = [], {}, [], [0]
    for row in rows:
        words = re.findall(r"\w+", prompt(row).lower())
        texts.append(" ".join(words))
        runs = {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}
        indices += [numbers.setdefault(run, len(numbers)) for run in runs]
        starts.append(len(indices))
    return texts, indices, starts, len(numbers)


def near(tests: Samples, pool: Samples) -> np.ndarray:
    """Which tests are too near to a sample of a pool: their prompts have the same words; or share half of
    their different runs of 3 words (Jaccard); or the vectors of the whole samples have a cosine of 0.9."""
    texts, indices, starts, count = _runs(tests.rows + pool.rows)
    known = set(texts[len(tests) :])
    found = np.array([text in known for text in texts[: len(tests)]])
    runs = sparse.csr_matrix((np.ones(len(indices), np.float32), indices, starts), (len(texts), count))
    sizes = np.diff(runs.indptr)
    left, right, whole = runs[: len(tests)], runs[len(tests) :].T.tocsc(), sizes[len(tests) :]
    for start in range(0, len(tests), 512):
        shared = (left[start : start + 512] @ right).tocoo()
        either = sizes[start : start + 512][shared.row] + whole[shared.col] - shared.data
        found[start + shared.row[shared.data >= NEAR_WORDS * either]] = True
    if tests.vectors is not None and pool.vectors is not None:
        theirs = pool.vectors.astype(np.float32).T
        for start in range(0, len(tests), 512):
            ours = tests.vectors[start : start + 512].astype(np.float32)
            found[start : start + 512] |= (ours @ theirs).max(1) >= NEAR_VECTORS
    return found


def split(samples: Samples, seed: int) -> tuple:
    """Places of the samples held out, a tenth, and of the pool, four fifths of the rest; both drawn by the
    seed, whole contexts where samples have them."""
    contexts = np.arange(len(samples)) if samples.contexts is None else samples.contexts
    order = np.random.default_rng(seed).permutation(np.unique(contexts))
    held = len(order) // 10
    parts = order[:held], order[held : held + (len(order) - held) * 4 // 5]
    return tuple(np.flatnonzero(np.isin(contexts, part)) for part in parts)


def measures(samples: Samples, folder: str, names) -> dict:
    """Measures of each sample as `gamut fit` keeps them."""
    source, archive = (os.path.join(folder, name) for name in ("all.jsonl", "all.gamut"))
    write(source, samples.rows)
    fit = [os.environ["GAMUT"], "fit", source, "--axis", "quality", "--quiet", "--force", "--threads", "1"]
    subprocess.run([*fit, "-o", archive], check=True)
    (segment,) = glob.glob(os.path.join(archive, "segments", "*"))
    return {name: np.load(os.path.join(segment, f"measure.{name}.npy")) for name in names}


def write(path: str, rows) -> None:
    """JSON lines."""
    with open(path, "w") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def alpaca(folder: str, work: str) -> Samples:
    """Alpaca, labelled by topic. Each row also has gamut's heuristic quality, what that is made of, and
    whether a language model, as a judge, gave its accuracy 4.5 of 5 or more (5,305 of them)."""
    samples = read(folder, "alpaca_52k.json")
    samples.labels = topics(samples.vectors)
    labels = [line.split("\t") for line in _open(folder, "alpaca_52k.labels.tsv").splitlines()]
    judged = [int(line[labels[0].index("claude_accuracy_ge4.5")]) for line in labels[1:]]
    return measured(samples, work, judged)


def measured(samples: Samples, work: str, judged=None) -> Samples:
    """Samples with the fields that `--quality` of this study names."""
    names = ("quality", "lexical_diversity", "vocabulary", "structure", "response_tokens", "tokens")
    found = measures(samples, work, names)
    for place, row in enumerate(samples.rows):
        row |= {} if judged is None else {"judge": int(judged[place])}
        row |= {name: float(values[place]) for name, values in found.items()}
    return samples


def t0(folder: str, work: str) -> tuple:
    """Samples of T0 whose answers have 5 words or more, labelled by their data set where it has 300 of them,
    and the other data sets, Alpaca in T0's place. Shorter answers are labels ("No", "B"): two thirds of the
    samples, 5 % of the bytes. Each template of a data set has the same contexts in the same order; contexts
    that share an answer of 10 words or more, as the two parts of DuoRC do, count as one."""
    samples = read(folder, "t0_prompt_completion.jsonl", "dataset")
    templates = read(folder, "t0_prompt_completion.jsonl", "template").labels
    for row in samples.rows:
        row["output"] = row["output"].removesuffix("<|endoftext|>").strip()
    seen, numbers, links = {}, {}, []
    for row, name, template in zip(samples.rows, samples.labels, templates):
        place = seen[name, template] = seen.get((name, template), -1) + 1
        words = row["output"].lower().split()
        keys = (name, place), " ".join(words) if len(words) >= 10 else (name, place)
        links.append([numbers.setdefault(key, len(numbers)) for key in keys])
    ends = np.array(links).T
    graph = sparse.coo_matrix((np.ones(len(links)), ends), (len(numbers), len(numbers)))
    samples.contexts = csgraph.connected_components(graph, directed=False)[1][ends[0]]
    samples = samples.take([i for i, row in enumerate(samples.rows) if len(row["output"].split()) >= 5])
    names, counts = np.unique(samples.labels, return_counts=True)
    samples.labels = np.where(np.isin(samples.labels, names[counts >= 300]), samples.labels, "the rest")
    tests = {name: test for name, test in others(folder).items() if name != "t0"}
    return measured(samples, work), tests | {"alpaca": few(read(folder, "alpaca_52k.json"), 600)}


def stand_in(folder: str, work: str) -> Samples:
    """The repository's own pool, to see that all works; what is lost on it says nothing."""
    samples = read(folder, "pool.jsonl", "topic")
    judged = [float(score) > 0.5 for score in read(folder, "pool.jsonl", "quality").labels]
    return measured(samples, work, judged)
