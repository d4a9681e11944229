#!/usr/bin/env node
// @ts-check
// `npm run test:faults`: every fault on purpose, on the real app.
//   npm run test:faults -- [--long] [--write] [Playwright's own arguments]
//     --long     all of the matrix, 250 kills instead of 12, and the like; the short form leaves out what takes the way of
//                another fault through the app. `-g NAME` finds every fault
//     --write    renews docs/reliability.md with the figures of this run; where it is of some, the others keep theirs
//   node scripts/faults.mjs --check    whether docs/reliability.md shows the faults that are tried
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { argumentsOr, say } from './arguments.mjs'
import { bundle } from './build.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const playwright = path.join(root, 'node_modules/@playwright/test/cli.js')

argumentsOr(
  "Usage: npm run test:faults -- [--long] [--write] [-g NAME] [Playwright's own arguments]",
  () => {},
)

const own = new Set(['--long', '--write', '--check'])
const has = (/** @type {string} */ name) => process.argv.includes(name)
const rest = process.argv.slice(2).filter((argument) => !own.has(argument))
const isShort = !has('--long') && !has('--check') && rest.length === 0
// A part of them leaves the others the figures that they have.
const isPart = isShort || rest.length > 0
const document = has('--check') ? 'check' : has('--write') ? (isPart ? 'renew' : 'write') : ''

if (!has('--check')) {
  say('bundling the app into dist/')
  await bundle()
}
const { status } = spawnSync(
  process.execPath,
  [
    playwright,
    'test',
    '--config',
    'playwright.faults.config.ts',
    ...(has('--check') ? ['--list'] : []),
    ...(isShort ? ['--grep-invert', '@long'] : []),
    ...rest,
  ],
  {
    cwd: root,
    stdio: has('--check') ? ['ignore', 'ignore', 'inherit'] : 'inherit',
    env: { ...process.env, ...(has('--long') && { STUDIO_TESTS: 'long' }), STUDIO_FAULTS_DOCUMENT: document },
  },
)
process.exitCode = status ?? 1
