"""Subsets by every method and score of one pool, and what gamut says on the way."""

import json
import os
import re
import subprocess

import arms
import numpy as np
import subsets

BUDGETS = ("5%", "20%")
# `mig` takes cells for labels, and `random-length` the lengths of what the archive takes: both need a grid.
GRIDDED = {
    f"{method}{name}": ("--method", method, *grid)
    for method in ("random-balanced", "random-length", "mig")
    for name, grid in (("", arms.DEFAULT), (", two components", arms.EARLIER))
}
ARMS = arms.ARMS | GRIDDED | {"archive, floor 50 %": (*arms.DEFAULT, "--min-quality", "50%")}
# These do not look at the score.
BLIND = ("random", "random-balanced", "random-balanced, two components")
EARLIER = "archive, two components"
VARIANTS = (
    "archive, evenness 1", "archive, floor 50 %",
    EARLIER, *(f"{EARLIER}, {what}" for what in ("evenness 0.5", "greed 0.3", "floor 50 %")),
)  # fmt: skip
SIGHTED = tuple(name for name in {**dict.fromkeys(arms.METHODS), **GRIDDED} if name not in BLIND) + VARIANTS
# Ways of choosing for which remedies are tried.
REMEDY_ARMS = ("archive", EARLIER, "top", "archive, floor 50 %", f"{EARLIER}, floor 50 %")
# Of these it is kept what gamut says of the score.
TOLD = ("archive", EARLIER)
# One random subset is chance itself, so what others are held against is the mean of several.
DRAWS = 5


def fitted(pool: str, columns, archive: str) -> str:
    """An archive of the pool with all its scores: the file is read once, and choices are the same. Its own
    grid is of no account, since every way of choosing names its axes."""
    first, *others = columns
    subprocess.run(
        [os.environ["GAMUT"], "fit", pool, "-o", archive, "-q", first, "--threads", "1", "--quiet", "--force",
         *arms.COMPONENTS, *(part for column in others for part in ("--keep", column))],
        check=True,
    )  # fmt: skip
    return archive


def chosen(archive: str, options, arm: str, seed: int, draws: int = 0) -> list:
    """Rows and manifest of each budget; `options` say by which score, and where they name axes of their own
    these stand for the arm's."""
    own = list(ARMS[arm])
    while "--axis" in options and "--axis" in own:
        place = own.index("--axis")
        del own[place : place + 2]
    return subsets.told(archive, BUDGETS, *options, *own, "--seed", seed, "--threads", 1, draws=draws)


def notes(manifest: dict) -> list:
    """What the run said of the score, without the column's name."""
    said = [note for note in manifest["warnings"] if re.search("quality '|quality is|--debias-length", note)]
    return [re.sub(r"quality '[^']*'", "the score", note) for note in said]


def proof(manifest: dict) -> float:
    """In how many of the random subsets the mean score is below the subset's, as a share."""
    drawn = manifest["random"]
    return drawn["random"]["quality_mean"]["beaten"] / drawn["count"]


def correlation_with_tokens(archive: str, column: str):
    """What `gamut describe` tells of the score and length."""
    told = subprocess.run(
        [os.environ["GAMUT"], "describe", archive, "-q", column, "--metrics", "cells", "--json", "--quiet",
         "--threads", "1"],
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    told = json.loads(told.stdout)
    return (told[0] if isinstance(told, list) else told)["correlations"].get("quality_tokens")


def blind(archive: str, arm: str, seed: int, tell) -> dict:
    """A way of choosing that looks at no score, the mean of several draws; `tell` measures rows."""
    seeds = range(DRAWS * seed, DRAWS * (seed + 1))
    draws = [chosen(archive, ("-q", "constant"), arm, draw) for draw in seeds]
    told = {}
    for place, budget in enumerate(BUDGETS):
        each = [tell(draw[place][0], budget) for draw in draws]
        told[budget] = {name: float(np.mean([one[name] for one in each])) for name in each[0]}
    return told


def lie(archive: str, column: str, arm: str, seed: int, tell) -> dict:
    """A method that looks at the score, and of the archive what gamut says of the score."""
    told = {}
    runs = chosen(archive, ("-q", column), arm, seed, draws=20 if arm in TOLD else 0)
    for (rows, manifest), budget in zip(runs, BUDGETS):
        told[budget] = tell(rows, budget)
        if arm in TOLD:
            told |= {"notes": notes(manifest), f"proof {budget}": proof(manifest)}
    return told


def remedied(archive: str, options, arm: str, seed: int, tell) -> dict:
    """What a remedy gives, by options for the score or the choice."""
    # An archive has a score of its own, which would stand in for the heuristic.
    pool = archive if "-q" in options else archive.removesuffix("gamut") + "jsonl"
    return {
        budget: tell(rows, budget) for (rows, _), budget in zip(chosen(pool, options, arm, seed), BUDGETS)
    }


def rounded(told: dict) -> dict:
    return {name: round(float(value), 6) for name, value in told.items()}
