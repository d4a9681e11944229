#!/usr/bin/env node
// @ts-check
// `npm run bench -- [--short | --check] [--only NAME]...`: what the monitor costs, and how fast it is. See bench/README.md.
import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { argumentsOr, say as tell } from '../scripts/arguments.mjs'
import { bundle } from '../scripts/build.mjs'
import { resolveElectron } from '../scripts/electron/resolve.mjs'
import { acknowledgement } from './benchmarks/acknowledgement.mjs'
import { agentAway } from './benchmarks/agent-away.mjs'
import { commands } from './benchmarks/commands.mjs'
import { engineProbe } from './benchmarks/engine-probe.mjs'
import { intakeAway } from './benchmarks/intake-away.mjs'
import { packageSize } from './benchmarks/package-size.mjs'
import { pause } from './benchmarks/pause.mjs'
import { profilingOverhead } from './benchmarks/profiling-overhead.mjs'
import { recovery } from './benchmarks/recovery.mjs'
import { scrubbing } from './benchmarks/scrubbing.mjs'
import { start } from './benchmarks/start.mjs'
import { threadMemory } from './benchmarks/thread-memory.mjs'
import { tracingOverhead } from './benchmarks/tracing-overhead.mjs'
import { cleanUpAtEnd, endChildren } from './support/children.mjs'
import { table } from './support/table.mjs'
import { root } from './support/typescript.mjs'

const RESULTS = path.join(root, 'bench/results.json')

/** @type {Record<string, import('./support/outcome.mjs').Benchmark>} */
const BENCHMARKS = {
  start,
  'package-size': packageSize,
  commands,
  'tracing-overhead': tracingOverhead,
  'profiling-overhead': profilingOverhead,
  pause,
  'thread-memory': threadMemory,
  recovery,
  acknowledgement,
  'agent-away': agentAway,
  'intake-away': intakeAway,
  'engine-probe': engineProbe,
  scrubbing,
}

/** The benchmarks of `--check`: only targets that are missed by far make it fail. */
const CHECKED = ['start', 'package-size', 'scrubbing']

const USAGE = `Usage: npm run bench -- [--short | --check] [--only NAME]...; names: ${Object.keys(BENCHMARKS).join(', ')}`

function readArguments() {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean' },
      check: { type: 'boolean' },
      only: { type: 'string', multiple: true },
    },
  })
  const { short = false, check = false, only } = values
  const unknown = only?.find((name) => !Object.hasOwn(BENCHMARKS, name))
  if (unknown !== undefined) throw new Error(`There is no benchmark ${unknown}.`)
  return { short: short || check, check, names: only ?? (check ? CHECKED : Object.keys(BENCHMARKS)) }
}

const say = (/** @type {string} */ text) => process.stdout.write(`${text}\n`)
/** The number of processes that want to run, averaged over the last minute: above 1 there is other work. */
const load = () => os.loadavg()[0] ?? 0

const { short, check, names } = argumentsOr(USAGE, readArguments)

cleanUpAtEnd()
tell('bundling the app into dist/')
await bundle()
const electron = await resolveElectron({ projectFolder: root })
const machine = {
  cpu: `${os.availableParallelism()} x ${os.cpus()[0]?.model ?? 'unknown'}`,
  memoryBytes: os.totalmem(),
  os: `${os.type()} ${os.release()} ${os.arch()}`,
  loadBefore: load(),
}
say(electron.origin)
say(
  `${machine.cpu}; load before ${machine.loadBefore.toFixed(1)}; medians, ranges in brackets${short ? '; short, so coarse' : ''}`,
)

/** @type {Record<string, import('./support/outcome.mjs').Outcome & { seconds: number }>} */
const outcomes = {}
for (const [name, benchmark] of Object.entries(BENCHMARKS)) {
  if (!names.includes(name)) continue
  const from = performance.now()
  try {
    const outcome = await benchmark({ electron, short })
    outcomes[name] = { ...outcome, seconds: (performance.now() - from) / 1_000 }
    say(`\n${table(name, outcome)}`)
    for (const { what, target } of outcome.rows) {
      if (!check || !target?.far) continue
      process.exitCode = 1
      say(`${what} is far outside its target`)
    }
  } catch (error) {
    process.exitCode = 1
    say(`\n${name} has no result: ${error instanceof Error ? error.message : error}`)
    await endChildren()
  }
}
const results = {
  schema: 1,
  at: new Date().toISOString(),
  short,
  electron: electron.version,
  machine,
  outcomes,
}
await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
say(`\nwritten to ${path.relative(process.cwd(), RESULTS)}`)
