// @ts-check
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The rooms, from the lowest level up: each may import itself and those on lower levels. Cycles between files are
 * Biome's to find.
 */
const LEVELS = [
  ['output', 'bundle', 'process', 'engine', 'timing'].map((room) => `src/common/${room}`),
  ['src/common/privacy', 'src/common/storage', 'src/page'],
  ['src/common/protocol'],
  ['src/common/tracing'],
  ['src/main/logging', 'src/main/settings'],
  ['src/main/memory', 'src/main/profiling'],
  ['src/main/startup'],
  ['src/main/backend'],
  ['src/main/records'],
  ['src/main/datadog'],
  ['src/main/monitoring'],
  ['src/main/cli'],
  ['src/main/app'],
  ['src/main', 'src/preload', 'src/bundlers'],
]

/** Another process's rooms: it runs ahead of the backend, and of main it knows what they say to each other. */
const APART = { room: 'src/preload', below: 'src/common/' }

/** The knowledge that some folders and files alone may have, by its sign in code without comments. */
const KNOWLEDGE = [
  {
    what: 'Electron',
    sign: /(?:\bfrom|\bimport\(?|\brequire\()\s*'electron'/,
    // Who is the app, forks the backend, hears its end or speaks with it; the doctor names Electron's version.
    places:
      /^src\/(main\/(standalone\.|app\/|startup\/|monitoring\/|backend\/(process|forked-process|exit-watch|child-output)\.|cli\/doctor\/machine\.)|preload\/process\/)/,
  },
  { what: '/proc', sign: /['"`]\/proc\b/, places: /^src\/(common\/process|main\/memory)\// },
  {
    what: "dd-trace's insides",
    sign: /'dd-trace[/:]|\b_(tracer|exporter|writer|encoder|config|trace|processor|prioritySampler|sendPayload)\b/,
    places: /^src\/common\/tracing\/dd-trace\//,
  },
]

const IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\s*\(\s*)'(\.[^']*)'/g
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm
const NOT_SHIPPED = /\.(test|test-support|test-cases|samples|series)\.ts$|\/testing\/|load-bench/

/** @param {string} file or folder, from the project's root */
function roomOf(file) {
  const rooms = LEVELS.flatMap((names, level) => names.map((name) => ({ name, level })))
  const around = rooms.filter(({ name }) => `${file}/`.startsWith(`${name}/`))
  return around.sort((a, b) => b.name.length - a.name.length)[0] ?? null
}

/** @param {string} file from the project's root @param {string} text what it holds @returns {string[]} */
export function faultsOf(file, text) {
  const code = text.replace(COMMENT, '')
  const known = KNOWLEDGE.filter(({ sign, places }) => sign.test(code) && !places.test(file))
  const room = roomOf(file)
  const imported = [...code.matchAll(IMPORT)].map(([, name = '']) => path.posix.join(file, '..', name))
  const upwards = imported.filter((target) => {
    const other = roomOf(target)
    if (!room || !other) return true
    if (other.name === room.name) return false
    return other.level >= room.level || (room.name === APART.room && !target.startsWith(APART.below))
  })
  return [
    ...(room ? [] : [`${file} is in no room of scripts/direction.mjs`]),
    ...known.map(({ what }) => `${file} must not know ${what}`),
    ...upwards.map((target) => `${file} must not import ${target}: it is against the direction`),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file.replaceAll(path.sep, '/')}`)
    .filter((file) => file.endsWith('.ts') && !NOT_SHIPPED.test(file))
  const faults = files.flatMap((file) => faultsOf(file, readFileSync(path.join(root, file), 'utf8')))
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
