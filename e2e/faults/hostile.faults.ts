import { strict as assert } from 'node:assert'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { readJobs } from '../../src/main/records/jobs/read-only'
import { times } from '../../testing/form/form'
import { waitFor } from '../../testing/waiting/wait-for'
import { newFolder } from './support/data-folder'
import { type Fault, fault } from './support/fault'
import { newMark } from './support/marks'
import type { WatchedStudio } from './support/watched-studio'

const group = 'A hostile backend'
const MIB = 2 ** 20
/** Most bytes of logs: five files of 5 MiB for each of two logs, and a line more. */
const LOGS_BYTES = 51 * MIB
/** The lines of a flood, 1 KB each. */
const FLOOD_LINES = 102_400
/** `STUDIO_JOBS_KEEP` at its most. */
const MOST = 10_000

interface Hostility extends Pick<Fault, 'fault' | 'how' | 'holds'> {
  readonly what: string
  readonly lines?: readonly RegExp[]
  /** The number of jobs that it leaves open. */
  readonly jobs?: number
  /** The count, if the fault takes one. */
  readonly count?: number
  readonly sameIds?: boolean
  /** Nobody reads the app's own output meanwhile. */
  readonly held?: boolean
  readonly check?: (app: WatchedStudio) => string | Promise<string>
}

const logsBytes = (app: WatchedStudio) => {
  const folder = path.join(app.studio.dataFolder, 'logs')
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
  assert.ok(bytes <= LOGS_BYTES, `${bytes} bytes of logs`)
  return `${Math.round(bytes / MIB)} MiB of logs`
}

const droppedLines = async (app: WatchedStudio) => {
  const missing = /studio-monitor: (\d+) lines are missing here/
  assert.doesNotMatch(app.studio.stdout, missing)
  app.studio.readOutput()
  const [, lines] = await app.studio.said(missing)
  const shown = app.studio.stdout.match(/^x{1023}$/gm)?.length ?? 0
  assert.equal(Number(lines) + shown, FLOOD_LINES)
  return `${lines} of ${FLOOD_LINES} lines dropped; ${logsBytes(app)}`
}

/** The longest id that is kept. */
const LONG = 'x'.repeat(200)
/**
 * Hostile jobs that must have a record: contexts that can show their end, and have not; any thrown value is
 * an error.
 */
const HOSTILE_JOBS = [
  '__proto__',
  'changing-0',
  'frozen',
  'huge',
  'numbers',
  ...Array(7).fill('thrower'),
  'throwing',
  LONG,
]

const hostileRecords = (app: WatchedStudio) => {
  assert.deepEqual(app.recorded().toSorted(), HOSTILE_JOBS.toSorted())
  return 'the right ones'
}

const ALL: readonly Hostility[] = [
  {
    what: 'floods its output',
    fault: '100 MB of log',
    how: '100,000 lines of 1 KB, as fast as they are taken',
    holds: 'the logs stay within their bounds',
    check: logsBytes,
  },
  {
    what: 'floods its output',
    fault: '100 MB of log, and nobody reads what the app writes',
    how: 'its stdout is a pipe that is held; later it is read again',
    holds:
      'what waits for the reader is bounded; the lines that are dropped there are counted and told of; the log has them',
    held: true,
    lines: [/stdout is written faster than it is read/],
    check: droppedLines,
  },
  {
    what: 'writes one line without an end',
    fault: 'a line of 100 MB',
    how: 'in pieces of 1 MB',
    holds: 'the logs stay within their bounds',
    check: logsBytes,
  },
  {
    what: 'sends messages',
    fault: 'malformed messages without a pause',
    how: 'a million (the short form: 200,000) on its own port; some look like the monitor’s',
    count: times(200_000, 1_000_000),
    holds: 'none is taken for one of the monitor’s',
  },
  {
    what: 'starts and ends jobs without a pause',
    fault: '20,000 jobs in seconds',
    how: 'each ends at once',
    holds: 'no job is left open, none failed',
    jobs: 0,
  },
  {
    what: 'publishes hostile contexts',
    fault: 'contexts and errors that are cyclic, huge, throw when they are read',
    how: 'thirteen kinds of contexts, seven of errors, events out of order',
    holds: 'one warning; what can be read is recorded, bounded',
    lines: [/a studio\.job context was ignored/],
    check: hostileRecords,
    sameIds: true,
  },
  {
    what: 'has ten thousand jobs open',
    fault: '10,000 jobs open at a death',
    how: 'SIGKILL',
    holds: '10,000 records, before it runs again',
    jobs: MOST,
  },
]

for (const { what, lines = [], jobs, count = 0, sameIds, held, check, ...row } of ALL) {
  fault({ group, timeout: 180_000, ...row }, async ({ start }) => {
    const mark = newMark()
    const app = start({
      backend: 'faults/hostile.cjs',
      // This fills the records that are kept: an earlier one would be evicted.
      ...(jobs === MOST && { dataFolder: newFolder() }),
      env: {
        STUDIO_BACKEND_ARGS: JSON.stringify([what, mark, String(count)]),
        STUDIO_JOBS_KEEP: String(MOST),
      },
    })
    if (held) app.studio.holdOutput()
    const pid = await app.studio.backendPid()
    await app.settled()
    await waitFor(() => existsSync(`${mark}.done`), { what: 'the backend to have done it', timeout: 90_000 })
    process.kill(pid, 'SIGKILL')
    const killedAt = performance.now()
    await app.studio.backendPid(2)
    const seconds = ((performance.now() - killedAt) / 1_000).toFixed(1)
    const records = () => app.recorded().length
    if (jobs !== undefined)
      await waitFor(() => records() === jobs, { what: () => `${jobs} records, there are ${records()}` })
    const figure = await app.holds({ backend: 2, lines })
    const checked = check ? `; ${await check(app)}` : ''
    await app.end({ sameIds: sameIds ?? false })
    const { open } = readJobs(app.studio.dataFolder)
    assert.deepEqual(open, [])
    return `${records()} records; back ${seconds} s after its death; ${figure}${checked}`
  })
}
