"""The ways of choosing that studies hold against each other."""

METHODS = (
    "archive", "random", "random-balanced", "random-length", "top", "deita", "k-center", "facility-location", "mig",
    "dns", "cluster-rank",
)  # fmt: skip

# What gamut does unless told otherwise, in full, so that an arm means the same after a default changes.
DEFAULT = ("--axis", "complexity:4@quantile", "--axis", "topic:64@cvt", "--evenness", 0.5)
# What it did before: two components, cut by width, and the same claim for every cell.
COMPONENTS = ("--axis", "complexity:8@quantile", "--axis", "topic1:8@uniform", "--axis", "topic2:8@uniform")
EARLIER = (*COMPONENTS, "--evenness", 1)

# Three more methods look at the grid: random-length for the lengths that it takes from the archive.
VARIANTS = {
    "archive": DEFAULT,
    "random-balanced": ("--method", "random-balanced", *DEFAULT),
    "random-length": ("--method", "random-length", *DEFAULT),
    "mig": ("--method", "mig", *DEFAULT),
    "random-balanced, two components": ("--method", "random-balanced", *EARLIER),
    "random-length, two components": ("--method", "random-length", *EARLIER),
    "mig, two components": ("--method", "mig", *EARLIER),
    "archive, evenness 1": (*DEFAULT[:-1], 1),
    "archive, 256 topics, evenness 1": ("--axis", "topic:256@cvt", "--evenness", 1),
    "archive, two components": EARLIER,
    "archive, two components, evenness 0.5": (*COMPONENTS, "--evenness", 0.5),
    "archive, two components, evenness 0": (*COMPONENTS, "--evenness", 0),
    "archive, two components, greed 0.3": (*EARLIER, "--greed", 0.3),
    "archive, two components, greed 0.6": (*EARLIER, "--greed", 0.6),
    "archive, two components, floor 25 %": (*EARLIER, "--min-quality", "25%"),
    "archive, two components, floor 50 %": (*EARLIER, "--min-quality", "50%"),
}  # fmt: skip

ARMS = {name: ("--method", name) for name in METHODS} | VARIANTS
