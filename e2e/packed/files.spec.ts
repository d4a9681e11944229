import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { listPackage, statFile } from '@electron/asar'
import { expect, test } from '../support/app/test'
import { packedApp } from '../support/packed-app'

const MIB = 2 ** 20

/** All that is packed. What is new here must be needed by the app while it runs. */
const FILES = [
  /^LICENSE$/,
  /^package\.json$/,
  /^dist\/dd-trace\/(bundle\.js|index\.cjs)$/,
  /^dist\/dd-trace\/bundle\.[\w.-]+\.cache$/,
  /^dist\/preload\/bundle\.js$/,
  /^dist\/preload\/bundle\.[\w.-]+\.cache$/,
  /^dist\/main\/(cli|index|monitor|register)\.cjs$/,
  /^dist\/preload\/(doctor|engine|index|profiler)\.cjs$/,
]

const archive = path.join(packedApp().resources, 'app.asar')

function packedFiles(): { name: string; bytes: number }[] {
  return listPackage(archive, { isPack: false }).flatMap((entry) => {
    const name = entry.replace(/^[\\/]/, '')
    const stat = statFile(archive, name)
    return 'size' in stat ? [{ name: name.replaceAll('\\', '/'), bytes: stat.size }] : []
  })
}

test('nothing is packed but what runs', () => {
  const names = packedFiles().map(({ name }) => name)
  expect(names.filter((name) => !FILES.some((expected) => expected.test(name)))).toEqual([])
  for (const expected of FILES) expect(names.some((name) => expected.test(name))).toBe(true)
})

test('the licences of what is bundled lie beside the app', () => {
  const beside = path.dirname(packedApp().resources)
  const texts = readFileSync(path.join(beside, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  // What docs/dependencies.md lists is what is packed.
  const listed = readFileSync(path.join(__dirname, '../../docs/dependencies.md'), 'utf8')
  const names = [...listed.matchAll(/^\| (\S+) .* \d+ kB \|/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !new RegExp(`^${name}[ ,]`, 'm').test(texts))).toEqual([])
})

test('the resources are the archive and what the installer brings', () => {
  const { resources } = packedApp()
  expect(readdirSync(resources).toSorted()).toEqual(['app.asar', 'studio-monitor.json'])
  // Readable by everybody who runs the app.
  expect(statSync(path.join(resources, 'studio-monitor.json')).mode & 0o444).toBe(0o444)
})

test('the monitor adds 6 MiB at most to a bare packed app', () => {
  const bytes = packedFiles().reduce((sum, file) => sum + file.bytes, 0)
  expect(bytes).toBeLessThan(6 * MIB)
})
