import JSON
import Metrics
import Reporting
import Testing

@Suite struct ManifestTests {
  static func description(_ members: [Int]) -> SetDescription {
    let quality = [1, 2, 3, .nan]
    return SetDescription(
      samples: members.count, tokens: 40, bytes: 900,
      quality: Distribution(of: members.map { quality[$0] }), complexity: nil,
      metrics: CellMetrics(
        members: members.map(Int32.init), cells: [0, 0, 1, 1], reachableCellCount: 2,
        possibleCellCount: 8,
        quality: quality))
  }

  @Test func `a run is told whole, and what was not computed is absent`() {
    let manifest = Manifest(
      version: "1.2.3", recipe: .members(["budget": .string("2")]),
      sources: [
        Manifest.Source(path: "a \"b\".jsonl", bytes: 90, samples: 4, rejected: 1, sha256: "0f")
      ],
      axes: [
        Manifest.Axis(
          name: "topic1", binning: "uniform", bins: 3, edges: [Double(Float(0.7)), 1e60],
          isSinglePrecision: true, labels: nil, range: Double(Float(0.1))...2, clipped: 5,
          missing: 0),
        Manifest.Axis(
          name: "column:kind", binning: "category", bins: 3, edges: [], isSinglePrecision: false,
          labels: ["a", "b"], range: nil, clipped: 0, missing: 2),
      ],
      embedding: nil, pool: Self.description([0, 1, 2, 3]), subset: Self.description([]),
      output: nil, reachableCells: 2, outcome: [.selected: 0, .rejected: 1, .outranked: 4],
      budgetRequested: "2", budgetUnit: "samples", budgetLimit: 2, budgetSpent: 0,
      timing: [
        StageTime(stage: "read", seconds: 0.123456, processorSeconds: 0.2),
        StageTime(stage: "order", seconds: 2, processorSeconds: 1),
      ], warnings: [.constantAxis(axis: "topic1")])
    #expect(
      manifest.json.pretty == """
        {
          "gamut": "1.2.3",
          "manifest_format": 1,
          "recipe": {
            "budget": "2"
          },
          "sources": [
            {
              "path": "a \\"b\\".jsonl",
              "bytes": 90,
              "samples": 4,
              "rejected": 1,
              "sha256": "0f"
            }
          ],
          "axes": [
            {
              "name": "topic1",
              "binning": "uniform",
              "bins": 3,
              "edges": [0.7,1e+60],
              "range": [0.1,2],
              "clipped": 5,
              "missing": 0
            },
            {
              "name": "column:kind",
              "binning": "category",
              "bins": 3,
              "edges": [],
              "labels": ["a","b"],
              "clipped": 0,
              "missing": 2
            }
          ],
          "pool": {
            "samples": 4,
            "tokens": 40,
            "bytes": 900,
            "cells": 2,
            "quality": {
              "mean": 2,
              "sd": 0.816496580927726,
              "p5": 1.1,
              "p25": 1.5,
              "p50": 2,
              "p75": 2.5,
              "p95": 2.9,
              "share_at_mode": 0.3333333333333333
            },
            "metrics": {
              "cells": 2,
              "coverage": 0.25,
              "reachable_coverage": 1,
              "evenness": 1,
              "qd_score": 5,
              "normalized_qd_score": 2.5
            }
          },
          "subset": {
            "samples": 0,
            "tokens": 40,
            "bytes": 900,
            "cells": 0,
            "metrics": {
              "cells": 0,
              "coverage": 0,
              "reachable_coverage": 0
            }
          },
          "reachable_cells": 2,
          "outcome": {
            "selected": 0,
            "outranked": 4,
            "capped": 0,
            "duplicate": 0,
            "redundant": 0,
            "below-floor": 0,
            "excluded": 0,
            "unscored": 0,
            "rejected": 1
          },
          "budget": {
            "requested": "2",
            "unit": "samples",
            "limit": 2,
            "spent": 0
          },
          "timing": {
            "read": 0.1235,
            "order": 2
          },
          "warnings": ["axis 'topic1' has one value only and divides nothing"]
        }

        """)
  }

  @Test func `a nested axis tells its edges by parent cells, a cvt axis what it looks at`() {
    var nested = Manifest.Axis(
      name: "tokens", binning: "nested", bins: 3, edges: [], isSinglePrecision: true, labels: nil,
      range: nil, clipped: 0, missing: 1)
    nested.parents = [[0, 1], [2, 0]]
    nested.parentEdges = [[Double(Float(0.7))], []]
    var cells = nested
    (cells.name, cells.binning, cells.parents, cells.parentEdges) = ("topic", "cvt", nil, nil)
    cells.components = 16
    let manifest = Manifest(
      version: "1", recipe: .null, sources: [], axes: [nested, cells], embedding: nil,
      pool: Self.description([]), subset: Self.description([]), output: nil, reachableCells: 2,
      outcome: [:], budgetRequested: "2", budgetUnit: "samples", budgetLimit: 2, budgetSpent: 0,
      timing: [], warnings: [])
    guard case .object(let members) = manifest.json,
      let axes = members.first(where: { $0.key == "axes" })?.value
    else {
      Issue.record("a manifest is an object with axes")
      return
    }
    #expect(
      JSONValue.members(["axes": axes]).pretty == """
        {
          "axes": [
            {
              "name": "tokens",
              "binning": "nested",
              "bins": 3,
              "edges": [
                [0.7],
                []
              ],
              "parents": [
                [0,1],
                [2,0]
              ],
              "clipped": 0,
              "missing": 1
            },
            {
              "name": "topic",
              "binning": "cvt",
              "bins": 3,
              "edges": [],
              "components": 16,
              "clipped": 0,
              "missing": 1
            }
          ]
        }

        """)
  }
}
