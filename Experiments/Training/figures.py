"""Figures that look alike in all studies: SVG, the same bytes for the same numbers."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

plt.rcParams |= {
    "svg.hashsalt": "gamut",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "figure.facecolor": "white",
}

# A colour a method, readable for the colour-blind and in grey: the archive stands out, chance is grey.
COLOURS = {
    "archive": "#0b6e4f",
    "random": "#888888",
    "random-balanced": "#b5b5b5",
    "random-length": "#5c5c5c",
    "top": "#c8553d",
    "deita": "#e0a458",
    "k-center": "#3d5a98",
    "facility-location": "#7798c9",
    "mig": "#8c5a9e",
    "dns": "#2a9d9f",
    "cluster-rank": "#b0719b",
}


def panels(columns: int, rows: int = 1, width: float = 3.3, height: float = 2.8):
    """A figure of panels side by side."""
    return plt.subplots(rows, columns, figsize=(width * columns, height * rows), squeeze=False, layout="constrained")


def bars(axis, names, intervals, title: str, label: str, reference=None, colours=None):
    """Horizontal points with their intervals, the first name on top; a line where the reference is."""
    places = range(len(names))[::-1]
    for place, name, value in zip(places, names, intervals):
        colour = (colours or COLOURS).get(name, "#0b6e4f")
        axis.errorbar(value["mean"], place, xerr=value["half"] or 0, fmt="o", color=colour, capsize=2, markersize=4)
    if reference is not None:
        axis.axvline(reference, color="#888888", linewidth=1, linestyle="--")
    axis.set_yticks(list(places), names)
    axis.set_ylim(-0.6, len(names) - 0.4)
    axis.set_title(title)
    axis.set_xlabel(label)


def save(figure, path: str):
    """Writes an SVG without a date."""
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)
    # Blanks at line ends say nothing.
    with open(path) as file:
        lines = [line.rstrip() for line in file]
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
