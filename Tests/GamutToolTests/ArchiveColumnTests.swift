import JSON
import TestSupport
import Testing

/// An archive's columns as others see them, and what they take on the disk.
@Suite struct ArchiveColumnTests {
  let folder = TemporaryFolder(inMemory: true)

  @Test func `NumPy maps every column, and finds what the receipts say`() throws {
    let python = Program(path: "/usr/bin/python3")
    guard python.run(["-c", "import numpy"]).status == 0 else {
      try Test.cancel("no NumPy here")
    }
    let source = folder.make("a.jsonl", Array("{bad\n".utf8) + Archive.lines(0..<200))
    let archive = folder.file("pool.gamut")
    Archive.run(
      ["fit", source, "--on-error", "skip", "-q", "quality", "--axis", "complexity:3"]
        + ["--axis", "topic2:3", "--axis", "topic:4@cvt", "--axis", "tokens:2@nested"]
        + ["--keep", "topic", "-o", archive])
    Archive.run([
      "select", archive, "--budget", "50", "--axis", "complexity:3", "--axis", "topic2:3",
      "--axis", "tokens:4", "--receipts", "-o", folder.file("s.jsonl"),
    ])
    let script = """
      import glob, json, sys, numpy as np
      archive, receipts = sys.argv[1:]
      index = json.load(open(archive + '/archive.json'))
      segment, = index['segments']
      n = segment['samples']
      assert n == index['samples'] == 200
      c = {}
      for path in glob.glob(archive + '/**/*.npy', recursive=True):
          if '/derived/' in path: continue
          a = np.load(path, mmap_mode='r')
          assert isinstance(a, np.memmap) or a.size == 0, path
          assert a.flags.c_contiguous and not a.dtype.hasobject, path
          if '/derived/' in path: continue
          c[path.split('/')[-1] if '/segments/' in path else 'model/' + path.split('/')[-1]] = a
      assert len(c) == len(segment['files']) + len(index['model']['files']) \\
          - sum(f.endswith('.json') for f in segment['files'])
      for name, a in c.items():
          if name.startswith('model/') or name == 'ids.npy' or name.startswith('rejected.'): continue
          assert a.shape == (n,), (name, a.shape)
      t = index['model']['facts']['topics']
      assert c['model/components.npy'].shape == (t['count'], t['dimension'])
      assert c['model/mean.npy'].shape == (t['dimension'],)
      assert c['model/axis3.centroids.npy'].shape == (4, 16)
      r = [json.loads(line) for line in open(receipts)]
      r = [x for x in r if x['status'] != 'rejected']
      assert len(r) == n
      near = lambda name, values: np.array_equal(np.float32(c[name]), np.float32(values))
      assert near('line.npy', [x['line'] for x in r])
      assert near('number.1.npy', [x['quality'] for x in r])
      assert near('measure.complexity.npy', [x['descriptor']['complexity'] for x in r])
      assert near('measure.tokens.npy', [x['descriptor']['tokens'] for x in r])
      assert near('topic.2.npy', [x['descriptor']['topic2'] for x in r])
      ends = [0] + np.cumsum(c['id_length.npy'], dtype=int).tolist()
      raw = c['ids.npy'].tobytes()
      assert [json.loads(raw[a:b] or 'null') for a, b in zip(ends, ends[1:])] == [x['id'] for x in r]
      labels = json.load(open(glob.glob(archive + '/segments/*/label.1.json')[0]))
      data = [json.loads(line) for line in open(index['segments'][0]['sources'][0]['path']).readlines()[1:]]
      assert [labels[k - 1] if k else None for k in c['label.1.npy']] == [x.get('topic') for x in data]
      text = open(index['segments'][0]['sources'][0]['path'], 'rb').read()
      for o, l, x in zip(c['offset.npy'].tolist(), c['length.npy'].tolist(), data):
          assert json.loads(text[o:o + l]) == x
      """
    let outcome = python.run(["-c", script, archive, folder.file("s.receipts.jsonl")])
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test func `a sample takes little room`() throws {
    let archive = folder.file("pool.gamut")
    Archive.run(["fit", Tool.pool, "-q", "quality", "--keep", "topic", "-o", archive])
    var bytes = 0
    for name in filesBelow(archive) where name.hasPrefix("segments/") {
      let size = try #require(wholeFile(archive + "/" + name)).count
      // Each array has a header of 128 bytes; ids are as long as they are.
      if name.hasSuffix("/ids.npy") { continue }
      bytes += size - (name.hasSuffix(".npy") ? 128 : 0)
    }
    let perSample = Double(bytes) / 3000 - 4 * 16
    #expect(perSample < 120, "\(perSample)")
  }
}
