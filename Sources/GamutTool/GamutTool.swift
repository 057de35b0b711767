@main
struct GamutTool {
  static func main() {}
}
