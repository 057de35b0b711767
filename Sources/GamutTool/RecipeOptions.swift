import CommandLineKit
import Descriptors
import Gamut
import Measures
import Metrics
import Reporting
import Selection
import Tokenizers

/// The options that make a recipe, shared by all commands that choose.
struct RecipeOptions: Sendable {
  var recipeFile: String?
  var budget: String?
  var quality: [String] = []
  var normalize: Recipe.Normalization?
  var debiasLength = false
  var agreement: Double?
  var drop: [String] = []
  var missingQuality = Recipe.MissingQuality.fail
  var embeddings: String?
  var tokenizer: String?
  var chatTemplate: String?
  var axes: [String] = []
  var vectorShare: Double?
  var topics: Int?
  var evenness = Recipe.defaultEvenness
  var greed = 0.0
  var minQuality: String?
  var perCell: Int?
  var exclude: [String] = []
  var excludeWords: Int?
  var excludeIDs: [String] = []
  var includeIDs: [String] = []
  var nearDuplicates: Double?
  var redundancy: Double?
  var method = SelectionMethod.archive
  var alpha: Double?
  var seed: UInt64?
  var text: [String] = []
  var require: [String] = []
  var random: Int?
  /// What stood on the command line, which the recipe's file does not change; the command's `parsed` hands
  /// it on.
  var given: GivenOptions?

