internal import JSON
import Reporting

/// What starting the tool costs, beside starting a program that does nothing.
struct StartUpBenchmark {
  let tool: String
  let rounds: Int

  func section() throws -> Section {
    var ours: [Double] = []
    var bare: [Double] = []
    for round in 0...rounds {
      let one = try ChildProcess.run(tool, ["--version"]).taken.wall * 1e3
      let other = try ChildProcess.run("/bin/true", []).taken.wall * 1e3
      // The first round fills caches.
      if round == 0 { continue }
      ours.append(one)
      bare.append(other)
    }
    let (mine, floor) = (Spread(ours), Spread(bare))
    var table = Table(["", "min, ms", "median, ms", "max, ms"])
    table.add("`gamut --version`", mine, places: 2)
    table.add("`/bin/true`", floor, places: 2)
    return Section(
      key: "start_up",
      json: [
        ("gamut_version_milliseconds", mine.json), ("bin_true_milliseconds", floor.json),
        ("ratio", .number(mine.median / floor.median)),
      ],
      markdown: """
        ## Start-up

        Started and waited for \(rounds) times each, in turns. Goal: under 10 ms.

        \(table.markdown)
        """)
  }
}
