// @ts-check
import os from 'node:os'
import path from 'node:path'
import { Host } from '../support/host.mjs'
import { pairedRow } from '../support/outcome.mjs'
import { bundleProgram } from '../support/typescript.mjs'

/** Numbers of records, and of additions to them: the more there are, the longer `failed-jobs.json` takes. */
const FULL = [
  { kept: 10, times: 40 },
  { kept: 1_000, times: 20 },
  { kept: 10_000, times: 8 },
]
const SHORT = FULL.map(({ kept }) => ({ kept, times: 3 }))

/**
 * Measures the time from the death of a backend to its job on record: the journal's line on disk, against
 * electron-store's file alone.
 * @type {import('../support/outcome.mjs').Benchmark}
 */
export async function acknowledgement({ electron, short }) {
  const rows = await Host.with(electron, (host) => addOneByOne(host, short ? SHORT : FULL))
  return {
    baseline: 'electron-store alone',
    measured: 'acknowledged by the journal',
    rows,
    notes: [`on the disk of ${os.tmpdir()}`],
  }
}

/** @param {Host} host @param {typeof FULL} plan */
async function addOneByOne(host, plan) {
  const program = path.join(host.folder, 'records.cjs')
  await bundleProgram('bench/backends/records.mjs', program)
  const backend = host.bare(program)
  await backend.ready
  const rows = []
  for (const { kept, times } of plan) {
    await backend.ask({ type: 'lay', folder: host.folder, count: kept })
    const answers = []
    for (let time = 0; time < times; time++) answers.push(await backend.ask({ type: 'once' }))
    if (answers.some(({ durable }) => !durable)) throw new Error('a record was not on disk')
    rows.push(
      pairedRow(
        `one more failed job, ${kept.toLocaleString('en')} records kept`,
        'ms',
        answers.map(({ aloneMs }) => aloneMs),
        answers.map(({ acknowledgedMs }) => acknowledgedMs),
      ),
    )
  }
  return rows
}
