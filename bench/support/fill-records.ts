import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { incident } from '../../src/main/cli/testing/incident-sample'
import { encodeLine } from '../../src/main/records/jobs/journal-format'
import { failedEntry, failedJob, T0 } from '../../src/main/records/jobs/testing/samples'

/*
 * Fills a data folder as an app does that has failed very often: 10,000 jobs of 1.5 KB, 200 incidents with the
 * memory of five minutes, 5 MB of log.
 */
const JOBS = 10_000
const INCIDENTS = 200
const SAMPLES = 60
const LOG_LINES = 40_000
const HOUR_MS = 3_600_000
const STACK = `Error: out of memory\n${'    at render (/srv/studio/nodes/upscale.js:12:34)\n'.repeat(14)}`

const [dataFolder = ''] = process.argv.slice(2)
for (const name of ['journal', 'incidents', 'logs'])
  mkdirSync(path.join(dataFolder, name), { recursive: true })

const details = { stack: STACK, error: { name: 'Error', message: 'out of memory '.repeat(8) } }
const numbers = Array.from({ length: JOBS }, (_, n) => n)
const header = encodeLine({ type: 'segment', at: T0, schema: 1 })
writeFileSync(
  path.join(dataFolder, 'journal/00000001.jsonl'),
  header + numbers.map((n) => encodeLine(failedEntry(n, details))).join(''),
)
writeFileSync(
  path.join(dataFolder, 'failed-jobs.json'),
  JSON.stringify({ jobs: numbers.map((n) => failedJob(n, details)) }, undefined, '\t'),
)

for (let n = 0; n < INCIDENTS; n++) {
  const at = T0 + n * HOUR_MS
  const time = new Date(at).toISOString()
  const id = `${time.slice(0, 10).replaceAll('-', '')}-${time.slice(11, 19).replaceAll(':', '')}-${(0x1000 + n).toString(16)}`
  const one = incident({
    id,
    at: time,
    lastWords: Array.from({ length: 50 }, (_, line) => `row ${line} of 50`),
  })
  const [sample] = one.memory.samples
  const samples = Array.from({ length: SAMPLES }, (_, back) => ({
    ...sample,
    at: new Date(at - (SAMPLES - back) * 5_000).toISOString(),
  }))
  writeFileSync(
    path.join(dataFolder, `incidents/${id}.json`),
    JSON.stringify({ ...one, memory: { ...one.memory, samples } }),
  )
}

writeFileSync(
  path.join(dataFolder, 'logs/monitor.jsonl'),
  Array.from({ length: LOG_LINES }, (_, n) => {
    const time = new Date(T0 + n * 1_000).toISOString()
    return `${JSON.stringify({ time, level: 'info', message: `the backend is ready, line ${n}` })}\n`
  }).join(''),
)
