/// All kinds of task.
enum Catalogue {
  /// In the order of the topics, two a topic.
  static let tasks: [any TaskKind] = [
    MarketCount(), MarketBill(), ListNumbers(), ListWords(), TextPipeline(), LetterCount(),
    ClockChain(), WeekdayChain(), CodeTrace(), CodeLoop(), TruthValue(), SetOperations(),
    TableQuery(), TableHops(), KinHops(), KinAges(), PlaceHops(), PlaceDistance(),
    KitchenScale(), KitchenUnits(), GridWalk(), SceneFilter(), LanguageTranslate(),
    LanguageNumbers(),
  ]

  private static let byTopic: [Topic: [any TaskKind]] = Dictionary(grouping: tasks, by: \.topic)
  private static let byName: [String: any TaskKind] = Dictionary(
    uniqueKeysWithValues: tasks.map { ($0.name, $0) })

  /// The tasks of a topic, in the order of ``tasks``.
  static func tasks(of topic: Topic) -> [any TaskKind] { byTopic[topic] ?? [] }

  /// The task with a name, or nil.
  static func task(named name: String) -> (any TaskKind)? { byName[name] }
}
