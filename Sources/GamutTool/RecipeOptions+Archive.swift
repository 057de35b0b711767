import CommandLineKit
import Gamut

extension RecipeOptions {
  /// The recipe for certain inputs: what is not given comes from the archive, if they are one.
  func recipe(choosingFrom inputs: [String]) throws -> Recipe {
    var recipe = try recipe()
    guard inputs.count == 1, let archive = try ArchiveDefaults(of: inputs[0]) else { return recipe }
    if quality.isEmpty { recipe.quality = archive.quality }
    if axes.isEmpty { recipe.axes = archive.axes }
    if seed == nil { recipe.seed = archive.seed }
    if !recipe.textFields.isEmpty, recipe.textFields != archive.textFields {
      throw GamutError.archive(.decidedByArchive(path: inputs[0], option: "--text"))
    }
    recipe.textFields = archive.textFields
    return recipe
  }
}
