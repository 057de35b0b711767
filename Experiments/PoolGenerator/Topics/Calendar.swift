/// When a sequence of activities ends, on a 24-hour clock.
///
/// Numbers: start in minutes after midnight, then activity and minutes by turns. Words: the host.
struct ClockChain: TaskKind {
  let name = "clock-chain"
  let topic = Topic.calendar
  let skill = Skill.position
  let languages = Language.allCases

  private static let activities = [
    ["the welcome", "die Begrüßung", "la bienvenida", "欢迎环节"],
    ["the first talk", "der erste Vortrag", "la primera charla", "第一场报告"],
    ["the coffee break", "die Kaffeepause", "la pausa para el café", "茶歇"],
    ["the workshop", "der Workshop", "el taller", "工作坊"],
    ["lunch", "das Mittagessen", "el almuerzo", "午餐"],
    ["the guided tour", "die Führung", "la visita guiada", "参观"],
    ["the discussion", "die Diskussion", "el debate", "讨论"],
    ["the film", "der Film", "la película", "电影放映"],
    ["the concert", "das Konzert", "el concierto", "音乐会"],
    ["the quiz", "das Quiz", "el concurso", "知识竞赛"],
    ["the walk", "der Spaziergang", "el paseo", "散步"],
    ["the closing speech", "die Schlussrede", "el discurso final", "闭幕讲话"],
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    var numbers = [dice.number(in: 6 * 60...22 * 60)]
    let activities = dice.sample(level, of: Array(ClockChain.activities.indices))
    for activity in activities { numbers += [activity, dice.number(in: 5...150)] }
    return Facts(numbers: numbers, words: [dice.pick(Vocabulary.people)])
  }

  private static func clock(_ minutes: Int) -> String {
    let wrapped = ((minutes % 1440) + 1440) % 1440
    let hours = wrapped / 60
    let rest = wrapped % 60
    return (hours < 10 ? "0" : "") + String(hours) + (rest < 10 ? ":0" : ":") + String(rest)
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (start: Int, parts: [(activity: Int, minutes: Int)]) {
    var reader = FactReader(facts)
    let start = try reader.number()
    var parts: [(activity: Int, minutes: Int)] = []
    while reader.hasNumbers {
      let activity = try reader.number(in: 0...ClockChain.activities.count - 1)
      parts.append((activity, try reader.number()))
    }
    return (start, parts)
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (start, parts) = try parse(facts)
    var reader = FactReader(facts)
    let host = try reader.word()
    let time = ClockChain.clock(start)
    let column = Language.allCases.firstIndex(of: language) ?? 0
    let named = parts.map { (ClockChain.activities[$0.activity][column], $0.minutes) }
    switch language {
    case .english:
      let story = named.enumerated().map { step, part in
        let opening = step == 0 ? "First comes" : "Then comes"
        return "\(opening) \(part.0) (\(part.1) minutes)."
      }.joined(separator: " ")
      let plan = named.map { "\($0.1) min – \($0.0)" }.joined(separator: "\n")
      return [
        Prompt("\(host)'s event starts at \(time). \(story) At what time is everything over?"),
        Prompt(
          "At what time does the programme hosted by \(host) end? It begins at \(time) and "
            + "has no gaps. \(story)"),
        Prompt(
          "The programme below starts at \(time) and runs without gaps. "
            + "When is it over? Answer as HH:MM.", input: "Host: \(host)\n\(plan)"),
      ]
    case .german:
      let story = named.map { "\($0.0.capitalizedFirst) dauert \($0.1) Minuten." }
        .joined(separator: " ")
      return [
        Prompt(
          "Die Veranstaltung mit \(host) beginnt um \(time) Uhr. \(story) "
            + "Um wie viel Uhr ist alles vorbei?"),
        Prompt("Wann endet das Programm mit \(host)? Beginn ist um \(time) Uhr.", input: story),
      ]
    case .spanish:
      let story = named.map { "\($0.0.capitalizedFirst) dura \($0.1) minutos." }
        .joined(separator: " ")
      return [
        Prompt("El evento con \(host) empieza a las \(time). \(story) ¿A qué hora termina todo?"),
        Prompt("¿A qué hora termina el programa con \(host)? Empieza a las \(time).", input: story),
      ]
    case .chinese:
      let story = named.map { "\($0.0)用时\($0.1)分钟。" }.joined()
      return [
        Prompt("\(host)主持的活动在\(time)开始。\(story)活动几点结束？"),
        Prompt("请计算\(host)主持的活动几点结束。", input: "\(time)开始。\(story)"),
      ]
    }
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (start, parts) = try parse(facts)
    var time = start
    var steps: [String] = []
    for (step, part) in parts.enumerated() where !Slip.skips(slip, step) {
      let before = time
      time = time + part.minutes + (Slip.error(slip, step) ?? 0)
      steps.append("\(ClockChain.clock(before)) + \(part.minutes) min = \(ClockChain.clock(time))")
    }
    return Attempt(steps: steps, answer: ClockChain.clock(time))
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let (start, parts) = try parse(facts)
    var hours = start / 60
    var minutes = start % 60 + parts.map(\.minutes).reduce(0, +)
    hours = (hours + minutes / 60) % 24
    minutes %= 60
    return "\(hours / 10)\(hours % 10):\(minutes / 10)\(minutes % 10)"
  }
}

/// Which weekday an event falls on.
///
/// Numbers: weekday from Monday = 0, then days later (negative: earlier) by event. Words: whose
/// events they are, then the events.
struct WeekdayChain: TaskKind {
  let name = "weekday-chain"
  let topic = Topic.calendar
  let skill = Skill.position

