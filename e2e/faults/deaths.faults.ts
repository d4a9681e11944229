import { strict as assert } from 'node:assert'
import { writeFileSync } from 'node:fs'
import type { Incident } from '../../src/main/records/incidents/incident'
import { type Fault, fault, type Given } from './support/fault'
import { newMark } from './support/marks'
import { onSmallMachine } from './support/small-machine'
import type { WatchedStudio } from './support/watched-studio'

const group = 'Deaths of the backend, in every state of the supervisor'
const MACHINE_BYTES = 768 * 2 ** 20

interface Death {
  /** The name of this death in `dies.cjs`. */
  readonly how: string
  readonly cause: Incident['cause']
  /** The cause if it dies while its entry is loaded; the same without it. */
  readonly atLoad?: Incident['cause']
  /** True if it takes time: the entry has been loaded by then. */
  readonly late?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** True if the kernel kills it, on a machine that is too small. */
  readonly byKernel?: boolean
  /** The reason to leave it to the long form: another death is ended and told of in the same way. */
  readonly long?: readonly When[]
}

const DEATHS: readonly Death[] = [
  { how: 'heap-out-of-memory', cause: 'heap-out-of-memory', env: { STUDIO_HEAP_LIMIT: '64MiB' } },
  {
    how: 'memory-limit',
    cause: 'memory-limit',
    late: true,
    env: { STUDIO_MEMORY_LIMIT: '512MiB' },
    long: ['stopping'],
  },
  { how: 'kernel-oom-kill', cause: 'kernel-oom-kill', byKernel: true, long: ['starting', 'stopping'] },
  { how: 'killed', cause: 'killed', long: ['starting'] },
  { how: 'crash', cause: 'crash', long: ['starting', 'stopping'] },
  { how: 'error-exit', cause: 'error-exit', long: ['starting', 'stopping'] },
  { how: 'throws', cause: 'error-exit', atLoad: 'launch-failed' },
]
const UNRESPONSIVE: Death = {
  how: 'unresponsive',
  cause: 'unresponsive',
  env: { STUDIO_UNRESPONSIVE: 'restart' },
}
const FIRST: Death = { ...UNRESPONSIVE, how: 'unresponsive+error-exit' }
const SECOND: Death = { ...UNRESPONSIVE, how: 'error-exit+unresponsive', cause: 'error-exit' }
const LOOP: Death = { how: 'loop', cause: 'unresponsive' }
const JOB_ERROR: Death = { how: 'job-error', cause: 'job-error' }

type When = 'running' | 'starting' | 'stopping'
type Run = (app: WatchedStudio, dieNow: () => void) => Promise<string>

/** Runs `run` with an app whose backend will die in this way. */
function dying({ how, env, byKernel }: Death, when: When, start: Given['start'], run: Run) {
  const mark = newMark()
  const args = { STUDIO_BACKEND_ARGS: JSON.stringify([how, when, mark]) }
  const backend = 'faults/dies.cjs'
  const dieNow = () => writeFileSync(`${mark}.now`, '')
  return byKernel
    ? onSmallMachine(MACHINE_BYTES, ({ options }) =>
        run(start({ backend, ...options, env: { ...env, ...options.env, ...args } }), dieNow),
      )
    : run(start({ backend, env: { ...env, ...args } }), dieNow)
}

function death(kind: Death, when: When, row: Omit<Fault, 'group'>, run: Run): void {
  const isLong = kind.long?.includes(when) ?? false
  fault({ group, timeout: 150_000, isLong, ...row }, ({ start }) => dying(kind, when, start, run))
}

function expectCause({ cause, evidence }: Incident, wanted: Incident['cause']): void {
  // Without the kernel's counter a SIGKILL may have been due to a lack of memory.
  const unknown = evidence.some((line) => line.includes('could not be read'))
  const causes = wanted === 'killed' && unknown ? ['killed', 'kernel-oom-kill'] : [wanted]
  assert.ok(causes.includes(cause), `${cause}: ${evidence.join('; ')}`)
}

