import Glibc
import JSON
import TestSupport
import Testing

/// Pages of reports in a real browser.
@Suite(
  .enabled(if: Browser.path != nil, "no browser is here; install chromium"), .serialized)
struct ReportBrowserTests {
  let folder = TemporaryFolder()

  /// Makes an archive of a pool and its page.
  private func page(_ pool: String, _ fit: [String], _ report: [String]) throws -> String {
    let (archive, page) = (folder.file("pool.gamut"), folder.file("report.html"))
    removeTree(archive)
    let fitted = Tool.run(["fit", pool, "-o", archive, "--quiet"] + fit)
    try #require(fitted.status == 0, "\(fitted.error)")
    let reported = Tool.run(["report", archive, "-o", page, "--force", "--quiet"] + report)
    try #require(reported.status == 0, "\(reported.error)")
    return page
  }

  private func isPicture(_ base64: String) -> Bool {
    base64.hasPrefix("iVBORw0KGgo") && base64.count > 5000
  }

  @Test func `a page answers to pointer and keyboard, in light, in dark, on a phone and on paper`()
    throws
  {
    let page = try page(
      Tool.pool, ["--quality", "quality"] + Tool.threeAxes, ["--budget", "500"])
    let browser = try Browser()
    try browser.resize(width: 1200, height: 900)
    try browser.prefer("light")
    try browser.open(file: page)
    #expect(try browser.evaluate("document.documentElement.className").text == "js")
    #expect(try browser.text(of: "h1") == folder.file("pool.gamut"))
    #expect(try browser.text(of: ".lede").hasPrefix("500 samples chosen of 3,000, from 189 of"))

    // A click on a field lists its samples; what they add up to is what the field says.
    let place = try browser.evaluate(
      """
      (() => { document.querySelector('.plot').scrollIntoView({ behavior: 'instant' });
        const box = document.querySelector('.plot path.s8').getBoundingClientRect();
        return [box.left + 8, box.top + 8]; })()
      """)
    let at = (place.items ?? []).compactMap { $0.decimal }
    try #require(at.count == 2)
    try browser.click(x: at[0], y: at[1])
    let listed = try browser.text(of: "#cell")
    #expect(listed.contains("selected · place ") && listed.contains(" of 2,937 in the order"))
    #expect(listed.contains("pool.jsonl:") && listed.contains("quality 0."))
    #expect(
      try browser.evaluate("document.querySelectorAll('.samples li').length").wholeNumber ?? 0 > 0)
    let isInOrder = try browser.evaluate(
      """
      [...document.querySelectorAll('.samples .status')].map((one) => one.innerText)
        .map((one) => one + ' ').join('').replace(/(selected )*/, '').includes('selected')
      """)
    #expect(isInOrder.truth == false, "what was chosen comes first")

