// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A library of the engine: one folder of `Sources`, imported only by what stands after it here.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// One test target a module, with the shared generators.
func tests(
  _ module: String, _ more: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(module)Tests",
    dependencies: [.byName(name: module), "TestSupport"] + more, exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "gamut",
  products: [
    .library(name: "Gamut", targets: ["Gamut"]),
    .executable(name: "gamut", targets: ["GamutTool"]),
    .executable(name: "gamut-make-pool", targets: ["PoolGenerator"]),
    .executable(name: "gamut-benchmarks", targets: ["Benchmarks"]),
  ],
  targets: [
    // Debian's libraries, each behind the smallest door.
    .systemLibrary(name: "CZlib", path: "Sources/CZlib"),
    .systemLibrary(name: "CZstd", path: "Sources/CZstd"),
    .systemLibrary(name: "CCrypto", path: "Sources/CCrypto"),
    .systemLibrary(name: "CMalloc", path: "Sources/CMalloc"),
    .systemLibrary(name: "CRename", path: "Sources/CRename"),
    .systemLibrary(name: "CYAML", path: "Sources/CYAML"),
    .target(
      name: "CLinearAlgebra",
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])],
      linkerSettings: [.linkedLibrary("dl"), .linkedLibrary("m")]),
    .target(
      name: "CSimdJSON",
      cxxSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("simdjson")]),

    library("Parallelism"),
    library("Numbers"),
    library("YAML", ["CYAML"]),
    library("LinearAlgebra", ["CLinearAlgebra", "Numbers", "Parallelism"]),
    library("Storage", ["CCrypto", "CRename", "LinearAlgebra"]),
    library("DuckDB"),
    library("JSON", ["CSimdJSON"]),
    library(
      "Samples", ["CSimdJSON", "CZlib", "CZstd", "DuckDB", "JSON", "Parallelism", "Storage"]),
    library("Measures", ["CZlib"]),
    library("Overlap", ["Numbers"]),
    library("Embeddings", ["CLinearAlgebra", "Parallelism"]),
    library("Descriptors", ["LinearAlgebra", "Numbers"]),
    library("EliteArchive", ["Numbers"]),
    library("Selection", ["EliteArchive", "LinearAlgebra", "Numbers", "Parallelism"]),
    library("Metrics", ["CZlib", "LinearAlgebra", "Numbers", "Parallelism"]),
    library("LanguageModel", ["Parallelism"]),
    library("Conversations", ["JSON"]),
    .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("dl")]),
    library("Tokenizers", ["CSentencePiece", "JSON"]),
    // The page of a report, put into the binary so that it stays one file.
    .target(
      name: "Reporting", dependencies: ["JSON", "Metrics", "Numbers", "Storage"],
      resources: [
        .embedInCode("Page/report.html"), .embedInCode("Page/report.css"),
        .embedInCode("Page/report.js"),
      ], swiftSettings: strict),
    library(
      "Gamut",
      [
        "Conversations", "Descriptors", "DuckDB", "EliteArchive", "Embeddings", "JSON",
        "LanguageModel", "LinearAlgebra", "Measures", "Metrics",
        "Numbers", "Overlap", "Parallelism", "Reporting", "Samples", "Selection", "Storage",
        "Tokenizers",
      ]),
    library("CommandLineKit"),
    .executableTarget(
      name: "GamutTool",
      dependencies: [
        "CMalloc", "CommandLineKit", "Descriptors", "DuckDB", "Gamut", "JSON", "LinearAlgebra",
        "Measures", "Metrics", "Numbers", "Reporting", "Samples", "Selection", "Storage",
        "Tokenizers", "YAML",
      ],
      swiftSettings: strict),

    .target(
      name: "CYardsticks", path: "Experiments/Yardsticks",
      cxxSettings: [.unsafeFlags(["-O3"])],
      linkerSettings: [.linkedLibrary("simdjson")]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CLinearAlgebra", "CYardsticks", "CommandLineKit", "Embeddings", "Gamut", "JSON",
        "LinearAlgebra",
        "Measures", "Reporting", "Samples", "Storage",
      ],
      path: "Experiments/Benchmarks",
      exclude: ["README.md", "Results", "floors.py", "Growth", "Peers", "run.sh"],
      swiftSettings: strict),
    .executableTarget(
      name: "CountTokens", dependencies: ["JSON", "Storage", "Tokenizers"],
      path: "Experiments/Tokens",
      exclude: ["README.md", "compare.py", "templates.py", "unicode.py"],
      swiftSettings: strict),
    .executableTarget(
      name: "ProxyLoss", dependencies: ["JSON", "LanguageModel", "Storage"],
      path: "Experiments/ProxyLoss", swiftSettings: strict),
    .executableTarget(
      name: "PoolGenerator", path: "Experiments/PoolGenerator", swiftSettings: strict),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    tests("Parallelism"),
    tests("YAML"),
    tests("LinearAlgebra"),
    tests("Storage"),
    tests("DuckDB"),
    tests("Samples"),
    tests("Measures"),
    tests("Embeddings", ["Samples"]),
    tests("Numbers"),
    tests("Descriptors", ["LinearAlgebra", "Numbers"]),
    tests("EliteArchive"),
    tests("Overlap"),
    tests("Selection", ["EliteArchive", "LinearAlgebra"]),
    tests("Metrics", ["LinearAlgebra"]),
    tests("LanguageModel"),
    tests("JSON", ["YAML"]),
    tests("Conversations", ["JSON"]),
    tests("Tokenizers", ["JSON"]),
    tests("Reporting", ["JSON", "Metrics", "Storage"]),
    tests(
      "Gamut",
      [
        "Descriptors", "JSON", "LanguageModel", "Measures", "Metrics", "Reporting", "Samples",
        "Selection",
      ]),
    tests("CommandLineKit"),
    tests(
      "GamutTool",
      ["Gamut", "JSON", "LinearAlgebra", "Reporting", "Samples", "Selection", "YAML"],
      exclude: ["HelpPages"]),
    tests("PoolGenerator"),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
