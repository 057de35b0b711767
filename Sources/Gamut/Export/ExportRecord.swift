import Conversations
public import JSON
import Reporting
import Samples

/// The record of an export, for programs: what went in, what was asked for, what came out.
struct ExportRecord {
  let report: ExportReport
  let layout: ConversationLayout
  let request: ExportRequest
  let source: SourceSummary
  let manifest: RecordedRun?

  /// The record as JSON.
  var json: JSONValue {
    .members([
      "gamut": .string(gamutVersion),
      "export_format": .integer(1),
      "name": .string(report.name),
      "to": .string(request.target.rawValue),
      "subset": .members([
        "path": .string(source.path), "bytes": .integer(source.byteCount),
        "samples": .integer(report.sampleCount), "sha256": .string(source.sha256),
        "recipe_sha256": manifest.map { .string($0.recipeSHA256) },
      ]),
      "options": .members([
        "validation": request.validation.map {
          switch $0 {
          case .share(let share): .number(share)
          case .samples(let count): .integer(count)
          }
        },
        "weight": .bool(request.hasWeight), "seed": .string(String(request.seed)),
        "drop-invalid": .bool(request.dropsInvalid), "on-loss": .string(request.onLoss.rawValue),
        "columns": {
          switch request.columns {
          case .all: .string("all")
          case .none: .string("none")
          case .named(let names): .array(names.map { .string($0) })
          }
        }(),
      ]),
      "samples": .members([
        "train": .integer(report.trainCount), "validation": .integer(report.validationCount),
        "dropped": .integer(report.droppedCount),
      ]),
      "cells": report.cellCount.map { .integer($0) },
      "columns": .array(report.columns.map { .string($0) }),
      "findings": .array(
        report.findings.map { finding in
          .members([
            "kind": .string(finding.kind.rawValue), "code": .string(finding.code),
            "key": finding.key.map { .string($0) }, "count": .integer(finding.count),
            "first_line": .integer(finding.line),
          ])
        }),
      "notes": .array(report.notes.map { .string($0.message) }),
      "files": .array(
        report.files.map {
          .members([
            "name": .string($0.name), "bytes": .integer($0.bytes), "sha256": .string($0.sha256),
          ])
        }),
    ])
  }
}

extension ExportReport {
  /// The report as JSON.
  ///
  /// - Returns: What was written and what was found, with seconds by stage.
  public var json: JSONValue {
    .members([
      "folder": .string(folder), "to": .string(target.rawValue), "name": .string(name),
      "samples": .integer(sampleCount), "train": .integer(trainCount),
      "validation": .integer(validationCount), "dropped": .integer(droppedCount),
      "cells": cellCount.map { .integer($0) },
      "columns": .array(columns.map { .string($0) }),
      "findings": .array(
        findings.map {
          .members([
            "kind": .string($0.kind.rawValue), "code": .string($0.code),
            "key": $0.key.map { .string($0) }, "count": .integer($0.count),
            "first_line": .integer($0.line),
          ])
        }),
      "notes": .array(notes.map { .string($0.message) }),
      "files": .array(files.map { .string($0.name) }),
      "timing": .object(timing.map { .init(key: $0.stage, value: .number($0.seconds)) }),
    ])
  }
}
