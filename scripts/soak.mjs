#!/usr/bin/env node
// @ts-check
// `npm run soak`: out-of-memory deaths of the real app's backend in a loop, with jobs in flight. Linux.
//   npm run soak -- [--minutes N] [--deaths N] [--patient] [--write]
//     --minutes  at most; without --deaths as many as fit
//     --deaths   at most (100 without --minutes); fewer than 45 are too few to say whether main grows
//     --patient  wait as long as the app does before each start: 100 deaths take the better part of an hour
//     --write    updates docs/reliability.md with the figures of this run
// Ctrl-C ends it after the death that is under way, with the figures so far.
import { execFileSync } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { argumentsOr, say } from './arguments.mjs'
import { bundle } from './build.mjs'
import { loadTypeScript } from './bundle/load-typescript.mjs'
import { markdownTable, putBetween } from './generated-table.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const DOCUMENT = path.join(root, 'docs/reliability.md')
const COMPLAINTS_SHOWN = 20

const { values } = argumentsOr(
  'Usage: npm run soak -- [--minutes N] [--deaths N] [--patient] [--write]',
  () =>
    parseArgs({
      options: {
        minutes: { type: 'string' },
        deaths: { type: 'string' },
        patient: { type: 'boolean' },
        write: { type: 'boolean', default: false },
      },
    }),
)
const minutes = values.minutes === undefined ? Infinity : number('minutes', values.minutes)
const deaths =
  values.deaths === undefined ? (minutes === Infinity ? 100 : Infinity) : number('deaths', values.deaths)
if (process.platform !== 'linux') refuse('it looks at the processes in /proc, which only Linux has')

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
process.once('SIGTERM', () => interrupted.abort())

say('bundling the app into dist/')
await bundle()
const { soak, growths, isGood, rows, summary } = /** @type {typeof import('../e2e/soak/index')} */ (
  await loadTypeScript('e2e/soak/index.ts')
)
const result = await soak({
  minutes,
  deaths,
  patient: values.patient ?? false,
  interrupted: interrupted.signal,
  onProgress: (line) => process.stdout.write(`${line}\n`),
})

const table = rows(result)
process.stdout.write(`\n${summary(result)}\n\n${inColumns(table)}\n`)
for (const complaint of result.complaints.slice(0, COMPLAINTS_SHOWN)) process.stdout.write(`  ${complaint}\n`)
if (result.dataFolder !== null) process.stdout.write(`The data folder is kept: ${result.dataFolder}\n`)
if (!isGood(result)) process.exitCode = 1
if (values.write) await write()

async function write() {
  if (!isGood(result) || growths(result).some(({ perDeath }) => perDeath === null)) {
    process.stdout.write('docs/reliability.md is left as it is.\n')
    return
  }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const machine = `${os.type()} ${os.arch()}, ${os.availableParallelism()} processors`
  const about = `Last run: ${new Date().toISOString().slice(0, 10)}, after commit ${commit}, ${machine}.`
  await putBetween(DOCUMENT, 'soak', `${about} ${summary(result)}\n\n${markdownTable(table)}`, null)
}

/** @param {string[][]} table */
function inColumns(table) {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** @param {string} name @param {string} text */
function number(name, text) {
  const value = Number(text)
  if (!(value > 0)) refuse(`--${name} is ${JSON.stringify(text)}; accepted: a number above 0`)
  return value
}

/** @param {string} line @returns {never} */
function refuse(line) {
  process.stderr.write(`soak: ${line}\n`)
  process.exit(2)
}
