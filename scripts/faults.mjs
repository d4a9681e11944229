#!/usr/bin/env node
// @ts-check
// `npm run test:faults`: every fault on purpose, on the real app.
//   npm run test:faults -- [--long] [--write] [Playwright's own arguments]
//     --long     250 kills instead of 16, and the like
//     --write    updates docs/reliability.md with the figures of this run; the other faults keep theirs
//   node scripts/faults.mjs --check    whether docs/reliability.md shows the faults that are tried
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './build.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const playwright = path.join(root, 'node_modules/@playwright/test/cli.js')

const own = new Set(['--long', '--write', '--check'])
const has = (/** @type {string} */ name) => process.argv.includes(name)
const rest = process.argv.slice(2).filter((argument) => !own.has(argument))
// A run of some faults leaves the others their figures.
const document = has('--check') ? 'check' : has('--write') ? (rest.length > 0 ? 'renew' : 'write') : ''

if (!has('--check')) await bundle()
const { status } = spawnSync(
  process.execPath,
  [
    playwright,
    'test',
    '--config',
    'playwright.faults.config.ts',
    ...(has('--check') ? ['--list'] : []),
    ...rest,
  ],
  {
    cwd: root,
    stdio: has('--check') ? ['ignore', 'ignore', 'inherit'] : 'inherit',
    env: { ...process.env, STUDIO_FAULTS: has('--long') ? 'long' : '', STUDIO_FAULTS_DOCUMENT: document },
  },
)
process.exitCode = status ?? 1
