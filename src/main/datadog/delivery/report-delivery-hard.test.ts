import { describe, expect, onTestFinished, test } from 'vitest'
import { startAgent } from '../../../../testing/agent/agent'
import { canMount, Tmpfs } from '../../../../testing/disk/tmpfs'
import { captureLog } from '../../../../testing/log/capture-log'
import { bundleProgram, startProgram, temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { incident } from '../../cli/testing/incident-sample'
import { IncidentStore } from '../../records/incidents/incident-store'
import { readIncidents } from '../../records/incidents/read-incidents'
import { JobRecords } from '../../records/jobs/job-records'
import { readJobs } from '../../records/jobs/read-only'
import { ended, started } from '../../records/jobs/testing/samples'
import { agentIntake } from '../intake/agent-intake'
import { IDENTITY } from '../spans/testing/identity'
import { ReportDelivery } from './report-delivery'

const JOBS = 60
const INCIDENTS = 20
const BATCH = 5
const T0 = Date.UTC(2026, 10, 23, 20, 13)

/**
 * Writes the records that an app without an Agent leaves: jobs a second apart, and incidents between them.
 */
function leaveRecords(dataFolder: string, jobCount: number, incidentCount: number): void {
  const { log } = captureLog()
  const openFile = () => ({ write() {} })
  const jobs = JobRecords.open({ dataFolder, keep: 1000, log, now: () => T0, openFile })
  const incidents = new IncidentStore({ dataFolder, log, now: Date.now })
  for (let n = 0; n < jobCount; n++) {
    const at = T0 + n * 1_000
    jobs.jobStarted(1, started(n, { startedAt: at, spanId: String(n + 1) }))
    jobs.jobEnded(1, ended(n, { endedAt: at, error: { name: 'Error', message: 'no' } }))
  }
  for (let n = 0; n < incidentCount; n++) {
    const at = new Date(T0 + n * 1_000 + 500).toISOString()
    const [date, time, ms] = at.replaceAll(/[-:Z]/g, '').split(/[T.]/)
    incidents.write(incident({ id: `${date}-${time}-${ms}0`, at }))
  }
  jobs.stop()
}

const program = `
  import { IncidentStore } from '../../records/incidents/incident-store'
  import { JobRecords } from '../../records/jobs/job-records'
  import { ReportDelivery } from './report-delivery'
  import { agentIntake } from '../intake/agent-intake'
  import { IDENTITY } from '../spans/testing/identity'
  const say = () => {}
  const log = { debug: say, info: say, warn: say, error: say }
  const [dataFolder = '', agentUrl = ''] = process.argv.slice(2)
  const now = Date.now
  const jobs = JobRecords.open({ dataFolder, keep: 1000, log, now, openFile: () => ({ write() {} }) })
  const incidents = new IncidentStore({ dataFolder, log, now: Date.now })
  const limits = { spans: ${BATCH}, bytes: 1e6 }
  const delivery = new ReportDelivery({ jobs, incidents, identity: IDENTITY, intake: agentIntake(agentUrl), log, now, random: Math.random, limits })
  delivery.wake()
  const waiting = () => incidents.unreported().length + jobs.list().filter(({ reported }) => !reported).length
  const look = setInterval(() => waiting() === 0 && clearInterval(look), 5)
`

test('an app killed again and again loses none, and sends none twice that was confirmed', {
  timeout: 120_000,
}, async () => {
  const agent = await startAgent({ mode: { slow: 3 } })
  onTestFinished(() => agent.stop())
  const dataFolder = temporaryFolder()
  leaveRecords(dataFolder, JOBS, INCIDENTS)
  const file = await bundleProgram(program, { from: __dirname })
  const keys = () => agent.spans().map(({ spanId }) => spanId)
  const run = () => startProgram(file, { args: [dataFolder, agent.url] })

  for (let n = 1; n <= 4; n++) {
    const { child, ended: over } = run()
    await waitFor(() => new Set(keys()).size >= n * 3 * BATCH, { what: 'some more spans', timeout: 30_000 })
    child.kill('SIGKILL')
    await over
  }
  expect((await run().ended).code).toBe(0)

  expect(new Set(keys()).size).toBe(JOBS + INCIDENTS)
  // Requests in flight at a kill are sent once more, and first.
  expect(keys().length - JOBS - INCIDENTS).toBeLessThanOrEqual(4 * BATCH)
  const onceEach = [...new Set(keys())]
  const times = onceEach.map((key) => agent.spans().find(({ spanId }) => spanId === key)?.startMs ?? 0)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

const mountable = await canMount()
const why = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`

describe.skipIf(!mountable.ok)(`a disk${why}`, { timeout: 60_000 }, () => {
  async function smallDisk(): Promise<Tmpfs> {
    const disk = await Tmpfs.mount(4 << 20)
    onTestFinished(() => disk.unmount())
    return disk
  }

  async function deliver(dataFolder: string) {
    const agent = await startAgent()
    onTestFinished(() => agent.stop())
    const { log, lines } = captureLog()
    const openFile = () => ({ write() {} })
    const jobs = JobRecords.open({ dataFolder, keep: 1000, log, now: () => T0, openFile })
    const incidents = new IncidentStore({ dataFolder, log, now: Date.now })
    const identity = IDENTITY
    const options = {
      jobs,
      incidents,
      identity,
      intake: agentIntake(agent.url),
      log,
      now: () => T0,
      random: () => 0.5,
    }
    const delivery = new ReportDelivery({ ...options, backoff: { firstMs: 10, lastMs: 20 } })
    onTestFinished(async () => {
      await delivery.stop(0)
      jobs.stop()
    })
    return { agent, jobs, incidents, delivery, lines }
  }

  test('that is full when they are confirmed: none is sent again in this run, and all are marked once it has room', async () => {
    const disk = await smallDisk()
    leaveRecords(disk.path, 5, 3)
    const { agent, jobs, incidents, delivery } = await deliver(disk.path)
    await disk.fill()
    delivery.wake()
    await waitFor(() => agent.spans().length === 8, { what: () => `8 spans; came ${agent.spans().length}` })
    for (let n = 0; n < 5; n++) delivery.wake()
    await delivery.stop(1_000)
    expect(agent.spans()).toHaveLength(8)
    await disk.free()
    incidents.retry()
    jobs.flush()
    const marked = () => [
      ...readJobs(disk.path).jobs.map(({ reported }) => reported),
      ...readIncidents(disk.path).incidents.map(({ reported }) => reported),
    ]
    expect(marked()).toEqual(Array(8).fill(true))
    const next = await deliver(disk.path)
    next.delivery.wake()
    await next.delivery.stop(1_000)
    expect(next.agent.requests('traces')).toEqual([])
  })
})
