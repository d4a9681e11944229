// @ts-check
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pairedRow } from '../support/outcome.mjs'
import { bundleProgram, root } from '../support/typescript.mjs'

const MOST_MS = 250
const ROUNDS = { short: 3, long: 15 }
const BIN = path.join(root, 'bin/studio-monitor.mjs')

const COMMANDS = [
  ['status'],
  ['jobs'],
  ['jobs', 'last'],
  ['jobs', 'job-77'],
  ['incidents'],
  ['incidents', 'last'],
  ['logs'],
  ['completion', 'bash'],
]

/**
 * Measures how long a person waits for a command of the package's `bin`, on a folder of 10,000 failed jobs and 200 incidents, in
 * turns with a Node that does nothing.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function commands({ short }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-bench-commands-'))
  try {
    await fill(folder)
    /** @type {number[]} */
    const bare = []
    /** @type {number[][]} */
    const taken = COMMANDS.map(() => [])
    for (let round = 0; round < (short ? ROUNDS.short : ROUNDS.long); round++) {
      bare.push(timed(['-e', '0'], folder))
      for (const [index, words] of COMMANDS.entries())
        taken[index]?.push(timed([BIN, ...words, `--user-data-dir=${folder}`], folder))
    }
    return {
      baseline: 'node -e 0',
      measured: 'the command, 10,000 failed jobs and 200 incidents on record',
      rows: COMMANDS.map((words, index) => {
        const row = pairedRow(words.join(' '), 'ms', bare, taken[index] ?? [])
        /** @type {import('../support/outcome.mjs').Target['verdict']} */
        const verdict = row.measured.median <= MOST_MS ? 'met' : 'NOT met'
        return { ...row, target: { text: `<= ${MOST_MS} ms`, verdict } }
      }),
      notes: [],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder a user data folder, empty */
async function fill(folder) {
  const program = path.join(folder, 'fill.cjs')
  await bundleProgram('bench/support/fill-records.ts', program)
  run([program, path.join(folder, 'studio-monitor')], folder)
}

/** @param {readonly string[]} args @param {string} cwd @returns milliseconds */
function timed(args, cwd) {
  const from = performance.now()
  run(args, cwd)
  return performance.now() - from
}

/** @param {readonly string[]} args @param {string} cwd */
function run(args, cwd) {
  const { error, status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  // 1: Studio is not up, which is true.
  if (error || status === null || status > 1) throw error ?? new Error(`${args.join(' ')}: ${stderr}`)
}
