"""What the modules of all engines have in common: arguments of fits and choices on a cluster."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from gamut._archive import Archive
from gamut._divided_choice import ChoiceRequest, Subset, check_choice, choose
from gamut._divided_fit import FitRequest, PartsNote, fit, held
from gamut._engine import Engine
from gamut._errors import DataError, UsageError
from gamut._locations import Location, is_address
from gamut._options import CommandLine, FitOptions, SelectOptions, names_of
from gamut._pool_files import names_of_files
from gamut._scratch import make_folder


def fit_files(
    engine: Engine,
    files: Any,
    output: str | os.PathLike[str],
    *,
    storage: str | os.PathLike[str],
    embeddings: Any,
    threads: int | None,
    storage_options: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Archive:
    """`fit` of an engine's module."""
    _check_names("fit", options, FitOptions)
    return fit(
        engine,
        FitRequest(
            files, Location.of(output, storage_options), Location.of(storage, storage_options), embeddings,
            _threads(engine, threads), options, storage_options,
        ),
    )  # fmt: skip


def select_files(
    engine: Engine,
    data: Any,
    output: str | os.PathLike[str],
    *,
    storage: str | os.PathLike[str] | None,
    budget: Any,
    embeddings: Any,
    threads: int | None,
    storage_options: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Subset:
    """`select` of an engine's module."""
    _check_names("select", options, SelectOptions)
    given = {name: item for name, item in options.items() if item is not None}
    where = Location.of(output, storage_options)
    archive = _archive_of(data, storage_options)
    if archive is not None:
        if embeddings is not None:
            raise ValueError("embeddings were settled when the archive was made; leave them out")
    else:
        if storage is None:
            raise ValueError("storage= names a folder that all machines see, or an address")
        given, fitted = _divided(given)
        place = Location.of(storage, storage_options)
        remote = any(map(is_address, names_of_files(data)))
        check_choice(where, budget, given, remote)
        kept = place / "pool.gamut"
        if kept.exists() and not given.get("force"):
            raise DataError(
                f"{kept} exists already; choose from it in place of the files, name another storage,"
                " or replace it with force=True",
                1,
                "data",
            )
        # A recipe may name some too, and those that are given win.
        named = fitted.pop("embeddings", None)
        request = FitRequest(
            data, kept, place, named if embeddings is None else embeddings, _threads(engine, threads),
            {**fitted, "force": given.get("force")}, storage_options,
        )  # fmt: skip
        archive = fit(engine, request)
    return choose(
        engine,
        archive,
        ChoiceRequest(where, budget, _threads(engine, threads), given, storage_options),
    )


def _threads(engine: Engine, threads: int | None) -> int:
    return engine.threads if threads is None else threads


def _check_names(function: str, given: Mapping[str, Any], options: type) -> None:
    known = {name: None for name in given if name in names_of(options)}
    unknown = {name: item for name, item in given.items() if name not in known}
    with ExitStack() as stack:
        CommandLine(function, options, unknown, stack, in_memory=False)


def _archive_of(data: Any, settings: Mapping[str, Any] | None) -> Archive | None:
    """An archive, where that was handed in."""
    if isinstance(data, Archive):
        return data
    if not isinstance(data, str | os.PathLike):
        return None
    place = Location.of(data, settings)
    if not place.is_remote:
        return Archive(place.path) if os.path.isdir(place.path) else None
    if not (place / "archive.json").exists():
        return None
    folder = make_folder()
    try:
        local = Location(str(folder.path / place.name))
        place.fetch(Path(local.path))
        note = PartsNote.path(place)
        if note.exists():
            note.fetch(Path(PartsNote.path(local).path))
        return held(local, folder, place)
    except BaseException:
        folder.remove()
        raise


def _divided(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of a choice from files, as those of the choice from the archive and those of the archive."""
    chosen = dict(options)
    settled = names_of(FitOptions) & names_of(SelectOptions) - {"force", "rejects", "threads"}
    recipe = chosen.get("recipe")
    if recipe is not None:
        known = {name.replace("-", "_"): item for name, item in _recipe(recipe).items()}
        for name in settled:
            item = known.pop(name, None)
            if name not in chosen and item not in (None, []):
                chosen[name] = item
        chosen["recipe"] = known
    fitted = {name: chosen.pop(name) for name in sorted(settled & set(chosen))}
    return chosen, fitted


def _recipe(recipe: Any) -> Mapping[str, Any]:
    # Only the program reads YAML, which a tuning recommends too.
    unread = (
        "" if not hasattr(recipe, "recipe_text") else f"the recipe of this {type(recipe).__name__}"
    )
    if isinstance(recipe, str | os.PathLike):
        try:
            recipe = json.loads(Path(recipe).read_bytes())
        except ValueError:
            unread = os.fspath(recipe)
    if unread:
        raise UsageError(
            f"{unread} is no JSON, and the axes in it are wanted before anything is read; hand the recipe in as"
            " a mapping, or fit with its axes and choose from that",
            2,
            "usage",
        )
    recipe = getattr(recipe, "manifest", recipe)
    if not isinstance(recipe, Mapping):
        raise TypeError(f"a recipe cannot be {type(recipe).__qualname__} on a cluster")
    return cast("Mapping[str, Any]", recipe.get("recipe", recipe))