  private static let days = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
  private static let events = [
    "dentist visit", "chess match", "piano lesson", "rent day", "book club", "flight", "exam",
    "garden party", "team meeting", "rehearsal", "eye test", "car wash", "swimming class",
    "job interview", "bake sale", "picnic 🧺", "choir practice", "house viewing", "blood donation",
    "parents' evening", "ferry trip", "pottery course", "fire drill", "stocktaking",
    "graduation 🎓", "café opening",
  ]

  func draw(level: Int, using dice: inout Dice) -> Facts {
    var numbers = [dice.below(7)]
    for _ in 0..<level {
      // Whole weeks would not change the weekday.
      let days = 7 * dice.below(5) + dice.number(in: 2...6)
      numbers.append(dice.chance(permille: 350) ? -days : days)
    }
    return Facts(
      numbers: numbers,
      words: [dice.pick(Vocabulary.people)] + dice.sample(level, of: WeekdayChain.events))
  }

  private func parse(
    _ facts: Facts
  ) throws(FactError) -> (start: Int, owner: String, hops: [(days: Int, event: String)]) {
    var reader = FactReader(facts)
    let start = try reader.number(in: 0...6)
    let owner = try reader.word()
    var hops: [(days: Int, event: String)] = []
    while reader.hasNumbers { hops.append((try reader.number(), try reader.word())) }
    return (start, owner, hops)
  }

  func prompts(for facts: Facts, in language: Language) throws(FactError) -> [Prompt] {
    let (start, owner, hops) = try parse(facts)
    let today = WeekdayChain.days[start]
    var clauses: [String] = []
    for (step, hop) in hops.enumerated() {
      let anchor = step == 0 ? "today" : "the \(hops[step - 1].event)"
      let direction = hop.days < 0 ? "before" : "after"
      let whose = step == 0 ? "\(owner)'s \(hop.event)" : "the \(hop.event)"
      clauses.append("\(whose) is \(abs(hop.days)) days \(direction) \(anchor)")
    }
    let story = clauses.map { $0.capitalizedFirst + "." }.joined(separator: " ")
    let target = hops.last?.event ?? ""
    return [
      Prompt("Today is \(today). \(story) On which weekday is the \(target)?"),
      Prompt("Name the weekday of the \(target). Today is \(today). \(story)"),
      Prompt(
        "From the notes below, find the day of the week of the \(target).",
        input: "Today: \(today)\n" + clauses.map { "- \($0)" }.joined(separator: "\n")),
    ]
  }

  func work(_ facts: Facts, slip: Slip?) throws(FactError) -> Attempt {
    let (start, _, hops) = try parse(facts)
    var day = start
    var steps: [String] = []
    for (step, hop) in hops.enumerated() where !Slip.skips(slip, step) {
      let before = WeekdayChain.days[day]
      let moved = day + hop.days + (Slip.error(slip, step) ?? 0)
      day = ((moved % 7) + 7) % 7
      let sign = hop.days < 0 ? "-" : "+"
      steps.append("\(before) \(sign) \(abs(hop.days)) days = \(WeekdayChain.days[day])")
    }
    return Attempt(steps: steps, answer: WeekdayChain.days[day])
  }

  func solve(_ facts: Facts) throws(FactError) -> String {
    let (start, _, hops) = try parse(facts)
    var total = start + hops.map(\.days).reduce(0, +)
    while total < 0 { total += 700_000 }
    return WeekdayChain.days[total % 7]
  }
}
