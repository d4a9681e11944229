#!/usr/bin/env node
// @ts-check
// docs/dependencies.md, from what the bundler puts into the bundles and from the lock file.
//   node scripts/dependencies.mjs            brings it up to date
//   node scripts/dependencies.mjs --check    fails when it is not, and when the lock file holds what nobody has looked at
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './build.mjs'
import { lockFileProblems } from './dependencies/lock-file.mjs'
import { INSTALL_SCRIPTS, REASONS } from './dependencies/reasons.mjs'
import { shippedPackages } from './dependencies/shipped.mjs'
import { scriptRows, shippedRows } from './dependencies/tables.mjs'
import { generateTable, markdownTable } from './generated-table.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const FILE = 'docs/dependencies.md'
const script = 'scripts/dependencies.mjs'

const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'))
for (const problem of lockFileProblems(lock, INSTALL_SCRIPTS)) {
  process.stderr.write(`package-lock.json: ${problem}\n`)
  process.exitCode = 1
}
await generateTable({ name: 'shipped', file: FILE, script, markdown: shippedTable })
await generateTable({
  name: 'install-scripts',
  file: FILE,
  script,
  markdown: async () => markdownTable(scriptRows(INSTALL_SCRIPTS)),
})

async function shippedTable() {
  // Not into `dist/`: an app may run from it.
  const dist = await mkdtemp(path.join(os.tmpdir(), 'studio-dependencies-'))
  try {
    const shipped = await shippedPackages(root, await bundle(dist))
    return markdownTable(shippedRows(shipped, REASONS, await readFile(path.join(root, FILE), 'utf8')))
  } finally {
    await rm(dist, { recursive: true, force: true })
  }
}
