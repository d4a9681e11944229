import { SourceMap } from 'node:module'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { SourceMapTable } from './source-map-table'

const parse = (map: object) => SourceMapTable.parse(JSON.stringify(map))

describe('a source map', () => {
  it('says what Node says of a bundle', async () => {
    const { outputFiles } = await build({
      entryPoints: [`${__dirname}/worker.ts`],
      bundle: true,
      platform: 'node',
      minify: true,
      sourcemap: 'external',
      outfile: 'bundle.cjs',
      write: false,
    })
    const json = outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? ''
    const [table, node] = [SourceMapTable.parse(json), new SourceMap(JSON.parse(json))]
    let compared = 0
    for (let line = 0; line < 40; line++) {
      for (let column = 1; column < 3_000; column += 7) {
        const origin = table.find(line, column)
        if (!origin) continue
        const { source: originalSource, line: originalLine, column: originalColumn, name } = origin
        const entry = node.findEntry(line, column)
        expect(entry).toMatchObject({ originalSource, originalLine, originalColumn })
        expect('name' in entry ? entry.name || null : null).toBe(name)
        compared++
      }
    }
    expect(compared).toBeGreaterThan(1_000)
  })

  it('knows nothing before the first place of a line, in a line without any, and beyond the last', () => {
    // Lines 0 and 2; column 2 of each.
    const table = parse({ sources: ['a'], mappings: 'EAAA;;EACA' })
    expect(table.find(0, 1)).toBeNull()
    expect(table.find(0, 2)).toEqual({ source: 'a', line: 0, column: 0, name: null })
    expect(table.find(0, 99)).toEqual({ source: 'a', line: 0, column: 0, name: null })
    expect(table.find(1, 5)).toBeNull()
    expect(table.find(2, 1)).toBeNull()
    expect(table.find(2, 3)).toMatchObject({ source: 'a', line: 1, column: 0 })
    expect(table.find(3, 0)).toBeNull()
    expect(table.find(999, 0)).toBeNull()
  })

  it('tells code that comes from nowhere', () => {
    const table = parse({ sources: ['a'], mappings: 'AAAA,E,EAAA' })
    expect([0, 2, 4].map((column) => table.find(0, column)?.source ?? null)).toEqual(['a', null, 'a'])
  })

  it('takes negative steps, many digits, and names', () => {
    // Source +1 then -1; line 1000 ("w+B"); names at the end: the second, none, then the first.
    const table = parse({ sources: ['a', 'b'], names: ['x', 'y'], mappings: 'ACw+BAC,CDx+BA,CAAAD' })
    expect(table.find(0, 0)).toEqual({ source: 'b', line: 1_000, column: 0, name: 'y' })
    expect(table.find(0, 1)).toEqual({ source: 'a', line: 0, column: 0, name: null })
    expect(table.find(0, 2)).toEqual({ source: 'a', line: 0, column: 0, name: 'x' })
  })

  it('has its sources below its root', () => {
    expect(parse({ sourceRoot: '../src', sources: ['a'], mappings: 'AAAA' }).find(0, 0)?.source).toBe(
      '../src/a',
    )
  })

  it('gives the start of a line the first place in it, as there may be no better column', () => {
    const table = parse({ sources: ['a'], mappings: ';EAAA,EACA' })
    expect(table.find(1, 0)).toMatchObject({ source: 'a', line: 0 })
    expect(table.find(0, 0)).toBeNull()
  })

  it('that is an index has sections, each with sources of its own and a place in the bundle', () => {
    const inner = (source: string) => ({
      sources: [source],
      names: [`${source}Name`],
      mappings: 'AAAAA;AACA',
    })
    const table = parse({
      version: 3,
      sections: [
        { offset: { line: 0, column: 0 }, map: inner('a') },
        { offset: { line: 1, column: 10 }, map: inner('b') },
      ],
    })
    expect(table.find(0, 5)).toEqual({ source: 'a', line: 0, column: 0, name: 'aName' })
    expect(table.find(1, 9)).toEqual({ source: 'a', line: 1, column: 0, name: null })
    expect(table.find(1, 10)).toEqual({ source: 'b', line: 0, column: 0, name: 'bName' })
    expect(table.find(2, 0)).toEqual({ source: 'b', line: 1, column: 0, name: null })
  })

  it('takes little more than its mappings', () => {
    expect(parse({ sources: ['a'], mappings: 'AAAA,'.repeat(10_000) }).bytes).toBeLessThan(80_000)
  })
})

describe('what is none', () => {
  it.each([
    'null',
    '[]',
    '{}',
    '5',
    '{"mappings":5,"sources":[]}',
    '{"mappings":"AAAA"}',
    '{"mappings":"A!AA","sources":["a"]}',
    '{"mappings":"Aé","sources":["a"]}',
    '{"mappings":"AAAAAA","sources":["a"]}',
    '{"sections":[5]}',
    '{"sections":[{"offset":{"line":0},"map":{}}]}',
    '{"sections":[{"offset":{"line":0,"column":0},"map":null}]}',
    '{"mappings":"AAAA","sour',
  ])('%s is refused', (json) => {
    expect(() => SourceMapTable.parse(json)).toThrow()
  })

  it('a source out of bounds is no source', () => {
    expect(parse({ sources: ['a'], mappings: 'AEAA' }).find(0, 0)).toBeNull()
    expect(parse({ sources: ['a'], mappings: 'ADAA' }).find(0, 0)).toBeNull()
  })
})
