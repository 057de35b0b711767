@main
struct PoolGenerator {
  static func main() {}
}