    // Arrow keys and Enter do the same; Escape goes back.
    try browser.evaluate("document.querySelector('.plot').focus()")
    try browser.press("ArrowRight", code: 39)
    let spoken = try browser.evaluate("document.getElementById('spoken').textContent").text ?? ""
    #expect(spoken.contains("topic1 ") && spoken.contains(" chosen"), "\(spoken)")
    try browser.press("Enter", code: 13)
    #expect(try browser.evaluate("document.activeElement.tagName").text == "H3")
    let heading = try browser.text(of: "#cell h3")
    #expect(heading.hasSuffix("together") || heading == "One cell")
    try browser.press("Escape", code: 27)
    #expect(
      try browser.evaluate("document.activeElement.classList.contains('plot')").truth == true)

    // The slider of the third axis by keyboard: all its bins together are what "any" says.
    let counts = """
      [...document.querySelectorAll('.plot')].map((plot) => plot.getAttribute('aria-label'))[0]
      """
    let any = try browser.evaluate(counts).text ?? ""
    try browser.evaluate("document.querySelector('input[type=range]').focus()")
    try browser.press("ArrowRight", code: 39)
    #expect(try browser.evaluate("document.querySelector('input[type=range]').value").text == "1")
    #expect(try browser.text(of: ".slice output").hasPrefix("below "))
    #expect(try browser.evaluate(counts).text != any)
    try browser.press("Home", code: 36)
    #expect(try browser.text(of: ".slice output") == "any")
    #expect(try browser.evaluate(counts).text == any)

    // Every colour and every pair of axes can be drawn.
    let drawn = try browser.evaluate(
      """
      (() => { const found = [];
        for (const place of [0, 1, 2]) {
          const select = document.querySelectorAll('select')[place];
          for (const value of [...select.options].map((option) => option.value)) {
            const own = document.querySelectorAll('select')[place];
            own.value = value;
            own.dispatchEvent(new Event('change'));
            found.push(document.querySelectorAll('.plot path').length);
          }
        }
        return found; })()
      """)
    #expect((drawn.items ?? []).count == 9)
    #expect(drawn.items?.allSatisfy { ($0.wholeNumber ?? 0) > 1 } == true, "\(drawn.compact)")

    // The table names the fields for those who see none.
    try browser.evaluate("document.querySelector('.listing').open = true")
    let rows = try browser.evaluate(
      """
      new Promise((done) => setTimeout(() => done(
        [...document.querySelectorAll('.listing tbody tr')].length), 50))
      """)
    #expect((rows.wholeNumber ?? 0) > 20)

    #expect(isPicture(try browser.picture()))
    let light = try browser.evaluate("getComputedStyle(document.body).backgroundColor").text
    try browser.prefer("dark")
    #expect(try browser.evaluate("getComputedStyle(document.body).backgroundColor").text != light)
    #expect(isPicture(try browser.picture()))
    try browser.resize(width: 390, height: 844, isPhone: true)
    #expect(try browser.evaluate("document.documentElement.scrollWidth").wholeNumber == 390)
    #expect(isPicture(try browser.picture()))
    #expect(try browser.print().hasPrefix("JVBERi0"))
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  @Test func `hostile texts, right-to-left and ideographs are text, and nothing else`() throws {
    let pool = folder.make("odd.jsonl", OddRecords.lines.joined(separator: "\n"))
    let page = try page(
      pool, ["--quality", "score", "--axis", "column:kind", "--axis", "topic:4@cvt"],
      ["--budget", "9"])
    let browser = try Browser()
    try browser.resize(width: 1200, height: 900)
    try browser.open(file: page)
    #expect(
      try browser.evaluate("document.querySelectorAll('img, iframe, b[onclick]').length")
        .wholeNumber == 0)
    #expect(try browser.evaluate("document.scripts.length").wholeNumber == 2)
    #expect(try browser.evaluate("typeof window.harmed").text == "undefined")
    // A map of Voronoi cells: every cell is a polygon, and the keyboard reaches them.
    #expect(
      try browser.evaluate("document.querySelectorAll('.plot polygon').length").wholeNumber == 4)
    let read = try browser.evaluate(
      """
      (async () => { const texts = [];
        const plot = document.querySelector('.plot');
        plot.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
        document.querySelector('.listing').open = true;
        await new Promise((done) => setTimeout(done, 100));
        for (const button of document.querySelectorAll('.listing button')) {
          button.click();
          for (const item of document.querySelectorAll('.samples .prompt')) {
            texts.push([item.textContent, getComputedStyle(item).direction]);
          }
        }
        return texts; })()
      """)
    let texts = (read.items ?? []).map { ($0.items?[0].text ?? "", $0.items?[1].text ?? "") }
    #expect(texts.contains { $0.0.contains("</script><img src=x onerror=") && $0.1 == "ltr" })
    #expect(texts.contains { $0.0.hasPrefix("ספר לי") && $0.1 == "rtl" })
    #expect(texts.contains { $0.0.hasPrefix("请介绍") && $0.1 == "ltr" })
    #expect(
      !texts.contains { $0.0.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) } })
    #expect(texts.contains { $0.0.contains("a\u{2400}b") })
    #expect(texts.allSatisfy { $0.0.count <= 321 })
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  @Test(arguments: [
    (1, ["--axis", "column:a:1"]), (20_000, ["--axis", "column:a:150", "--axis", "column:b:150"]),
  ])
  func `one cell and twenty thousand are shown`(least: Int, axes: [String]) throws {
    let side = least == 1 ? 4 : 150
    let lines = (0..<side * side).map { place in
      "{\"text\":\"sample \(place)\",\"a\":\(place % side),\"b\":\(place / side),\"score\":\(place % 97)}"
    }
    let pool = folder.make("pool.jsonl", lines.joined(separator: "\n"))
    let page = try page(pool, ["--quality", "score"] + axes, ["--budget", "10%"])
    let bytes = try #require(wholeFile(page))
    #expect(bytes.count < 2_000_000)
    let browser = try Browser()
    try browser.resize(width: 1200, height: 900)
    try browser.open(file: page)
    let label = try browser.evaluate("document.querySelector('.plot').getAttribute('aria-label')")
      .text
    let count = try #require(
      label?.split(separator: " ").first { Int($0.filter { $0 != "," }) != nil })
    #expect((Int(count.filter { $0 != "," }) ?? 0) >= least)
    // Few elements draw them all, so that the page stays quick.
    #expect(
      (try browser.evaluate("document.querySelectorAll('.plot *').length").wholeNumber ?? 0) < 300)
    try browser.evaluate("document.querySelector('.plot').focus()")
    try browser.press("ArrowRight", code: 39)
    try browser.press("Enter", code: 13)
    #expect(try browser.text(of: "#cell h3") == "One cell")
    #expect(isPicture(try browser.picture()))
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  @Test func `the front of a tuning run can be walked and sorted`() throws {
    let run = folder.make("r.tuning.json", TuningFile.text)
    let page = folder.file("report.html")
    try #require(Tool.run(["report", run, "-o", page]).status == 0)
    let browser = try Browser()
    try browser.resize(width: 1200, height: 900)
    try browser.open(file: page)
    #expect(try browser.text(of: "#cell").contains("recommended"))
    #expect(
      try browser.evaluate("document.querySelectorAll('.plot circle.front').length").wholeNumber
        == 2)
    try browser.evaluate("document.querySelector('.plot').focus()")
    try browser.press("ArrowRight", code: 39)
    let shown = try browser.text(of: "#cell h3")
    #expect(shown.hasPrefix("complexity:"))
    // The column of quality: a click sorts down, another up.
    let sorted = try browser.evaluate(
      """
      (() => { const head = document.querySelectorAll('#configurations th button')[2];
        const values = () => [...document.querySelectorAll('#configurations tbody tr')]
          .map((row) => row.cells[2].dataset.value);
        head.click(); const down = values(); head.click(); return [down, values()]; })()
      """)
    #expect(sorted.compact == "[[\"0.8\",\"0.7\",\"0.6\",\"\"],[\"0.6\",\"0.7\",\"0.8\",\"\"]]")
    #expect(isPicture(try browser.picture()))
    #expect(browser.complaints.isEmpty, "\(browser.complaints)")
  }

  @Test func `without script the page still tells all but the samples`() throws {
    let page = try page(
      Tool.pool, ["--quality", "quality"] + Tool.threeAxes,
      ["--budget", "500", "--evenness", "1"])
    let browser = try Browser()
    try browser.call("Emulation.setScriptExecutionDisabled", ["value": .bool(true)])
    try browser.open(file: page)
    #expect(
      try browser.evaluate("document.querySelectorAll('#heatmap svg path').length").wholeNumber ?? 0
        > 2)
    #expect(try browser.text(of: "#proof").contains("quality_mean"))
    #expect(
      try browser.evaluate("getComputedStyle(document.querySelector('.script')).display").text
        == "none")
  }
}

