import { strict as assert } from 'node:assert'
import type { StudioOptions } from '../support/app/studio'
import { type Fault, fault, type Given } from './support/fault'
import { newMark } from './support/marks'
import { onSmallMachine } from './support/small-machine'
import type { WatchedStudio } from './support/watched-studio'

const group = 'Deaths of the backend, in every state of the supervisor'
const MACHINE_BYTES = 768 * 2 ** 20

interface Death {
  /** What `dies.cjs` calls it. */
  readonly how: string
  readonly causes: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** On a machine that is too small for it. */
  readonly byKernel?: boolean
}

const DEATHS: readonly Death[] = [
  { how: 'heap-out-of-memory', causes: ['heap-out-of-memory'], env: { STUDIO_HEAP_LIMIT: '64MiB' } },
  { how: 'memory-limit', causes: ['memory-limit'], env: { STUDIO_MEMORY_LIMIT: '512MiB' } },
  { how: 'kernel-oom-kill', causes: ['kernel-oom-kill'], byKernel: true },
  // Where the kernel's counter cannot be read it may have been memory.
  { how: 'killed', causes: ['killed', 'kernel-oom-kill'] },
  { how: 'crash', causes: ['crash'] },
  { how: 'error-exit', causes: ['error-exit'] },
  { how: 'throws', causes: ['error-exit'] },
  { how: 'unresponsive', causes: ['unresponsive'], env: { STUDIO_UNRESPONSIVE: 'restart' } },
]

type When = 'running' | 'starting' | 'waiting' | 'stopping'

/** Deaths of one kind in one state: `run` gets the app as it starts. */
function death(
  { how, env, byKernel }: Death,
  when: When,
  row: Omit<Fault, 'group'>,
  run: (app: WatchedStudio) => Promise<string>,
): void {
  fault({ group, timeout: 150_000, ...row }, ({ start }: Given) => {
    const args = JSON.stringify([how, when, newMark()])
    const begin = (machine: Pick<StudioOptions, 'env' | 'wrap'> = {}) =>
      run(
        start({
          backend: 'faults/dies.cjs',
          ...machine,
          env: { ...env, ...machine.env, STUDIO_BACKEND_ARGS: args },
        }),
      )
    return byKernel ? onSmallMachine(MACHINE_BYTES, ({ options }) => begin(options)) : begin()
  })
}

for (const kind of DEATHS)
  death(
    kind,
    'running',
    {
      fault: `${kind.how}, while it runs`,
      how: 'three jobs under way',
      holds: 'three records, one incident with its cause, then it runs again',
    },
    async (app) => {
      await app.studio.said(/lives for now/)
      app.settled()
      const incident = await app.studio.incident()
      assert.ok(kind.causes.includes(incident.cause), incident.cause)
      assert.deepEqual(incident.jobIds.toSorted(), ['a', 'b', 'c'])
      await app.studio.failedJobsOf(3)
      const figure = await app.holds({ backend: 2, lines: [new RegExp(`incident ${incident.id}`)] })
      await app.end()
      app.expectOneEach()
      return `3 of 3 records; ${figure}`
    },
  )

// What the entry throws is a failed launch. What takes time dies after the load.
const atLoad = ({ how, causes }: Death) => (how === 'throws' ? ['launch-failed'] : causes)
const named = (kind: Death) => (kind.how === 'throws' ? 'launch-failed' : kind.how)
const starts = ({ how }: Death) => (how === 'memory-limit' ? 2 : 1)

for (const kind of DEATHS)
  death(
    kind,
    'starting',
    {
      fault: `${named(kind)}, while it starts`,
      how: 'as its entry is loaded',
      holds: 'one incident with its cause, then it runs',
    },
    async (app) => {
      const incident = await app.studio.incident()
      // Before its first death main had only begun to start.
      app.settled()
      assert.ok(atLoad(kind).includes(incident.cause), incident.cause)
      await app.studio.said(/\blives\b/)
      const figure = await app.holds({
        backend: starts(kind),
        lines: [new RegExp(`incident ${incident.id}`)],
      })
      await app.end()
      assert.equal(app.studio.incidents().length, 1)
      return `back at once; ${figure}`
    },
  )

for (const kind of DEATHS)
  death(
    kind,
    'waiting',
    {
      fault: `${named(kind)}, as the second in a row`,
      how: 'as its entry is loaded, again',
      holds: 'its start is waited for, then it runs; an incident for each, with its cause',
    },
    async (app) => {
      const first = await app.studio.incident()
      app.settled()
      const second = await app.studio.incident(2)
      assert.deepEqual([first.cause, first.restart.delayMs], ['error-exit', 0])
      assert.ok(atLoad(kind).includes(second.cause), second.cause)
      const waitMs = second.restart.delayMs ?? 0
      assert.ok(waitMs > 500, `${waitMs} ms`)
      await app.studio.said(/\blives\b/)
      const figure = await app.holds({
        backend: starts(kind),
        lines: [first, second].map(({ id }) => new RegExp(`incident ${id}`)),
      })
      await app.end()
      assert.equal(app.studio.incidents().length, 2)
      return `back after ${(waitMs / 1_000).toFixed(1)} s; ${figure}`
    },
  )

for (const kind of DEATHS)
  death(
    kind,
    'stopping',
    {
      fault: `${kind.how}, while it is asked to stop`,
      how: 'in answer to the request, three jobs under way',
      holds: 'no incident, no job called lost, the app ends with 0',
    },
    async (app) => {
      await app.studio.said(/lives for now/)
      await app.studio.backendPid()
      const at = performance.now()
      await app.end()
      assert.match(app.studio.stdout, /has been asked to stop/)
      assert.deepEqual([app.studio.incidents(), app.studio.failedJobs()], [[], []])
      return `ended in ${((performance.now() - at) / 1_000).toFixed(1)} s`
    },
  )

const JOB_ERROR: Death = { how: 'job-error', causes: [] }

for (const [when, how] of [
  ['running', 'while three others are under way'],
  ['starting', 'as its entry is loaded'],
] as const)
  death(
    JOB_ERROR,
    when,
    {
      fault: `job-error, while it ${when === 'running' ? 'runs' : 'starts'}`,
      how: `a job throws ${how}`,
      holds: 'one record, no incident, the backend goes on',
    },
    async (app) => {
      await app.studio.said(/\blives\b/)
      app.settled()
      const [record] = await app.studio.failedJobsOf(1)
      assert.deepEqual([record?.jobId, record?.cause], ['failed', 'job-error'])
      const figure = await app.holds({ backend: 1 })
      await app.end()
      assert.equal(app.expectRecords(), 1)
      assert.deepEqual(app.studio.incidents(), [])
      return `1 of 1 records; ${figure}`
    },
  )

death(
  JOB_ERROR,
  'stopping',
  {
    fault: 'job-error, while it is asked to stop',
    how: 'a job throws in answer to the request, three others are under way',
    holds: 'one record, those cut short are not called lost',
  },
  async (app) => {
    await app.studio.said(/lives for now/)
    await app.studio.backendPid()
    await app.end()
    assert.equal(app.expectRecords(), 1)
    assert.deepEqual(
      app.studio.failedJobs().map(({ jobId, cause }) => [jobId, cause]),
      [['failed', 'job-error']],
    )
    assert.deepEqual(app.studio.incidents(), [])
    return '1 of 1 records'
  },
)
