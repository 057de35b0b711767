import CommandLineKit
import Descriptors
import Gamut
import Measures
import Reporting
import Selection

/// The options that make a recipe, shared by all commands that choose.
struct RecipeOptions: Sendable {
  var budget: String?
  var quality: [String] = []
  var normalize: Recipe.Normalization?
  var debiasLength = false
  var agreement: Double?
  var drop: [String] = []
  var missingQuality = Recipe.MissingQuality.fail
  var embeddings: String?
  var axes: [String] = []
  var evenness = 1.0
  var greed = 0.0
  var minQuality: String?
  var perCell: Int?
  var method = SelectionMethod.archive
  var seed: UInt64 = 0
  var text: [String] = []

  static var options: [Option<Self>] {
    [
      .value(
        "budget", short: "b", \.budget, valueName: "B",
        help: "How much may be chosen: samples, a share, tokens or bytes; never exceeded."
      )
      .required()
      .detail(
        """
        6000 is samples, 10% a share of the pool's samples (rounded down), 2Mtok tokens, 40MB bytes \
        of JSONL; k, M and G scale by 10^3, 10^6 and 10^9. A sample that does not fit into what is \
        left of a token or byte budget is passed over and the next is tried.
        """
      )
      .example("--budget 2Mtok"),
      .repeated(
        "quality", short: "q", \.quality, valueName: "COL[:WEIGHT]",
        help: "A field that tells quality; a negative weight means lower is better."
      )
      .showingDefault("a model-free heuristic")
      .detail(
        """
        A dotted path such as scores.helpful. Numbers, booleans (1 and 0) and strings that are \
        wholly a number count as values. One column is taken as it is, negated where its weight is \
        negative. Several are combined as weighted percentile ranks, unless --normalize says \
        otherwise.
        """
      )
      .example("--quality scores.helpful --quality perplexity:-0.5"),
      .value(
        "normalize", \.normalize,
        help: "How each quality column is brought to a common scale before columns are combined."
      )
      .showingDefault("none with one column, rank with several")
      .detail(
        """
        none: as it stands, negated where its weight is negative; rank: its percentile rank; winsor: \
        clipped to the pool's 5th and 95th percentile and scaled to 0..1. With a negative weight rank \
        and winsor are 1 minus that. Several columns are combined as their weighted mean.
        """),
      .flag(
        "debias-length", \.debiasLength,
        help: "Take out of quality what the logarithm of length explains."
      )
      .detail(
        """
        Subtracts from the combined quality its least-squares line on log(1 + tokens) over all samples \
        that have a quality, and adds its mean again. Slope and correlation with tokens, before and \
        after, are told.
        """),
      .value(
        "agreement", \.agreement,
        parse: { text throws(ArgumentProblem) in try (0.0...).parse(argument: text) },
        valueName: "Z", help: "Join several quality columns by their mean less Z standard errors."
      )
      .showingDefault("the mean alone")
      .detail(
        """
        Of the c columns that a sample has, brought to a common scale as v with weights w: \
        m = sum(w v) / sum(w), less Z sqrt(c / (c - 1) sum(w^2 (v - m)^2)) / sum(w). A sample with \
        some of the columns is scored by those, if they are two or more.
        """
      )
      .example("--agreement 1 --quality judge1 --quality judge2 --quality judge3"),
      .value(
        "missing-quality", \.missingQuality,
        help: "What to do with a sample without a usable quality."
      )
      .detail(
        "fail ends the run and names the first; drop leaves it out as 'unscored'; lowest ranks it last."
      ),
      .value(
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy",
        help: "Vectors for the topic axes, one row a sample in the order of the inputs."
      )
      .showingDefault("the built-in text embedding")
      .completed(with: .file)
      .detail(
        """
        float16, float32 or float64 in C order, little-endian. There must be as many rows as samples \
        (or, with --on-error skip, as lines that are not blank, skipped ones included).
        """
      )
      .example("--embeddings pool.minilm.npy"),
      .repeated(
        "axis", short: "a", \.axes, valueName: "NAME[:BINS][@BINNING]",
        help: "An axis of the grid; repeat it for more."
      )
      .showingDefault("complexity:8@quantile, topic1:8@uniform, topic2:8@uniform")
      .detail(axisDetail)
      .example("--axis column:category --axis tokens:6@log"),
      .value(
        "evenness", \.evenness, parse: (0.0...1.0).parse(argument:), valueName: "E",
        help: "1: every cell has the same claim; 0: claims in proportion to the pool."
      )
      .detail("Between, a cell of N candidates has the claim N^(1-E)."),
      .value(
        "greed", \.greed, parse: (0.0...1.0).parse(argument:), valueName: "G",
        help: "0: claims alone decide; 1: quality alone, wherever it lies."
      )
      .detail(
        "Between, a candidate's place by claim and its place by quality are averaged with weights 1-G and G."
      ),
      .value(
        "min-quality", \.minQuality, valueName: "Q|P%",
        help: "The least quality that may be chosen: a value, or a percentile of the pool."
      )
      .showingDefault("none")
      .detail(
        """
        Held against quality as it ranks. With one column a value is in that column's unit, negated \
        where its weight is negative: with perplexity:-1, -20 keeps what is at most 20. With several \
        it lies from 0 to 1, the weighted mean of their percentile ranks, and so does the heuristic. A \
        percentile is one of all samples that have a quality.
        """
      )
      .example("--min-quality 20%"),
      .repeated(
        "drop", \.drop, valueName: "KIND,...",
        help: "Suspect answers that may not be chosen; they are reported in any case."
      )
      .showingDefault("none")
      .detail(dropDetail)
      .example("--drop empty-answers"),
      .value(
        "per-cell", \.perCell,
        parse: { text throws(ArgumentProblem) in try (1...).parse(argument: text) },
        valueName: "N", help: "At most N samples from one cell."
      )
      .showingDefault("no limit"),
      .value("method", \.method, help: "How candidates are ordered.")
        .detail(
          """
          archive is the balanced order; the others are baselines to hold it against: random, \
          random-balanced (cells in turn, blind to quality), random-length (random with the archive's \
          lengths), top (best quality first).
          """),
      .value("seed", \.seed, valueName: "N", help: "What randomness starts from."),
      .repeated(
        "text", \.text, valueName: "FIELD,...",
        help: "The fields that hold the text, in order; of several the last is the response."
      )
      .showingDefault("recognised by keys")
      .example("--text question,answer"),
    ]
  }

