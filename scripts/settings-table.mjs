// @ts-check
// The README's table of settings, from the one table in the code.
//   node scripts/settings-table.mjs [README]            writes it between the markers
//   node scripts/settings-table.mjs --check [README]    fails when it is not up to date
//   node scripts/settings-table.mjs --print             prints it
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const OPENING = '<!-- settings -->'
const CLOSING = '<!-- /settings -->'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const argv = process.argv.slice(2)
const file = path.resolve(argv.find((argument) => !argument.startsWith('--')) ?? path.join(root, 'README.md'))

try {
  const table = markdownTable((await loadTable()).SETTINGS)
  if (argv.includes('--print')) console.log(table)
  else await putIntoReadme(table, argv.includes('--check'))
} catch (error) {
  console.error(`settings table: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

/**
 * The table's TypeScript, bundled on the fly; it imports nothing but Node's own modules.
 * @returns {Promise<typeof import('../src/main/settings/table')>}
 */
async function loadTable() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main/settings/table.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`
  )
}

/** @param {typeof import('../src/main/settings/table').SETTINGS} settings */
function markdownTable(settings) {
  const rows = Object.entries(settings).map(([name, { fallbackInWords, parser, meaning }]) =>
    row(`\`${name}\``, fallbackInWords, parser.accepted, meaning),
  )
  return [row('name', 'default', 'accepted', 'meaning'), row('---', '---', '---', '---'), ...rows].join('\n')
}

/** @param {string[]} cells */
function row(...cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/**
 * @param {string} table
 * @param {boolean} check
 */
async function putIntoReadme(table, check) {
  const old = await readFile(file, 'utf8').catch((error) => {
    throw new Error(`${file} cannot be read (${error.code})`)
  })
  const start = old.indexOf(OPENING)
  const end = old.indexOf(CLOSING, start)
  if (start === -1 || end === -1) {
    throw new Error(`${file} has no lines ${OPENING} and ${CLOSING}; the table goes between them`)
  }
  const fresh = `${old.slice(0, start)}${OPENING}\n${table}\n${old.slice(end)}`
  // A checkout on Windows may have other line ends.
  if (fresh.replaceAll('\r\n', '\n') === old.replaceAll('\r\n', '\n')) return
  if (check) throw new Error(`${file} is out of date; node scripts/settings-table.mjs brings it up to date`)
  await writeFile(file, fresh)
}
