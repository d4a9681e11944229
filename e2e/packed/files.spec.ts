import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { listPackage, statFile } from '@electron/asar'
import { commandLine } from '../support/app/global-setup'
import { expect, test } from '../support/app/test'
import { packedApp } from '../support/packed-app'

const MB = 1e6

/** All packaged files. A new one must be needed by the app while it runs. */
const FILES = [
  /^LICENSE$/,
  /^package\.json$/,
  /^dist\/dd-trace\/((bundle|later)\.js|index\.cjs)$/,
  /^dist\/preload\/bundle\.js$/,
  /^dist\/main\/((monitor|tracer)\.js|(cli|index|monitor|page|register)\.cjs)$/,
  ...(process.platform === 'linux' ? [] : [/^dist\/main\/systeminformation\.cjs$/]),
  /^dist\/preload\/probe\/(studio_probe\/)?\w+\.py$/,
  /^dist\/preload\/(doctor|engine|index|job-thread|profiler)\.cjs$/,
]
/** V8's code cache of a script on this machine, by the script's name. */
const CACHE = new RegExp(`^(.*?)\\.[\\d.]+[\\w.-]*-${process.platform}-${process.arch}\\.cache$`)

const app = packedApp()
const archive = path.join(app.resources, 'app.asar')

function archived(): string[] {
  return listPackage(archive, { isPack: false }).flatMap((entry) => {
    const name = entry.replace(/^[\\/]/, '')
    return 'size' in statFile(archive, name) ? [name.replaceAll('\\', '/')] : []
  })
}

/** The files of the app that a bare Electron does not have, under its own names. */
function added(): string[] {
  const distribution = path.dirname(commandLine().executable)
  const bare = new Set(
    filesIn(process.platform === 'darwin' ? path.resolve(distribution, '../..') : distribution),
  )
  return filesIn(app.folder).filter((name) => !bare.has(name) && !bare.has(nameInElectron(name)))
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

function nameInElectron(name: string): string {
  if (process.platform === 'darwin') return name.replaceAll('Hanzo Studio', 'Electron')
  const renamed: Record<string, string> = {
    'hanzo-studio': 'electron',
    'Hanzo Studio.exe': 'electron.exe',
    'LICENSE.electron.txt': 'LICENSE',
  }
  return renamed[name] ?? name
}

test('nothing is packed but what runs, and of each script what V8 compiles of it here', () => {
  const names = archived()
  const caches = names.filter((name) => name.endsWith('.cache'))
  const others = names.filter((name) => !caches.includes(name))
  expect(others.filter((name) => !FILES.some((expected) => expected.test(name)))).toEqual([])
  for (const expected of FILES) expect(others.some((name) => expected.test(name))).toBe(true)
  const scripts = others.filter((name) => name.endsWith('.js'))
  expect(caches.map((name) => `${CACHE.exec(name)?.[1]}.js`).toSorted()).toEqual(scripts.toSorted())
})

test('beside the archive lies what the installer brings, and nothing else that Electron does not', () => {
  const ofMac = (name: string) => /(^|\/)_CodeSignature\/|^Contents\/Resources\/icon\.icns$/.test(name)
  const names = added().filter((name) => process.platform !== 'darwin' || !ofMac(name))
  const [contents, resources] =
    process.platform === 'darwin' ? ['Contents/', 'Contents/Resources/'] : ['', 'resources/']
  expect(names.toSorted()).toEqual([
    `${contents}THIRD-PARTY-LICENSES.txt`,
    `${resources}app.asar`,
    `${resources}studio-monitor.json`,
  ])
  // Everybody who runs the app can read it.
  expect(statSync(path.join(app.resources, 'studio-monitor.json')).mode & 0o444).toBe(0o444)
})

test('the licences of what is bundled lie beside the app', () => {
  const beside = path.dirname(app.resources)
  const texts = readFileSync(path.join(beside, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  // docs/dependencies.md must list what is packaged.
  const listed = readFileSync(path.join(__dirname, '../../docs/dependencies.md'), 'utf8')
  const packages = [...listed.matchAll(/^\| (\S+) .* \d+ kB \|/gm)].map(([, name = '']) => name)
  // And the data that some of ours is made from.
  const names = [...packages, ...readdirSync(path.join(__dirname, '../../third-party'))]
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !new RegExp(`^${name}[ ,]`, 'm').test(texts))).toEqual([])
  const packed = [...texts.matchAll(/^-{100}\n([^\s,]+)/gm)].map(([, name = '']) => name)
  expect(packed.filter((name) => !names.includes(name))).toEqual([])
})

test('the monitor adds 7.5 MB at most to a bare packed app', () => {
  const bytes = added().reduce((sum, name) => sum + statSync(path.join(app.folder, name)).size, 0)
  expect(bytes).toBeLessThan(7.5 * MB)
})