  static let axisDetail = """
    NAME is a measure (\(Measure.allCases.map(\.rawValue).joined(separator: ", "))), a principal \
    component of the embedding (topic1, topic2, ...), or column:PATH, a field of the record.

    BINNING: uniform cuts the range between the 1st and the 99th percentile into equal widths, \
    values outside count to the border bins; quantile cuts equal mass, equal values always share a \
    bin; log is uniform in log(1+x); a list such as 0.2,0.4,0.6 gives the inner edges; category \
    makes one bin a label. Without BINS there are 8; without BINNING topics are cut uniformly, other \
    numbers by quantile, and a column without BINS is a category.
    """

  static let dropDetail = """
    repeated-answers: one answer of 5 words or more (two ideographs are one word), case of letters, \
    white space and which signs aside, to 5 or more different prompts; the best of them stays. \
    empty-answers: nothing to be seen. placeholder-answers: such as N/A, TODO, ..., [insert chart], \
    <noinput>, or Lorem ipsum. echoed-answers: 10 words or more that stand in the prompt letter for \
    letter and are two thirds of it. Or all.
    """

  /// Checks the values that have a notation of their own.
  func validate() throws(CommandLineError) {
    for list in text where list.split(separator: ",").isEmpty {
      throw .invalidValue(list, target: "--text", problem: .expected("names of fields"))
    }
    if let embeddings, embeddings == "" || embeddings == "-" {
      throw .invalidValue(
        embeddings, target: "--embeddings", problem: .expected("the name of a file"))
    }
    _ = try recipe()
  }

  /// The recipe that the options make.
  func recipe() throws(CommandLineError) -> Recipe {
    let budgetText = budget ?? ""
    var recipe = Recipe(budget: try Self.budget(budgetText), text: budgetText)
    recipe.quality = []
    for column in quality { recipe.quality.append(try Self.qualityColumn(column)) }
    recipe.normalization = normalize
    recipe.debiasesLength = debiasLength
    if agreement != nil, quality.count < 2 {
      throw .refused(
        "--agreement joins several scorers; name at least two with --quality"
      )
    }
    recipe.agreement = agreement
    recipe.dropped = try Self.suspectKinds(drop)
    recipe.missingQuality = missingQuality
    recipe.embeddings = embeddings
    if !axes.isEmpty {
      recipe.axes = []
      for axis in axes {
        let specification = try Self.axis(axis)
        if recipe.axes.contains(where: { $0.name == specification.name }) {
          throw .refused("the axis '\(specification.name)' is given twice")
        }
        recipe.axes.append(specification)
      }
    }
    recipe.evenness = evenness
    recipe.greed = greed
    recipe.qualityFloor = try minQuality.map { (text) throws(CommandLineError) in
      try Self.floor(text)
    }
    recipe.perCell = perCell
    recipe.method = method
    recipe.seed = seed
    recipe.textFields = text.flatMap { $0.split(separator: ",").map(String.init) }
    return recipe
  }
}
