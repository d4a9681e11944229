// @ts-check
// A table in the documentation that follows from one in the code. Its script takes:
//   [FILE]            writes it between its markers, in that file instead of its own where one is given
//   --check [FILE]    fails when it is not up to date
//   --print           prints it
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/**
 * @typedef {object} GeneratedTable
 * @property {string} name what the markers say: `<!-- name -->` and `<!-- /name -->`
 * @property {string} file from the project's root
 * @property {string} script the command that brings it up to date, after `node `
 * @property {() => Promise<string>} markdown
 */

/** @param {GeneratedTable} table */
export async function generateTable({ name, file: given, script, markdown }) {
  const argv = process.argv.slice(2)
  const file = path.resolve(argv.find((argument) => !argument.startsWith('--')) ?? path.join(root, given))
  try {
    const table = await markdown()
    if (argv.includes('--print')) console.log(table)
    else await putBetween(file, name, table, argv.includes('--check') ? script : null)
  } catch (error) {
    console.error(`${name} table: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}

/**
 * Loads a module of TypeScript, bundled on the fly; it imports nothing but Node's own modules.
 * @param {string} entry from the project's root
 */
export async function loadTypeScript(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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

/** @param {string[][]} rows the first is the head */
export function markdownTable([head = [], ...rows]) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

/**
 * @param {string} file
 * @param {string} name of the markers
 * @param {string} table
 * @param {string | null} checkedBy what would write it, where it is only to be checked
 */
export async function putBetween(file, name, table, checkedBy) {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const old = await readFile(file, 'utf8').catch((error) => {
    throw new Error(`${file} cannot be read (${error.code})`)
  })
  const start = old.indexOf(opening)
  const end = old.indexOf(closing, start)
  if (start === -1 || end === -1) {
    throw new Error(`${file} has no lines ${opening} and ${closing}; the table goes between them`)
  }
  const fresh = `${old.slice(0, start)}${opening}\n${table}\n${old.slice(end)}`
  // A checkout on Windows may have other line endings.
  if (fresh.replaceAll('\r\n', '\n') === old.replaceAll('\r\n', '\n')) return
  if (checkedBy !== null) throw new Error(`${file} is out of date; node ${checkedBy} brings it up to date`)
  await writeFile(file, fresh)
}