  static var options: [Option<Self>] {
    [
      .value(
        "recipe", \.recipeFile, valueName: "FILE",
        help: "Take these options from a file; the command line wins."
      )
      .showingDefault("none").completed(with: .file)
      .detail(
        """
        YAML, the options' names as keys: 'budget: 10%', and for an option that may be repeated a \
        list, 'axis: [complexity:4, column:topic]'. Values are read as on the command line (so 'no' \
        is a word, and what holds a comma stands in quotes within brackets); paths are relative to \
        the current folder; nothing, null or [] leaves an option as it is. Also the manifest of an earlier run, whose recipe is \
        taken. An option given here replaces the file's, a list the whole list.
        """
      )
      .example("--recipe subset.manifest.json"),
      .value(
        "budget", short: "b", \.budget, valueName: "B",
        help: "How much may be chosen: samples, a share, tokens or bytes; never exceeded."
      )
      .required(unless: "recipe").joinable(by: ",")
      .detail(
        """
        6000 is samples, 10% a share of the pool's samples (rounded down), 2Mtok tokens, 40MB bytes \
        of JSONL; k, M and G scale by 10^3, 10^6 and 10^9. A sample that does not fit into what is \
        left of a token or byte budget is passed over and the next is tried.

        Several budgets in one unit, ascending, with commas between them: 1k,5k,10k. Each makes a \
        subset that contains the one before; of -o subset.jsonl they are subset.1k.jsonl, \
        subset.5k.jsonl, ... (10% is written 10pct), each with its manifest. In tokens or bytes, where \
        samples are passed over, a larger one may differ a little from that of its budget alone.
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
        "embeddings", short: "e", \.embeddings, valueName: "FILE.npy|column:NAME",
        help: "Vectors for the topic axes, one row a sample in the order of the inputs."
      )
      .showingDefault("the built-in text embedding")
      .completed(with: .file)
      .detail(
        """
        float16, float32 or float64 in C order, little-endian. There must be as many rows as samples \
        (or, with --on-error skip, as lines that are not blank, skipped ones included). column:NAME reads \
        them from the records: a list of numbers in every one, in Parquet a column, which records that leave as JSON are without, in \
        JSON a dotted path.
        """
      )
      .example("--embeddings pool.minilm.npy"),
      vectorShareOption(\.vectorShare),
      tokenizerOption(\.tokenizer),
      chatTemplateOption(\.chatTemplate),
      .repeated(
        "axis", short: "a", \.axes, valueName: "NAME[:BINS][@BINNING]",
        help: "An axis of the grid; repeat it for more."
      )
      .showingDefault("complexity:4@quantile, topic:64@cvt")
      .detail(axisDetail)
      .example("--axis column:category --axis tokens:6@log"),
      .value(
        "topics", \.topics,
        parse: { text throws(ArgumentProblem) in
          try Recipe.topicCountRange.parse(argument: text)
        },
        valueName: "N", help: "How many leading components of the embedding a cvt axis looks at."
      )
      .showingDefault("\(Recipe.defaultTopicCount), or all where vectors have fewer")
      .example("--axis topic:256@cvt --topics 32"),
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
      .repeated(
        "exclude", \.exclude, valueName: "FILE",
        help: "Leave out samples that overlap with this evaluation set; repeat it for more."
      )
      .showingDefault("none").completed(with: .file)
      .detail(
        """
        A file of records like the pool's. A sample is excluded when a prompt, response or text of it \
        has a run of --exclude-words words in common with one of a record there; words are \
        compared without case and punctuation. A shorter text of a record, of at least 3 words, \
        excludes samples that have just this text.
        """
      )
      .example("--exclude gsm8k_test.jsonl"),
      .value(
        "exclude-words", \.excludeWords,
        parse: { text throws(ArgumentProblem) in try (1...1000).parse(argument: text) },
        valueName: "N", help: "How many words in a row make an overlap with an evaluation set."
      )
      .showingDefault("13"),
      .repeated(
        "exclude-ids", \.excludeIDs, valueName: "FILE",
        help: "Never choose the samples whose ids are in this file, one a line."
      )
      .showingDefault("none").completed(with: .file)
      .detail("An id is the record's own 'id', as it is written in JSON or without its quotes."),
      .repeated(
        "include-ids", \.includeIDs, valueName: "FILE",
        help: "Always choose the samples whose ids are in this file, before all others."
      )
      .showingDefault("none").completed(with: .file)
      .detail(
        """
        They count in the budget, and are chosen whatever their quality, their cell and other samples \
        are. One that --exclude or --exclude-ids keeps out ends the run.
        """),
      .value(
        "near-duplicates", \.nearDuplicates, parse: similarity, valueName: "J",
        help: "Keep only the best of samples whose texts are at least this similar, such as 0.8."
      )
      .showingDefault("off, only equal texts count as duplicates")
      .detail(
        """
        The Jaccard similarity of their runs of 5 words: the share of the different runs of both that \
        both have. Exact for texts of fewer than 128 different runs, else estimated from 128.
        """),
      .value(
        "redundancy", \.redundancy, parse: cosine, valueName: "COS",
        help: "Skip a sample whose embedding is at least this close to a better chosen one's."
      )
      .showingDefault("off")
      .detail(
        """
        Compared are samples of the same cell and of neighbouring ones, by the cosine of their vectors: \
        those of --embeddings, or of the built-in text embedding.
        """
      )
      .example("--redundancy 0.95"),
      .value("method", \.method, help: "How candidates are ordered.")
        .detail(
          """
          archive is the balanced order; the others are baselines to hold it against: random, \
          random-balanced (cells in turn, blind to quality), random-length (random with the archive's \
          lengths), top (best quality first), deita (quality times complexity, best first; what lies \
          closer than --redundancy, 0.9, to any chosen sample is skipped), k-center (the best, then \
          always the farthest from all chosen), facility-location (what covers the pool best, weighed \
          with quality by --alpha), mig (cells whose gain falls as they send quality), dns (dominated \
          novelty: the farthest from their \(dominatedNoveltyNeighbourCount) nearest of better quality), \
          cluster-rank (the best of each of sqrt(n/2) clusters in turn).

          deita, k-center, facility-location, dns and cluster-rank look at vectors: those of \
          --embeddings, or of the built-in text embedding. A sample whose vector is all zeros is close to \
          none, covers none and comes last, or makes a cluster with its like. k-center works its order \
          out as far as the budgets reach; what is left of a token or byte budget behind that goes by \
          quality.
          """),
      .value(
        "alpha", \.alpha, parse: (0.0...1.0).parse(argument:), valueName: "A",
        help: "How facility-location weighs quality: 0 is coverage alone, 1 quality alone."
      )
      .showingDefault("\(SelectionMethod.defaultAlpha)")
      .detail(
        """
        A sample's gain is (1-A) times what it adds to the coverage, the mean of all samples' at first \
        being 1, and A times the percentile rank of its quality. A sample covers itself and those that \
        have it among their \(facilityLocationNeighbourCount) nearest, by the cosine.
        """),
      .value("seed", \.seed, valueName: "N", help: "What randomness starts from.")
        .showingDefault("0, or that of the archive"),
      .repeated(
        "text", \.text, valueName: "FIELD,...",
        help: "The fields that hold the text, in order; of several the last is the response."
      )
      .showingDefault("recognised by keys")
      .example("--text question,answer"),
      .repeated(
        "require", \.require, valueName: "EXPR",
        help: "Write a subset only if this holds, such as 'vendi>random'; else end with status 3."
      )
      .showingDefault("none")
      .detail(requireDetail)
      .example("--require 'quality>=0.97*top' --require 'evenness>random'"),
      .value(
        "random", \.random,
        parse: { text throws(ArgumentProblem) in
          try Recipe.randomCountRange.parse(argument: text)
        },
        valueName: "R", help: "Hold the subset against R random ones, and R of the same lengths."
      )
      .showingDefault("\(Recipe.defaultRandomCount)")
      .detail(randomDetail),
    ]
  }

  /// The option that fits topics to a part of the vectors, for commands that make no recipe as well.
  static func vectorShareOption<Root>(
    _ path: any WritableKeyPath<Root, Double?> & Sendable
  ) -> Option<Root> {
    .value(
      "vector-share", path,
      parse: { (text: String) throws(ArgumentProblem) -> Double in
        guard let share = Double(text), share > 0, share <= 1 else {
          throw .expected("a number above 0 and up to 1")
        }
        return share
      },
      valueName: "S", help: "Fit topics to this share of the vectors; all are projected on them."
    )
    .showingDefault("1, all of them")
    .detail(
      """
      Which ones, a hash of their values and of --seed decides. Fitting to all of 1,000,000 vectors of 384 numbers \
      is two fifths of a choice's time; of a sentence encoder's, some ten thousand tell nearly the same topics.
      """
    )
    .example("--vector-share 0.05")
  }

  /// The option that counts tokens, for commands that make no recipe as well.
  static func tokenizerOption<Root>(
    _ path: any WritableKeyPath<Root, String?> & Sendable
  ) -> Option<Root> {
    .value(
      "tokenizer", path, valueName: "FILE",
      help: "Count tokens exactly: a tokenizer.json, or a SentencePiece model."
    )
    .showingDefault("an estimate by rule").completed(with: .file)
    .detail(tokenizerDetail)
    .example("--tokenizer tokenizer.json")
  }

  /// The option that renders conversations, for commands that make no recipe as well.
  static func chatTemplateOption<Root>(
    _ path: any WritableKeyPath<Root, String?> & Sendable
  ) -> Option<Root> {
    .value(
      "chat-template", path, valueName: "NAME|auto|FILE",
      help: "Count the tokens of each conversation as a trainer renders it."
    )
    .showingDefault("each text counts for itself").completed(with: .file)
    .detail(chatTemplateDetail)
    .example("--tokenizer tokenizer.json --chat-template chatml")
  }

  static let chatTemplateDetail = """
    The conversation is rendered to one text, which is tokenized as a whole, special tokens found in it. ROLE is \
    system, user or assistant, and \\n a line end:

    chatml: each message as "<|im_start|>ROLE\\n" TEXT "<|im_end|>\\n"

    llama3: "<|begin_of_text|>", then each message as "<|start_header_id|>ROLE<|end_header_id|>\\n\\n" TEXT \
    "<|eot_id|>", TEXT without white space at its ends

    zephyr: each message as "<|ROLE|>\\n" TEXT "</s>\\n"

    mistral: "<s>", then "[INST] " TEXT " [/INST]" of the user and TEXT "</s>" of the assistant; a system text \
    leads the user's first, with "\\n\\n" between them

    Of several texts in one message each stands on a line of its own (an Alpaca instruction, then its input). \
    No prompt for an answer is added. A tokenizer that does not have the template's tokens is refused.

    auto takes the template beside the tokenizer, in chat_template.jinja or tokenizer_config.json, where it is \
    one of these in the words in which it was published, and else refuses it. FILE is such a file, or JSON with \
    "user" and "assistant", each a list of what stands before and after a text, and where needed "system" or \
    "system_in_user" (a system text that leads the user's first), "begin", "end", "default_system" (its text \
    where a conversation has none), "trim" (true takes white space off both ends of a text) and "tokens" (what must be one token each).

    Tools and their results, rejected answers, and system texts for which there is no place, are not rendered: \
    they count for themselves, and the run says how many samples have them. So does plain text.
    """

  /// The option that tells of a trainer's sequences, which decides nothing.
  static func sequenceLengthOption<Root>(
    _ path: any WritableKeyPath<Root, Int?> & Sendable
  ) -> Option<Root> {
    .value(
      "sequence-length", path,
      parse: { text throws(ArgumentProblem) in
        try SequencePacking.lengths.parse(argument: text)
      },
      valueName: "N", help: "Tell what a trainer cuts off at N tokens, and how well samples pack."
    )
    .showingDefault("not told")
    .detail(
      """
      Told are the samples that are longer and the tokens that they lose; how many sequences of N tokens \
      hold the samples when they are packed whole, the longest first, each into the first that has room \
      (first-fit decreasing: as Axolotl packs, and LLaMA-Factory's neat packing; TRL's bfd comes to nearly \
      the same); and the share of these that is filled, beside that of one padded sequence a sample. It \
      goes by the tokens of --tokenizer, without one by the estimate. It decides nothing.
      """
    )
    .example("--sequence-length 2048 --tokenizer tokenizer.json")
  }

  static let tokenizerDetail = """
    Each text of a record counts for itself, as the model's own tokenizer counts it, without the tokens of a \
    chat template (unless --chat-template names one), of a beginning and of an end. Of a tokenizer.json BPE, WordPiece \
    and Unigram are supported; what is not is refused by name. SentencePiece needs the package libsentencepiece0. An archive keeps its own counts, and \
    which tokenizer made them.
    """

  static let randomDetail = """
    Drawn from those that may be chosen, of as many samples as the subset, whatever the budget is counted \
    in; those of the same lengths have as many samples of each of \(lengthStratumCount) strata of tokens, the last cut again by halves. They keep no cap \
    and skip nothing that is redundant. Told are the subset's value of each metric, the mean of the random \
    ones, in which interval one more of them would lie in 95 of 100 cases (a normal one of their spread; \
    from R = \(RandomProof.percentileCount) on their percentiles), and how many of them the subset beats, equal ones counting half. \
    0 draws none.
    """

  static let requireDetail = """
    METRIC OP TERM. METRIC is one that --metrics knows; OP is >, >=, < or <=; TERM is a number, or one of these \
    words, or a number times it: random, the upper end of the interval of random subsets (the lower one where \
    less is asked for), so that 'vendi>random' says more than chance explains; random-length, the same for those \
    of the same lengths; top, what the same budget buys by quality alone; pool, the whole pool. It is checked \
    after the choice and before anything is written: where one of several does not hold for one of the budgets, \
    no file appears. Quotes keep the shell from taking > for itself.
    """

  static let axisDetail = """
    NAME is a measure (\(Measure.allCases.map(\.rawValue).joined(separator: ", "))), a principal \
    component of the embedding (topic1, topic2, ...), topic, the leading ones together, or column:PATH, \
    a field of the record.

    BINNING: uniform cuts the range between the 1st and the 99th percentile into equal widths, \
    values outside count to the border bins; quantile cuts equal mass, equal values always share a \
    bin; log is uniform in log(1+x); a list such as 0.2,0.4,0.6 gives the inner edges; category \
    makes one bin a label; nested cuts equal mass anew in each cell of the axes before it, so that \
    the cells come out near equal; cvt, of topic only, makes one bin each of k-means' Voronoi cells. \
    Without BINS there are 8, of cvt \(AxisSpecification.defaultCellCount); without BINNING topics \
    are cut uniformly, other numbers by quantile, and a column without BINS is a category.
    """

  static let dropDetail = """
    repeated-answers: one answer of 5 words or more (two ideographs are one word), case of letters, \
    white space and which signs aside, to 5 or more different prompts; the best of them stays. A name \
    without a space, as of a class, is one word. \
    empty-answers: nothing to be seen. placeholder-answers: such as N/A, TODO, ..., [insert chart], \
    <noinput>, or Lorem ipsum. echoed-answers: 10 words or more that stand in the prompt letter for \
    letter and are two thirds of it. Or all.
    """

  /// Checks the values that have a notation of their own.
  func validate() throws(CommandLineError) {
    if recipeFile == "" {
      throw .invalidValue("", target: "--recipe", problem: .expected("the name of a file"))
    }
    // With a file, the recipe is known and checked when that is read.
    if recipeFile == nil { _ = try recipe() }
  }

  /// The recipe of command line and file together.
  ///
  /// - Parameters:
  ///   - command: The command whose options these are.
  ///   - inputs: The pool; of an archive what is not given comes from there.
  /// - Returns: The recipe, checked.
  /// - Throws: `CommandLineError`, which names the place in the file where the cause stands there;
  ///   `GamutError.storage` for a file that cannot be read.
  func resolved<Root: CommandSyntax>(
    for command: Root.Type, choosingFrom inputs: [String]
  ) throws -> Recipe {
    guard let recipeFile else { return try completed(try recipe(), from: inputs) }
    let (options, settings) = try withFile(for: command)
    if options.budget == nil {
      throw CommandLineError.refused(
        "\(recipeFile) names no budget; add a line such as 'budget: 10%', or give --budget")
    }
    let recipe: Recipe
    do throws(CommandLineError) {
      recipe = try options.recipe()
    } catch {
      throw settings.locating(error, unlessIn: given ?? GivenOptions())
    }
    return try options.completed(recipe, from: inputs)
  }

  /// The options of command line and file together, and where those of the file stand.
  ///
  /// - Parameter command: The command whose options these are, of which a file is named.
  /// - Returns: The options as they are then, not checked together, and the file's settings.
  /// - Throws: As `resolved(for:choosingFrom:)`.
  func withFile<Root: CommandSyntax>(
    for command: Root.Type
  ) throws -> (RecipeOptions, OptionSettings) {
    guard let given, let recipeFile else {
      preconditionFailure("\(Root.name) hands on what was given, so that the command line wins")
    }
    let settings = try RecipeFile.settings(path: recipeFile)
    var options = self
    try settings.apply(to: &options, Self.options, unlessIn: given) { name in
      Self.refusal(of: name, command: command)
    }
    return (options, settings)
  }

  /// Why a key has no place in a recipe; `nil` for one that has, or that nobody knows.
  private static func refusal<Root: CommandSyntax>(
    of name: String, command: Root.Type
  ) -> String? {
    if name == "recipe" { return "a recipe cannot take another one in; copy what it says" }
    if options.contains(where: { $0.name == name }) { return nil }
    let own = "a recipe holds what decides a subset, and '\(name)' is no part of that"
    if command.optionNames.contains(name) { return "\(own); give --\(name) on the command line" }
    return ["input", "inputs", "pool", "sources"].contains(name)
      ? "\(own); name the pool's files on the command line" : nil
  }

  /// Checks the values that have a notation of their own, and makes a recipe of them.
  func recipe() throws(CommandLineError) -> Recipe {
    for list in text where list.split(separator: ",").isEmpty {
      throw .invalidValue(list, target: "--text", problem: .expected("names of fields"))
    }
    if let embeddings, ["", "-", "column:"].contains(embeddings) {
      throw .invalidValue(
        embeddings, target: "--embeddings", problem: .expected("the name of a file"))
    }
    for (option, paths) in [
      ("--exclude", exclude), ("--exclude-ids", excludeIDs), ("--include-ids", includeIDs),
    ] {
      for path in paths where path == "" || path == "-" {
        throw .invalidValue(path, target: option, problem: .expected("the name of a file"))
      }
    }
    if let tokenizer, tokenizer == "" || tokenizer == "-" {
      throw .invalidValue(
        tokenizer, target: "--tokenizer", problem: .expected("the name of a file"))
    }
    if let chatTemplate, chatTemplate == "" || chatTemplate == "-" {
      throw .invalidValue(
        chatTemplate, target: "--chat-template",
        problem: .expected(
          "one of \(ChatTemplate.named.map(\.name).joined(separator: ", ")), none, auto, or a file")
      )
    }
    if chatTemplate != nil, chatTemplate != "none", tokenizer == nil {
      throw .optionNeedsOption("--chat-template", needed: "--tokenizer")
    }
    if excludeWords != nil, exclude.isEmpty {
      throw .optionNeedsOption("--exclude-words", needed: "--exclude")
    }
    var recipe = Recipe(budgets: try Self.budgets(budget ?? ""))
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
    recipe.vectorShare = vectorShare == 1 ? nil : vectorShare
    recipe.tokenizer = tokenizer
    recipe.chatTemplate = chatTemplate == "none" ? nil : chatTemplate
    if !axes.isEmpty {
      recipe.axes = []
      for axis in axes {
        let specification = try Self.axis(axis)
        if recipe.axes.contains(where: { $0.name == specification.name }) {
          throw .refused("the axis '\(specification.name)' is given twice")
        }
        recipe.axes.append(specification)
      }
      try Self.checkTogether(recipe.axes)
    }
    recipe.topics = topics
    if topics != nil, !recipe.axes.contains(where: { $0.binning == .cvt }) {
      throw .refused(
        "--topics tells how much a cvt axis looks at, and there is none; add --axis topic:256@cvt")
    }
    if recipe.vectorShare != nil, !recipe.axes.contains(where: \.looksAtTopics) {
      throw .refused(
        "--vector-share tells what topics are fitted to, and no axis looks at them; add --axis topic:64@cvt, or"
          + " leave it out")
    }
    recipe.evenness = evenness
    recipe.greed = greed
    recipe.qualityFloor = try minQuality.map { (text) throws(CommandLineError) in
      try Self.floor(text)
    }
    recipe.perCell = perCell
    recipe.exclusions = exclude
    recipe.exclusionWords = excludeWords ?? recipe.exclusionWords
    recipe.excludedIdentifiers = excludeIDs
    recipe.includedIdentifiers = includeIDs
    recipe.nearDuplicates = nearDuplicates
    recipe.redundancy = redundancy
    recipe.method = method
    if alpha != nil, method != .facilityLocation {
      throw .refused(
        "--alpha weighs quality in --method facility-location, and the method is \(method.rawValue)"
      )
    }
    recipe.alpha = alpha
    recipe.seed = seed ?? 0
    recipe.textFields = text.flatMap { $0.split(separator: ",").map(String.init) }
    for text in require { recipe.requirements.append(try Self.requirement(text)) }
    recipe.randomCount = random ?? Recipe.defaultRandomCount
    // An interval is told by two at least.
    if recipe.randomCount < 2, let first = recipe.requirements.first(where: \.reference.isRandom) {
      throw .refused(
        "--require '\(first.text)' is told by the spread of random subsets, and --random is"
          + " \(recipe.randomCount); draw at least 2")
    }
    return recipe
  }
}
