"""Two learners of intents, and what they are measured by."""

import math

import numpy as np
import scipy.sparse as sparse
import torch
import torch.nn.functional as F
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import normalize


def linear(features, labels, intents: int, strength: float, weighted: bool = False):
    """Logistic regression, where wanted with samples weighted so that all labels weigh alike. Gives the
    function from features to probabilities, 0 for intents not seen."""
    seen = np.unique(labels)
    if len(seen) < 2:
        return lambda features: np.eye(intents)[np.full(features.shape[0], seen[0])]
    # A column that no sample has gets the weight 0; without it the same is found ten times as fast.
    columns = np.unique(features.indices) if sparse.issparse(features) else slice(None)
    model = LogisticRegression(C=strength, max_iter=300, class_weight="balanced" if weighted else None)
    model.fit(features[:, columns], labels)

    def probabilities(features):
        whole = np.zeros((features.shape[0], intents))
        whole[:, model.classes_] = model.predict_proba(features[:, columns])
        return whole

    return probabilities


def hashed(texts) -> sparse.csr_matrix:
    """Roots of counts of words, pairs of words and runs of three or four characters, hashed to 2^14 columns,
    of unit length."""
    words = HashingVectorizer(
        n_features=2**13, ngram_range=(1, 2), norm=None, alternate_sign=False, token_pattern=r"\b\w+\b"
    )
    runs = HashingVectorizer(
        n_features=2**13, analyzer="char_wb", ngram_range=(3, 4), norm=None, alternate_sign=False
    )
    parts = [vectorizer.transform(texts).sqrt() for vectorizer in (words, runs)]
    return normalize(sparse.hstack(parts).tocsr()).astype(np.float32)


def network(features, labels, intents: int, seed: int, hidden: int = 64, rate: float = 0.03, batch: int = 64):
    """One hidden layer over hashed text, from random weights, by Adam with half of the layer dropped; the
    same number of steps for subsets of one size. Gives the function from features to probabilities."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    # Columns that no sample has would never be trained; they are left out of training and of use.
    columns = np.unique(features.indices)
    features, labels = features[:, columns], torch.from_numpy(labels.astype(np.int64))
    weights = [
        torch.randn(len(columns), hidden, generator=generator),
        torch.zeros(hidden),
        torch.randn(hidden, intents, generator=generator) / math.sqrt(hidden),
        torch.zeros(intents),
    ]
    for weight in weights:
        weight.requires_grad_()
    optimiser = torch.optim.Adam(weights, lr=rate, fused=True)
    steps = 100 if len(labels) < 500 else 200
    order, rows = np.random.default_rng(seed), []
    for step in range(steps):
        if len(rows) == 0:
            rows = order.permutation(len(labels))
        taken, rows = rows[:batch], rows[batch:]
        part = features[taken]
        bag = F.embedding_bag(
            torch.from_numpy(part.indices.astype(np.int64)),
            weights[0],
            torch.from_numpy(part.indptr[:-1].astype(np.int64)),
            mode="sum",
            per_sample_weights=torch.from_numpy(part.data),
        )
        scores = F.dropout(F.relu(bag + weights[1]), 0.5) @ weights[2] + weights[3]
        optimiser.param_groups[0]["lr"] = rate * (1 - step / steps)
        optimiser.zero_grad()
        F.cross_entropy(scores, labels[taken]).backward()
        optimiser.step()
    inner, inner_bias, outer, outer_bias = (weight.detach().numpy() for weight in weights)

    def probabilities(features):
        scores = np.maximum(features[:, columns] @ inner + inner_bias, 0) @ outer + outer_bias
        scores = np.exp(scores - scores.max(1, keepdims=True))
        return scores / scores.sum(1, keepdims=True)

    return probabilities


def by_intent(probabilities, labels) -> np.ndarray:
    """The share of each intent's requests that is told right."""
    right = probabilities.argmax(1) == labels
    return np.bincount(labels, right) / np.bincount(labels)


def measures(tests: dict, labels: dict, probabilities, shares) -> dict:
    """What a learner is worth on features of the tests, in hundredths.

    pool: accuracy where intents are as common as in the pool; macro: where all are equally common;
    rare: of the third of intents that are rarest in the pool; worst: of the tenth that the learner does
    worst; strangers: AUROC of the highest probability, tested requests against those of no intent;
    reworded: macro accuracy on paraphrases.
    """
    told = probabilities(tests["test"])
    found = by_intent(told, labels["test"])
    strangers = probabilities(tests["strangers"])
    known = np.concatenate([np.ones(len(told)), np.zeros(len(strangers))])
    result = {
        "pool": found @ shares,
        "macro": found.mean(),
        "rare": found[np.argsort(shares, kind="stable")[: math.ceil(len(found) / 3)]].mean(),
        "worst": np.sort(found)[: math.ceil(len(found) / 10)].mean(),
        "strangers": roc_auc_score(known, np.concatenate([told.max(1), strangers.max(1)])),
    }
    if "reworded" in tests:
        result["reworded"] = by_intent(probabilities(tests["reworded"]), labels["reworded"]).mean()
    return {name: round(float(value) * 100, 4) for name, value in result.items()}
