"""Which configurations of the archive are tried: a fraction of all, in which each knob can be told from the others."""

import itertools

import numpy as np

KNOBS = {
    "axes": {
        "complexity 8, topic1 8, topic2 8": (
            "--axis", "complexity:8@quantile", "--axis", "topic1:8@uniform", "--axis", "topic2:8@uniform"
        ),
        "complexity 4, topic 16 cvt": ("--axis", "complexity:4@quantile", "--axis", "topic:16@cvt"),
        "complexity 4, topic 64 cvt": ("--axis", "complexity:4@quantile", "--axis", "topic:64@cvt"),
        "topic 64 cvt": ("--axis", "topic:64@cvt"),
        "topic 256 cvt": ("--axis", "topic:256@cvt"),
        "complexity 8": ("--axis", "complexity:8@quantile"),
    },
    "evenness": {str(e): ("--evenness", e) for e in (1, 0.5, 0)},
    "greed": {str(g): ("--greed", g) for g in (0, 0.3, 0.6)},
    "floor": {"none": (), "25 %": ("--min-quality", "25%"), "50 %": ("--min-quality", "50%")},
    "redundancy": {"off": (), "0.98": ("--redundancy", 0.98)},
}  # fmt: skip


def fraction(size: int = 36, tries: int = 3000, seed: int = 0) -> list:
    """Configurations in which every level of every knob comes equally often, and every pair of levels of two knobs as
    nearly so as the best of that many random designs; the first is what gamut did before this study."""
    generator = np.random.default_rng(seed)
    counts = [len(levels) for levels in KNOBS.values()]
    best, least = None, np.inf
    for _ in range(tries):
        columns = [generator.permutation(np.resize(np.arange(count), size)) for count in counts]
        worst = 0.0
        for (left, a), (right, b) in itertools.combinations(zip(columns, counts), 2):
            pairs = np.bincount(left * b + right, minlength=a * b)
            worst += ((pairs - size / (a * b)) ** 2).sum() / (size / (a * b))
        if worst < least:
            best, least = columns, worst
    rows = [{knob: list(levels)[level] for (knob, levels), level in zip(KNOBS.items(), row)} for row in zip(*best)]
    default = {knob: next(iter(levels)) for knob, levels in KNOBS.items()}
    return [default] + [row for row in rows if row != default]


def options(configuration: dict) -> tuple:
    """What `gamut select` is told."""
    return tuple(part for knob, level in configuration.items() for part in KNOBS[knob][level])


def effects(values: dict, configurations: list) -> dict:
    """What each level of each knob is worth, seed by seed, the other knobs taken out by least squares; the levels of a
    knob add up to 0. `values` holds a list of one number a configuration for each seed."""
    columns = [(knob, level) for knob, levels in KNOBS.items() for level in list(levels)]
    rows = []
    for configuration in configurations:
        row = [1.0]
        for knob, levels in KNOBS.items():
            names = list(levels)
            # Levels but the last have a column; the last is what keeps the sum at 0.
            place = names.index(configuration[knob])
            row += [-1.0] * (len(names) - 1) if place == len(names) - 1 else [float(i == place) for i in range(len(names) - 1)]
        rows.append(row)
    inverse = np.linalg.pinv(np.array(rows))
    found = {column: {} for column in columns}
    for seed, answers in values.items():
        fitted = inverse @ np.array(answers)
        place = 1
        for knob, levels in KNOBS.items():
            own = list(fitted[place : place + len(levels) - 1])
            place += len(levels) - 1
            for level, value in zip(levels, [*own, -sum(own)]):
                found[knob, level][seed] = float(value)
    return found
