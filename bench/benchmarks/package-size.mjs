// @ts-check
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { NOT_PACKED } from '../../scripts/build.mjs'
import { makeCodeCache } from '../../scripts/code-cache/make.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { root } from '../support/typescript.mjs'

const MB = 1e6
const MOST_MB = 7.5
/** The part of `dist/` that `electron-builder.yml` packages. */
const PACKED =
  /^(dd-trace|main|preload)[\\/][^\\/]+\.(js|cjs|cache)$|^preload[\\/]probe[\\/].+\.py$|^THIRD-PARTY-LICENSES\.txt$/
/** @param {string} name below `dist/` */
const isPacked = (name) => PACKED.test(name) && !NOT_PACKED.includes(name.replaceAll('\\', '/'))

/** @param {string} folder @param {(name: string) => boolean} [counts] */
function bytesBelow(folder, counts = () => true) {
  const names = readdirSync(folder, { recursive: true }).map(String).filter(counts)
  return names
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
}

/**
 * The folders of dd-trace and all that npm installs with it on this platform.
 * @param {string} name
 * @param {Set<string>} [seen]
 * @returns {string[]} folders
 */
function withDependencies(name, seen = new Set()) {
  const folder = path.join(root, 'node_modules', name)
  if (seen.has(name) || !statSync(folder, { throwIfNoEntry: false })) return []
  seen.add(name)
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  )
  const below = Object.keys({ ...dependencies, ...optionalDependencies })
  return [folder, ...below.flatMap((dependency) => withDependencies(dependency, seen))]
}

/**
 * Measures what is added to a packaged app, unpacked again.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function packageSize({ electron }) {
  const dist = path.join(root, 'dist')
  await makeCodeCache(electron, dist)
  const ours = bytesBelow(dist, isPacked) / MB
  const theirs = withDependencies('dd-trace').reduce((sum, folder) => sum + bytesBelow(folder), 0) / MB
  /** @type {import('../support/outcome.mjs').Target['verdict']} */
  const verdict = ours <= MOST_MB ? 'met' : 'NOT met'
  const row = pairedRow('bytes added to a packed app', 'MB', [theirs], [ours])
  return {
    baseline: 'dd-trace as npm installs it',
    measured: 'the monitor, dd-trace included',
    rows: [{ ...row, target: { text: `<= ${MOST_MB} MB`, verdict, far: verdict !== 'met' } }],
    notes: [],
  }
}
