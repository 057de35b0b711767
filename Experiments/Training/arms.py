"""The ways of choosing that studies hold against each other."""

METHODS = (
    "archive", "random", "random-balanced", "random-length", "top", "deita", "k-center", "facility-location", "mig",
    "dns", "cluster-rank",
)  # fmt: skip

# The archive with one thing changed, or a few that belong together.
VARIANTS = {
    "archive, evenness 0.5": ("--evenness", 0.5),
    "archive, evenness 0": ("--evenness", 0),
    "archive, greed 0.3": ("--greed", 0.3),
    "archive, greed 0.6": ("--greed", 0.6),
    "archive, floor 25 %": ("--min-quality", "25%"),
    "archive, floor 50 %": ("--min-quality", "50%"),
    "archive, 64 topics": ("--axis", "complexity:4@quantile", "--axis", "topic:64@cvt"),
    "archive, 64 topics, evenness 0.5": (
        "--axis", "complexity:4@quantile", "--axis", "topic:64@cvt", "--evenness", 0.5
    ),
    "archive, 256 topics": ("--axis", "topic:256@cvt"),
}  # fmt: skip

ARMS = {name: ("--method", name) for name in METHODS} | VARIANTS
