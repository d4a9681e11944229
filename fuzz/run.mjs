#!/usr/bin/env node
// @ts-check
// `npm run fuzz`: hostile input before every parser, 20,000 for each; 100,000 in the long form.
//   npm run fuzz -- [TARGET ...] [--long | --runs N] [--seed S]    S is told, and new each time, unless it is given
//   npm run fuzz -- TARGET --promise N --seed S --path P  the one input that a failure told of
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { argumentsOr, say } from '../scripts/arguments.mjs'
import { Hand } from './hand.mjs'

const SHORT_RUNS = '20000'
const LONG_RUNS = '100000'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const { values, positionals } = argumentsOr(
  'Usage: npm run fuzz -- [TARGET ...] [--long | --runs N] [--seed S] [--promise N --path P]',
  () =>
    parseArgs({
      allowPositionals: true,
      options: {
        long: { type: 'boolean', default: false },
        runs: { type: 'string' },
        seed: { type: 'string' },
        path: { type: 'string' },
        promise: { type: 'string' },
      },
    }),
)
say('bundling the parsers')
const options = {
  runs: wholeNumber('runs', values.runs ?? (values.long ? LONG_RUNS : SHORT_RUNS)),
  seed: values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed),
  ...(values.path !== undefined && { path: values.path }),
  ...(values.promise !== undefined && { only: wholeNumber('promise', values.promise) }),
}
process.chdir(root)
const folder = await mkdtemp(path.join(os.tmpdir(), 'studio-fuzz-'))
// The targets' files are deleted with it.
Object.assign(process.env, { TMPDIR: folder, TEMP: folder })
try {
  const file = await bundle(folder)
  const first = await Hand.hire(file)
  const unknown = positionals.find((name) => !first.targets.includes(name))
  if (unknown !== undefined) refuse(`no target ${unknown}: there are ${first.targets.join(', ')}`)
  process.stdout.write(`seed ${options.seed}, ${options.runs} inputs for each target\n`)
  const waiting = positionals.length > 0 ? positionals : [...first.targets]
  const more = Math.min(os.availableParallelism(), waiting.length) - 1
  const hands = [first, ...(await Promise.all(Array.from({ length: more }, () => Hand.hire(file))))]
  await Promise.all(hands.map((hand) => work(hand, file, waiting)))
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** @param {Hand} hand @param {string} file @param {string[]} waiting */
async function work(hand, file, waiting) {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const start = performance.now()
    const { failures, inputs } = await hand.fuzz(name, options)
    const seconds = ((performance.now() - start) / 1_000).toFixed(1)
    const verdict = failures.length === 0 ? 'good' : 'BROKEN'
    process.stdout.write(
      `${name.padEnd(16)} ${String(inputs).padStart(8)} inputs ${seconds.padStart(6)} s  ${verdict}\n`,
    )
    for (const failure of failures) tell(failure)
    if (hand.gone) hand = await Hand.hire(file)
  }
  hand.release()
}

/** @param {import('./support/target').Failure} failure */
function tell({ target, what, index, seed, path: at, input, error }) {
  process.exitCode = 1
  const again = `npm run fuzz -- ${target} --promise ${index} --seed ${seed}${at === null ? '' : ` --path ${at}`}`
  process.stdout.write(
    `  ${what}\n  ${error.replaceAll('\n', '\n  ')}\n  input: ${input}\n  again: ${again}\n`,
  )
}

/** @param {string} folder */
async function bundle(folder) {
  const outfile = path.join(folder, 'fuzz.cjs')
  await build({
    absWorkingDir: root,
    entryPoints: ['fuzz/worker.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['dd-trace', 'dd-trace/*'],
    logLevel: 'error',
  })
  return outfile
}

/** @param {string} name @param {string} text */
function wholeNumber(name, text) {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) refuse(`--${name} is ${JSON.stringify(text)}; accepted: a whole number`)
  return value
}

/** @param {string} line @returns {never} */
function refuse(line) {
  process.stderr.write(`fuzz: ${line}\n`)
  process.exit(2)
}
