import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { SourceMapTable } from '../../src/preload/profiler/source-map-table'
import { readWithoutSources } from '../../src/preload/profiler/source-map-text'
import { SourceMaps } from '../../src/preload/profiler/source-maps'
import { textCorpus } from '../support/corpus'
import { mutatedText } from '../support/mutate'
import { asyncPromise, promise, type Target } from '../support/target'

const MAPS = textCorpus('source-maps')
const SCRIPTS = [
  '//# sourceMappingURL=script.cjs.map\n',
  `f()\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(MAPS[0] ?? '').toString('base64')}\n`,
  '//# sourceMappingURL=%ZZ\n',
]
const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-fuzz-'))
const script = path.join(folder, 'script.cjs')
writeFileSync(`${script}.map`, MAPS[0] ?? '')

const PLACES = [0, 1, 2, 7, 1_000, 2 ** 31].flatMap((line) =>
  [0, 5, 2 ** 31].map((column) => [line, column] as const),
)

/** Checks that a map is rejected with an error, or every place is in a source that it names. */
function checkMap(json: string): void {
  let table: SourceMapTable
  try {
    table = SourceMapTable.parse(json)
  } catch {
    return
  }
  // Each source, which takes two characters at least, has the root before it.
  assert.ok(table.bytes <= json.length * (json.length + 20) + 80, `${table.bytes} bytes from ${json.length}`)
  for (const [line, column] of PLACES) {
    const origin = table.find(line, column)
    assert.ok(origin === null || typeof origin.source === 'string')
  }
}

/** Checks that the rest of a map is that map without its sources, and invalid JSON stays invalid. */
async function checkText(json: string): Promise<void> {
  const bytes = Buffer.from(json)
  const half = bytes.length >> 1
  const left = await readWithoutSources([bytes.subarray(0, half), bytes.subarray(half)], bytes.length + 64)
  const whole = await readWithoutSources([bytes], bytes.length + 64)
  assert.equal(left, whole)
  const withoutSources = (key: string, value: unknown) => (key === 'sourcesContent' ? null : value)
  let map: unknown
  try {
    map = JSON.parse(bytes.toString(), withoutSources)
  } catch {
    return
  }
  assert.deepEqual(JSON.parse(left, withoutSources), map)
}

async function checkScript(text: string): Promise<void> {
  writeFileSync(script, text)
  const maps = new SourceMaps()
  await maps.prepare([script])
  for (const line of [1, 2, 50]) {
    const place = maps.mappingInfo({ file: script, line, column: 1, name: 'f' })
    assert.ok(typeof place.file === 'string' && place.file !== '')
  }
}

export const sourceMaps: Target = {
  name: 'source-maps',
  promises: [
    promise('a map', mutatedText(MAPS), checkMap),
    asyncPromise('the text of a map', mutatedText(MAPS), checkText, 0.2),
    asyncPromise('a script with a map', mutatedText(SCRIPTS), checkScript, 0.05),
  ],
}
