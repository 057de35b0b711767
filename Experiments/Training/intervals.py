"""Means over seeds with the intervals that they hold in 95 of 100 cases, and differences of runs that share a seed."""

import numpy as np
from scipy import stats


def interval(values, level: float = 0.95) -> dict:
    """Mean, half width of its interval by Student's t, and the number of values; no width of less than two."""
    values = np.asarray(values, float)
    half = None
    if len(values) > 1:
        half = float(stats.t.ppf((1 + level) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return {"mean": float(values.mean()), "half": half, "n": len(values)}


def paired(ours, theirs, lower_is_better: bool = False) -> dict:
    """Ours less theirs, seed by seed: the mean difference with its interval, in how many seeds ours is better, and
    the difference in standard deviations of the differences (Cohen's d for pairs)."""
    differences = np.asarray(ours, float) - np.asarray(theirs, float)
    better = -differences if lower_is_better else differences
    deviation = differences.std(ddof=1) if len(differences) > 1 else 0
    return interval(differences) | {
        "better": int((better > 0).sum()),
        "d": float(better.mean() / deviation) if deviation > 0 else None,
    }


def spearman(left, right, draws: int = 2000, groups=None) -> dict:
    """Rank correlation, with the interval of `draws` bootstrap samples (percentiles, seed 0); whole groups are drawn
    where groups are named, since runs of one pool are no independent trials."""
    left, right = np.asarray(left, float), np.asarray(right, float)
    generator = np.random.default_rng(0)
    groups = np.arange(len(left)) if groups is None else np.unique(groups, return_inverse=True)[1]
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    found = []
    for _ in range(draws):
        rows = np.concatenate([members[g] for g in generator.integers(len(members), size=len(members))])
        if np.ptp(left[rows]) > 0 and np.ptp(right[rows]) > 0:
            found.append(stats.spearmanr(left[rows], right[rows])[0])
    low, high = np.percentile(found, [2.5, 97.5]) if found else (np.nan, np.nan)
    return {"rho": float(stats.spearmanr(left, right)[0]), "low": float(low), "high": float(high), "n": len(left)}


def shown(value: dict, digits: int = 3, sign: bool = False) -> str:
    """`0.123 ± 0.004`."""
    mean = f"{value['mean']:+.{digits}f}" if sign else f"{value['mean']:.{digits}f}"
    return mean + (f" ± {value['half']:.{digits}f}" if value["half"] is not None else "")
