import { writeSync } from 'node:fs'
import { openElectronStore } from '../electron-store'
import { JobRecords } from '../job-records'
import { ended, OOM, started } from './samples'

/**
 * Writes records for ever and prints each when it was acknowledged: made to be killed. Arguments: data
 * folder, name of the run.
 */
const [, , dataFolder = '', run = ''] = process.argv
const log = { debug() {}, info() {}, warn() {}, error() {} }
let n = 0
const records = JobRecords.open({
  dataFolder,
  keep: 10_000,
  log,
  now: Date.now,
  openFile: openElectronStore,
  newId: () => `${run}-${n++}`,
})
say(records.recovered.map(({ id, jobId }) => `recovered ${id} ${jobId}`))

for (let key = 0; ; key += 3) {
  const generation = key
  for (const job of [key, key + 1, key + 2])
    records.jobStarted(generation, started(job, { id: `${run}-job-${job}` }))
  records.jobEnded(generation, ended(key))
  const lost = records.backendDied(generation, { ...OOM, at: Date.now() })
  if (records.durable) say(lost.map(({ id, jobId }) => `acknowledged ${id} ${jobId}`))
  records.flush()
}

/** Prints synchronously: what was printed has left the process when it is killed. */
function say(lines: readonly string[]): void {
  for (const line of lines) writeSync(1, `${line}\n`)
}
