import CommandLineKit
import Gamut

extension RecipeOptions {
  /// A recipe with what is not given taken from the archive, if the inputs are one.
  func completed(_ given: Recipe, from inputs: [String]) throws -> Recipe {
    guard inputs.count == 1, let archive = try ArchiveDefaults(of: inputs[0]) else { return given }
    var recipe = given
    if quality.isEmpty { recipe.quality = archive.quality }
    if axes.isEmpty { recipe.axes = archive.axes }
    if seed == nil { recipe.seed = archive.seed }
    if !recipe.textFields.isEmpty, recipe.textFields != archive.textFields {
      throw GamutError.archive(.decidedByArchive(path: inputs[0], option: "--text"))
    }
    recipe.textFields = archive.textFields
    // That of a file of options tells how other vectors were fitted.
    if recipe.vectorShare != nil, isGiven("vector-share") {
      throw GamutError.archive(.decidedByArchive(path: inputs[0], option: "--vector-share"))
    }
    recipe.vectorShare = nil
    return recipe
  }

  /// Whether an option is given on the command line.
  func isGiven(_ option: String) -> Bool { given?.contains(option) == true }
}
