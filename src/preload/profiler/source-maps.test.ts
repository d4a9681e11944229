import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SourceMapper } from '@datadog/pprof/out/src/sourcemapper/sourcemapper'
import { type BuildOptions, build, transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/program/program'
import { SourceMaps } from './source-maps'

const SOURCE = `
export interface Padding { readonly type: string }


export function leak(kept: number[]): void {
  kept.push(1)
}
leak([])
`

/**
 * Bundles the source.
 * @returns the bundle, the source, and the place of its function in the bundle
 */
async function bundle(sourcemap: NonNullable<BuildOptions['sourcemap']>, outside = false, minify = false) {
  const folder = temporaryFolder()
  const source = join(folder, 'leak.ts')
  const script = join(folder, outside ? 'dist' : '.', 'bundle.cjs')
  writeFileSync(source, SOURCE)
  await build({
    entryPoints: [source],
    outfile: script,
    bundle: true,
    format: 'cjs',
    sourcemap,
    minify,
    banner: { js: '//\n//' },
  })
  const lines = readFileSync(script, 'utf8').split('\n')
  const line = lines.findIndex((text) => /function \w+\(/.test(text)) + 1
  return {
    folder,
    source,
    script,
    place: {
      file: script,
      line,
      // V8 says that a function begins with its parameters.
      column: (lines[line - 1]?.search(/(?<=function \w+)\(/) ?? 0) + 1,
      name: 'leak',
    },
  }
}

async function mapped(script: string, place: { file: string; line: number; column: number; name: string }) {
  const maps = new SourceMaps()
  await maps.prepare([script])
  return maps.mappingInfo(place)
}

describe('a place in a bundle', () => {
  it.each(['linked', 'inline', 'both'] as const)('leads to the source, map %s', async (sourcemap) => {
    const { source, script, place } = await bundle(sourcemap)
    expect(place.line).not.toBe(5)
    expect(await mapped(script, place)).toMatchObject({ file: source, line: 5, name: 'leak' })
  })

  it('leads to a source in another folder than the bundle and its map', async () => {
    const { source, script, place } = await bundle('linked', true)
    expect(await mapped(script, place)).toMatchObject({ file: source, line: 5 })
  })

  it('leads to a line and column from 1', async () => {
    const { script, place } = await bundle('linked')
    const { line, column } = await mapped(script, place)
    expect(SOURCE.split('\n')[(line ?? 0) - 1]?.slice((column ?? 0) - 1)).toMatch(/^leak\(kept/)
  })

  it('has the name of the source where the bundle is minified', async () => {
    const { script, place } = await bundle('linked', false, true)
    const lines = readFileSync(script, 'utf8').split('\n')
    const [, short = ''] = /function (\w+)\(/.exec(lines[place.line - 1] ?? '') ?? []
    expect(short).not.toBe('leak')
    expect(await mapped(script, { ...place, name: short })).toMatchObject({ line: 5, name: 'leak' })
  })

  it.each([
    ['an arrow', 'const leak = (kept) => kept.push(1)', /(\w)(=)\w=>/],
    ['an asynchronous arrow', 'const leak = async (kept) => kept.push(1)', /(\w)(=)async/],
    [
      'a function without a name of its own',
      'const leak = function (kept) { kept.push(1) }',
      /(\w)(=function)\(/,
    ],
    ['a function with several parameters', 'function leak(kept, more) { kept.push(more) }', /(\w)()\(/],
  ])('has the name of %s, where V8 says that it begins', async (_, source, pattern) => {
    const folder = temporaryFolder()
    const script = join(folder, 'a.cjs')
    const options = { format: 'iife', minify: true, sourcemap: true, sourcefile: 'a.js' } as const
    const { code, map } = await transform(`${source}\nleak(globalThis.kept, 1)\nleak([], 2)`, options)
    writeFileSync(`${script}.map`, map)
    writeFileSync(script, `${code}//# sourceMappingURL=a.cjs.map\n`)
    const found = code.match(pattern)
    const [name = '', between = '', index = 0] = [found?.[1], found?.[2], found?.index]
    const place = { file: script, line: 1, column: index + name.length + between.length + 1, name }
    expect(name).not.toBe('')
    expect(await mapped(script, place)).toMatchObject({ name: 'leak' })
  })

  it('does not take another name that ends as far away for that of a getter', async () => {
    const folder = temporaryFolder()
    const script = join(folder, 'a.cjs')
    const source = 'class Source { number = 0; get enqueue60() { return 1 } }\nglobalThis.source = Source'
    const { code, map } = await transform(source, {
      format: 'iife',
      minify: true,
      sourcemap: true,
      sourcefile: 'a.js',
    })
    writeFileSync(`${script}.map`, map)
    writeFileSync(script, `${code}//# sourceMappingURL=a.cjs.map\n`)
    const column = code.indexOf('enqueue60') + 'enqueue60'.length + 1
    expect(await mapped(script, { file: script, line: 1, column, name: 'get enqueue60' })).toMatchObject({
      name: 'get enqueue60',
    })
  })

  it('keeps the name of V8 where the map knows but a parameter', async () => {
    const folder = temporaryFolder()
    const script = join(folder, 'a.cjs')
    const source = 'module.exports = [(kept) => kept.push(1)]'
    const { code, map } = await transform(source, { minify: true, sourcemap: true, sourcefile: 'a.js' })
    writeFileSync(`${script}.map`, map)
    writeFileSync(script, `${code}//# sourceMappingURL=a.cjs.map\n`)
    const column = code.search(/\w=>/) + 1
    expect(await mapped(script, { file: script, line: 1, column, name: '' })).toMatchObject({ name: '' })
  })

  it('stays as it is without a map', async () => {
    const { script, place } = await bundle(false)
    expect(await mapped(script, place)).toEqual(place)
  })

  it('stays as it is before the map has been read, and for a place without a line', async () => {
    const { script, place } = await bundle('linked')
    const maps = new SourceMaps()
    expect(maps.mappingInfo(place)).toEqual(place)
    await maps.prepare([script])
    expect(maps.mappingInfo({ file: script })).toEqual({ file: script })
  })
})

describe('a map', () => {
  it.each([
    [
      'missing',
      (map: string, folder: string) =>
        writeFileSync(join(folder, 'bundle.cjs'), `1\n//# sourceMappingURL=no.map\n${map}`.slice(0, 33)),
    ],
    [
      'damaged',
      (map: string, folder: string) => writeFileSync(join(folder, 'bundle.cjs.map'), map.slice(0, 40)),
    ],
    ['none', (_: string, folder: string) => writeFileSync(join(folder, 'bundle.cjs.map'), 'null')],
    ['empty', (_: string, folder: string) => writeFileSync(join(folder, 'bundle.cjs.map'), '{}')],
    [
      'of the wrong type',
      (_: string, folder: string) =>
        writeFileSync(join(folder, 'bundle.cjs.map'), '{"mappings":5,"sources":1}'),
    ],
  ])('that is %s leaves the place as it is', async (_, harm) => {
    const { folder, script, place } = await bundle('linked')
    harm(readFileSync(`${script}.map`, 'utf8'), folder)
    expect(await mapped(script, place)).toMatchObject(place)
  })

  it('that is missing is told of', async () => {
    const script = join(temporaryFolder(), 'a.js')
    writeFileSync(script, 'code()\n//# sourceMappingURL=a.js.map\n')
    const place = { file: script, line: 1, column: 1, name: 'a' }
    const maps = new SourceMaps()
    await maps.prepare([script])
    expect(maps.areMissed).toBe(false)
    expect(maps.mappingInfo(place)).toEqual({ ...place, missingMapFile: true })
    expect(maps.areMissed).toBe(true)
  })

  it('that is large for its sources alone is read', async () => {
    const script = join(temporaryFolder(), 'a.js')
    const map = {
      version: 3,
      sources: ['a.ts'],
      sourcesContent: ['x'.repeat(20 * 2 ** 20)],
      mappings: 'AAAA',
    }
    writeFileSync(`${script}.map`, JSON.stringify(map))
    writeFileSync(script, 'a()\n//# sourceMappingURL=a.js.map\n')
    const { file } = await mapped(script, { file: script, line: 1, column: 1, name: 'a' })
    expect(basename(file)).toBe('a.ts')
  })

  it('that is too large without its sources is not read', async () => {
    const script = join(temporaryFolder(), 'a.js')
    const map = { version: 3, sources: ['a.ts'], mappings: 'AAAA,'.repeat(2 * 2 ** 20) }
    writeFileSync(`${script}.map`, JSON.stringify(map))
    writeFileSync(script, 'a()\n//# sourceMappingURL=a.js.map\n')
    const place = { file: script, line: 1, column: 1, name: 'a' }
    expect(await mapped(script, place)).toEqual({ ...place, missingMapFile: true })
  })

  it('that is too large to stand in the script is not read', async () => {
    const folder = temporaryFolder()
    const inline = (bytes: number) => {
      const map = { version: 3, sources: ['a.ts'], sourcesContent: ['x'.repeat(bytes)], mappings: 'AAAA' }
      return `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
    }
    const [large, small] = ['large.js', 'small.js'].map((name) => join(folder, name)) as [string, string]
    writeFileSync(large, `a()\n//# sourceMappingURL=${inline(5 * 2 ** 20)}\n`)
    writeFileSync(small, `a()\n//# sourceMappingURL=${inline(100_000)}\n`)
    const maps = new SourceMaps()
    await maps.prepare([large, small])
    const at = (file: string) => maps.mappingInfo({ file, line: 1, column: 1, name: 'a' }).file
    expect([at(large), at(small)]).toEqual([large, join(folder, 'a.ts')])
  })
})

it('that finds no room beside the others is left alone', async () => {
  const folder = temporaryFolder()
  // 4 MB each.
  const json = JSON.stringify({ version: 3, sources: ['a.ts'], names: [], mappings: 'AAAA,'.repeat(800_000) })
  const scripts = ['a.js', 'b.js'].map((name) => join(folder, name))
  for (const script of scripts) {
    writeFileSync(`${script}.map`, json)
    writeFileSync(script, `a()\n//# sourceMappingURL=${basename(script)}.map\n`)
  }
  const maps = new SourceMaps()
  // At once: a map is read, and counted, one time.
  await Promise.all([maps.prepare(scripts), maps.prepare(scripts)])
  const files = scripts.map((file) => basename(maps.mappingInfo({ file, line: 1, column: 1 }).file))
  expect(files).toEqual(['a.ts', 'b.js'])
})

describe('scripts without a file', () => {
  it.each(['', 'node:fs', 'evalmachine.<anonymous>', 'wasm://wasm/1', '/no/such/file.js', __dirname])(
    '%j',
    async (file) => {
      const place = { file, line: 3, column: 4, name: 'f' }
      expect(await mapped(file, place)).toEqual(place)
    },
  )
})

it('a source with a URL of its own keeps it', async () => {
  const script = join(temporaryFolder(), 'a.js')
  const json = JSON.stringify({ version: 3, sources: ['webpack://app/./a.ts'], names: [], mappings: 'AAAA' })
  writeFileSync(
    script,
    `a()\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(json).toString('base64')}\n`,
  )
  expect(await mapped(script, { file: script, line: 1, column: 1, name: 'a' })).toMatchObject({
    file: 'webpack://app/./a.ts',
  })
})

it('a place is what dd-trace makes of it', async () => {
  const folder = temporaryFolder()
  const script = join(folder, 'bundle.cjs')
  await build({
    entryPoints: [join(__dirname, 'worker.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    sourcemap: 'linked',
  })
  const [ours, theirs] = [new SourceMaps(), await SourceMapper.create([folder])]
  await ours.prepare([script])
  const lines = readFileSync(script, 'utf8').split('\n')
  const places = lines.flatMap((text, line) =>
    [...text.matchAll(/\w+|\(/g)].map(({ index, 0: name }) => ({
      file: script,
      line: line + 1,
      column: index + 1,
      name,
    })),
  )
  expect(places.length).toBeGreaterThan(10_000)
  const some = places.filter((_, at) => at % 20 === 0)
  // Its names are those of whatever stands there: of a function's first parameter.
  const unnamed = ({ name: _, ...place }: object & { name?: string }) => place
  const different = some.filter(
    (place) => !isDeepStrictEqual(unnamed(ours.mappingInfo(place)), unnamed(theirs.mappingInfo(place))),
  )
  expect(different).toEqual([])
})