const whileRunning =
  ({ cause }: Death): Run =>
  async (app, dieNow) => {
    await app.studio.said(/lives for now/)
    await app.studio.backendPid()
    await app.settled()
    dieNow()
    const incident = await app.studio.incident()
    expectCause(incident, cause)
    assert.deepEqual(incident.jobIds.toSorted(), ['a', 'b', 'c'])
    await app.records(3)
    const figure = await app.holds({ backend: 2, lines: [new RegExp(`incident ${incident.id}`)] })
    await app.end()
    assert.equal(app.recorded().length, 3)
    return `3 of 3 records; ${figure}`
  }

const whileStarting =
  ({ cause, atLoad = cause, late = false }: Death, secondCause = atLoad): Run =>
  async (app) => {
    const first = await app.studio.incident()
    // Before its first death main had only begun to start.
    await app.settled()
    const second = await app.studio.incident(2)
    expectCause(first, atLoad)
    expectCause(second, secondCause)
    assert.equal(first.restart.delayMs, 0)
    const waitMs = second.restart.delayMs ?? 0
    assert.ok(waitMs > 500, `${waitMs} ms`)
    await app.studio.said(/\blives\b/)
    const figure = await app.holds({
      backend: late ? 3 : 1,
      lines: [first, second].map(({ id }) => new RegExp(`incident ${id}`)),
    })
    await app.end()
    assert.equal(app.studio.incidents().length, 2)
    return `back at once, then after ${(waitMs / 1_000).toFixed(1)} s; ${figure}`
  }

const RUNNING = {
  how: 'three jobs under way',
  holds: 'three records, one incident with its cause, then it runs again',
}
const STARTING = {
  how: 'as its entry is loaded, twice',
  holds:
    'started again at once, then its start is waited for, then it runs; an incident for each, with its cause',
}

for (const kind of DEATHS) {
  death(kind, 'running', { fault: `${kind.how}, while it runs`, ...RUNNING }, whileRunning(kind))
  const name = kind.atLoad ?? kind.how
  death(
    kind,
    'starting',
    { fault: `${name}, while it starts, and as the second in a row`, ...STARTING },
    whileStarting(kind),
  )
}

fault(
  {
    group,
    fault: 'unresponsive: while it runs; while it starts, and as the second in a row',
    how: 'three apps at one time, as each waits for twenty seconds; three jobs under way; as its entry is loaded, before and after another death',
    holds: `${RUNNING.holds}; ${STARTING.holds}`,
    timeout: 180_000,
  },
  async ({ start }) => {
    const figures = await Promise.all([
      dying(UNRESPONSIVE, 'running', start, whileRunning(UNRESPONSIVE)),
      dying(FIRST, 'starting', start, whileStarting(FIRST, 'error-exit')),
      dying(SECOND, 'starting', start, whileStarting(SECOND, 'unresponsive')),
    ])
    return figures.join('; ')
  },
)

for (const kind of [...DEATHS, LOOP])
  death(
    kind,
    'stopping',
    {
      fault: `${kind === LOOP ? 'an endless loop' : kind.how}, while it is asked to stop`,
      how: 'in answer to the request, three jobs under way',
      holds: `${kind === LOOP ? 'killed after 7 s; ' : ''}no incident, no job called lost, the app ends with 0`,
    },
    async (app) => {
      await app.studio.said(/lives for now/)
      await app.studio.backendPid()
      const at = performance.now()
      await app.end()
      assert.match(app.studio.stdout, /has been asked to stop/)
      assert.deepEqual([app.studio.incidents(), app.recorded()], [[], []])
      return `ended in ${((performance.now() - at) / 1_000).toFixed(1)} s`
    },
  )

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
    async (app, failNow) => {
      await app.studio.said(/\blives\b/)
      await app.studio.backendPid()
      await app.settled()
      failNow()
      const [record] = await app.records(1)
      assert.deepEqual([record?.jobId, record?.cause], ['failed', 'job-error'])
      const figure = await app.holds({ backend: 1 })
      await app.end()
      assert.deepEqual(app.recorded(), ['failed'])
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
    assert.deepEqual(
      (await app.records(1)).map(({ jobId, cause }) => [jobId, cause]),
      [['failed', 'job-error']],
    )
    assert.deepEqual(app.studio.incidents(), [])
    return '1 of 1 records'
  },
)
