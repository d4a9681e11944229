#!/usr/bin/env node
// @ts-check
// `npm run test:nightly`: the long forms, one after the other, two hours or so. A step that fails does not keep the next
// ones from being tried; the exit code is 1 then.
//   npm run test:nightly -- [STEP ...]    some of: test, faults, fuzz, oom-series, soak
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { argumentsOr } from './arguments.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @type {Record<string, readonly string[]>} what npm runs */
const STEPS = {
  test: ['test'],
  faults: ['run', 'test:faults', '--', '--long'],
  fuzz: ['run', 'fuzz', '--', '--long'],
  'oom-series': ['run', 'oom-series', '--', '50'],
  // Reads memory from /proc.
  ...(process.platform === 'linux' && { soak: ['run', 'soak', '--', '--deaths', '100'] }),
}
const USAGE = `Usage: npm run test:nightly -- [STEP ...]; steps: ${Object.keys(STEPS).join(', ')}`

const asked = argumentsOr(USAGE, () => {
  const steps = process.argv.slice(2)
  const unknown = steps.find((name) => !Object.hasOwn(STEPS, name))
  if (unknown !== undefined) throw new Error(`There is no step ${unknown}.`)
  return steps
})

/** @param {string} line */
const say = (line) => process.stdout.write(`\n${new Date().toISOString().slice(11, 19)} ${line}\n`)

/** @type {string[]} */
const failed = []
for (const name of asked.length > 0 ? asked : Object.keys(STEPS)) {
  const args = STEPS[name] ?? []
  say(`npm ${args.join(' ')}`)
  // On Windows npm is a batch file, which only a shell runs; nothing here needs quoting.
  const child = spawn('npm', args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, STUDIO_TESTS: 'long' },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) failed.push(name)
}
say(failed.length === 0 ? 'all is well' : `failed: ${failed.join(', ')}`)
if (failed.length > 0) process.exitCode = 1
