"""Scores that lie, and how well a score tells right from wrong."""

import numpy as np
from scipy import stats


def ranks(values) -> np.ndarray:
    """Mid-ranks between 0 and 1: every score gets this scale, so that only its order can matter."""
    values = np.asarray(values, float)
    return (stats.rankdata(values) - 0.5) / len(values)


def auroc(score, right) -> float:
    """How often a right answer scores above a wrong one, ties half."""
    score, right = np.asarray(score), np.asarray(right, bool)
    ones = int(right.sum())
    if ones in (0, len(right)):
        return float("nan")
    return float((stats.rankdata(score)[right].sum() - ones * (ones + 1) / 2) / (ones * (len(right) - ones)))


def with_auroc(right, wanted: float, noise) -> np.ndarray:
    """Right or wrong plus as much noise as gives the AUROC that is wanted; 1 keeps a trace of noise."""
    if wanted <= 0.5:
        return ranks(noise)
    deviation = 1e-6 if wanted >= 1 else 1 / (np.sqrt(2) * stats.norm.ppf(wanted))
    return ranks(np.asarray(right, float) + deviation * noise)


def with_spearman(rating, wanted: float, noise) -> np.ndarray:
    """The rating's ranks plus as much of the noise as brings the rank correlation down to what is wanted."""
    if wanted <= 0:
        return ranks(noise)
    order = stats.zscore(stats.rankdata(rating))
    low, high = -6.0, 6.0  # the noise's deviation, as a logarithm
    for _ in range(25):
        middle = (low + high) / 2
        found = stats.spearmanr(order + np.exp(middle) * noise, rating)[0]
        low, high = (middle, high) if found > wanted else (low, middle)
    return ranks(order + np.exp(low) * noise)


def turned(score, where) -> np.ndarray:
    """The score with its order turned round within these rows, which keep their values among themselves."""
    score, where = np.array(score, float), np.flatnonzero(where)
    order = where[np.argsort(score[where], kind="stable")]
    score[order] = score[order[::-1]]
    return score
