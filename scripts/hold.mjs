#!/usr/bin/env node
// @ts-check
// Runs a command with a part of this machine's processors, to see what a test takes for granted of its speed:
//   node scripts/hold.mjs 0.33 npx playwright test memory
// Linux, root. It is a control group's quota: the command has all processors for a third of each tenth of a second, and none
// for the rest. With cgroup v2 the tests that make a memory group of their own leave it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const PERIOD_US = 100_000
const V1 = '/sys/fs/cgroup/cpu'
const V2 = '/sys/fs/cgroup'
/** The attempts to remove a group, 100 ms apart: its last processes take a moment to go. */
const ATTEMPTS = 50

const [share = '', ...command] = process.argv.slice(2)
const [program] = command
if (!(Number(share) > 0 && Number(share) <= 1) || program === undefined) {
  process.stderr.write(
    `hold: ${share === '' ? 'there is no share' : `"${share}"`}: a share of the processors, above 0 and up to 1, and a command are wanted: node scripts/hold.mjs 0.33 npm test\n`,
  )
  process.exit(2)
}

/** @returns the group's folder */
function makeGroup() {
  const quota = Math.round(Number(share) * os.availableParallelism() * PERIOD_US)
  const isV1 = existsSync(path.join(V1, 'cpu.cfs_quota_us'))
  if (!isV1) writeFileSync(path.join(V2, 'cgroup.subtree_control'), '+cpu')
  const group = path.join(isV1 ? V1 : V2, `studio-hold-${process.pid}`)
  mkdirSync(group)
  if (isV1) {
    writeFileSync(path.join(group, 'cpu.cfs_period_us'), String(PERIOD_US))
    writeFileSync(path.join(group, 'cpu.cfs_quota_us'), String(quota))
  } else writeFileSync(path.join(group, 'cpu.max'), `${quota} ${PERIOD_US}`)
  return group
}

/** @param {string} group */
function removeGroup(group) {
  for (let attempt = 1; ; attempt++) {
    try {
      return rmdirSync(group)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
}

let group
try {
  group = makeGroup()
} catch (error) {
  process.stderr.write(
    `hold: the processor cannot be held here (${error instanceof Error ? error.message : error}): that takes Linux, root, and a control group with the cpu controller\n`,
  )
  process.exit(2)
}
const enter = ['-c', 'echo $$ > "$0" && exec "$@"', path.join(group, 'cgroup.procs'), ...command]
const { status, signal } = spawnSync('/bin/sh', enter, { stdio: 'inherit' })
removeGroup(group)
process.exitCode = status ?? 128 + (os.constants.signals[signal ?? 'SIGTERM'] ?? 0)
