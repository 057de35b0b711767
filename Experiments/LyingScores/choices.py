"""Subsets by every method and score of one pool, and what gamut says on the way."""

import json
import os
import re
import subprocess

import numpy as np
import subsets
from arms import ARMS, METHODS

BUDGETS = ("5%", "20%")
# These two do not look at the score.
BLIND = ("random", "random-balanced")
VARIANTS = ("archive, evenness 0.5", "archive, greed 0.3", "archive, floor 50 %", "archive, 64 topics")
SIGHTED = tuple(arm for arm in METHODS if arm not in BLIND) + VARIANTS
# Ways of choosing for which remedies are tried.
REMEDY_ARMS = ("archive", "top", "archive, floor 50 %")
# One random subset is chance itself, so what others are held against is the mean of several.
DRAWS = 5


def fitted(pool: str, columns, archive: str) -> str:
    """An archive of the pool with all its scores: the file is read once, and choices are the same."""
    first, *others = columns
    subprocess.run(
        [os.environ["GAMUT"], "fit", pool, "-o", archive, "-q", first, "--threads", "1", "--quiet", "--force",
         *(part for column in others for part in ("--keep", column))],
        check=True,
    )  # fmt: skip
    return archive


def chosen(archive: str, options, arm: str, seed: int, draws: int = 0) -> list:
    """Rows and manifest of each budget; `options` say by which score."""
    return subsets.told(archive, BUDGETS, *options, *ARMS[arm], "--seed", seed, "--threads", 1, draws=draws)


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


def blind(archive: str, seed: int, tell) -> dict:
    """The ways of choosing that look at no score, the mean of several draws each; `tell` measures rows."""
    told = {}
    for arm in BLIND:
        seeds = range(DRAWS * seed, DRAWS * (seed + 1))
        draws = [chosen(archive, ("-q", "constant"), arm, draw) for draw in seeds]
        for place, budget in enumerate(BUDGETS):
            each = [tell(draw[place][0], budget) for draw in draws]
            told[f"{arm}|{budget}"] = {name: float(np.mean([one[name] for one in each])) for name in each[0]}
    return told


def lie(archive: str, column: str, seed: int, tell) -> dict:
    """Every method that looks at the score, and what gamut says of it."""
    told = {"tokens": correlation_with_tokens(archive, column)}
    for arm in SIGHTED:
        runs = chosen(archive, ("-q", column), arm, seed, draws=20 if arm == "archive" else 0)
        for (rows, manifest), budget in zip(runs, BUDGETS):
            told[f"{arm}|{budget}"] = tell(rows, budget)
            if arm == "archive":
                told |= {"notes": notes(manifest), f"proof|{budget}": proof(manifest)}
    return told


def remedied(archive: str, options, seed: int, tell) -> dict:
    """What a remedy gives, by options for the score or the choice."""
    # An archive has a score of its own, which would stand in for the heuristic.
    pool = archive if "-q" in options else archive.removesuffix("gamut") + "jsonl"
    told = {}
    for arm in REMEDY_ARMS:
        for (rows, manifest), budget in zip(chosen(pool, options, arm, seed), BUDGETS):
            told |= {f"{arm}|{budget}": tell(rows, budget), "notes": notes(manifest)}
    return told


def rounded(told: dict) -> dict:
    return {name: round(float(value), 6) for name, value in told.items()}