/// Records that try to be more than text, and texts of other scripts.
enum OddRecords {
  static let lines: [String] = {
    let texts = [
      "</script><img src=x onerror=window.harmed=1><!--",
      "<b onclick=window.harmed=2>bold</b> &lt;i&gt;",
      "ספר לי סיפור קצר על הים והעיר", "اكتب لي قصة قصيرة عن البحر", "请介绍一下人工智能的发展历史",
      "日本の首都はどこですか", "\\u202Etxt.exe\\u202C and \\u2066isolated\\u2069", "a\\u0000b\\u001b[31m red",
      "line\\u2028separators\\u2029here", "👩‍👩‍👧 family and \\ud83d\\ude42",
      "]]> --> '\\\" `${window.harmed=3}`",
      String(repeating: "long ", count: 200_000),
    ]
    return (0..<60).map { place in
      let text = texts[place % texts.count]
      let kind = ["<img src=x onerror=window.harmed=4>", "עברית", "中文"][place % 3]
      return """
        {"id":"<\(place)>","instruction":"\(text) \(place)","output":"\(text)","kind":"\(kind)","score":\(place)}
        """
    }
  }()
}

/// A tuning run as `gamut tune` writes it.
enum TuningFile {
  static let text = """
    {"gamut":"0.1.0","kind":"tuning","pool":{"paths":["pool.jsonl"],"samples":3000},"budget":{"text":"500"},
    "seed":0,"folds":5,"objectives":[{"name":"quality","direction":"higher","meaning":"mean quality","front":true},
    {"name":"spread","direction":"lower","meaning":"nothing","front":false},{"name":"coverage","direction":"higher","meaning":"filled cells"}],"configurations":[
    {"axes":["complexity:4"],"evenness":1,"greed":0,"cells":40,"reachable_cells":50,"values":{
    "quality":{"mean":0.6,"low":0.5,"high":0.7},"coverage":{"mean":0.9,"low":0.8,"high":1}},"front":true,"rung":2},
    {"axes":["complexity:6"],"evenness":0.5,"greed":0,"cells":30,"reachable_cells":50,"values":{
    "quality":{"mean":0.7,"low":0.6,"high":0.8},"coverage":{"mean":0.5,"low":0.4,"high":0.6}},"front":false,"rung":2},
    {"axes":["complexity:8"],"evenness":0,"greed":0.5,"cells":20,"reachable_cells":50,"values":{
    "quality":{"mean":0.8,"low":0.7,"high":0.9},"coverage":{"mean":0.6,"low":0.5,"high":0.7}},"front":true,"rung":2},
    {"axes":["complexity:9"],"evenness":0,"greed":1,"values":{},"front":false,"rung":0}],
    "recommended":2,"default":0,"rule":"the rule","reason":"the reason","gives_up":["cells"],"warnings":["one"]}
    """
}
