import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { API_KEY, type Intake } from '../testing/intake/intake'
import type { IntakeSpan } from '../testing/intake/schema'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test, WAYS } from './support/app/intake'
import type { Studio } from './support/app/studio'

const isReport = ({ name, error }: IntakeSpan) =>
  name === 'studio.backend.incident' || (name === 'studio.job' && error === 1)
const reports = (intake: Intake) => intake.spans.filter(isReport)
const arrive = (intake: Intake, count: number) =>
  waitFor(() => reports(intake).length >= count, {
    what: () =>
      `${count} reports; there came ${reports(intake).map(({ resource }) => resource)}; ${intake.problems()}`,
    timeout: 45_000,
  })
const reported = (studio: Studio) =>
  [...studio.failedJobs(), ...studio.incidents()].map((record) => record.reported)
const unsent = (studio: Studio) => {
  try {
    return readdirSync(path.join(studio.dataFolder, 'unsent'))
  } catch {
    return []
  }
}
/** Tells whether a span of this job is among those on disk. */
const waitsOnDisk = (studio: Studio, jobId: string) =>
  unsent(studio).some((name) => {
    const file = path.join(studio.dataFolder, 'unsent', name)
    return name.endsWith('.gz') && gunzipSync(readFileSync(file)).includes(`"studio.job.id":"${jobId}"`)
  })
const messages = (studio: Studio, pattern: RegExp) =>
  studio.log().filter(({ message }) => pattern.test(message))

for (const [name, environment] of Object.entries(WAYS)) {
  test(`by ${name}, without an Agent: a failed job, a death and the spans of both processes arrive once`, async ({
    launch,
    intake,
  }) => {
    test.setTimeout(90_000)
    const studio = launch({ env: { ...environment(intake), STUDIO_LOGS: 'send' } })
    const puppet = await studio.puppet()
    await puppet.start('thrown')
    await puppet.fail('thrown')
    const [thrown] = await studio.failedJobsOf(1)
    // The job's own trace: the span that dd-trace made of it, and ids as the record has them.
    const own = await intake.waitForSpan(({ meta }) => meta['studio.job.id'] === 'thrown')
    expect(own.span_id).toBe(
      BigInt(thrown?.spanId ?? 0)
        .toString(16)
        .padStart(16, '0'),
    )
    expect(own.trace_id).toBe(thrown?.traceId?.slice(16))
    await intake.waitForSpan(({ meta }) => meta['studio.process'] === 'backend')
    await puppet.start('died', { name: 'portrait', kind: 'image' })
    process.kill(await studio.backendPid(), 'SIGKILL')
    const incident = await studio.incident()
    await arrive(intake, 3)
    const death = reports(intake).find(({ meta }) => meta['studio.incident.id'] === incident.id)
    expect(death).toMatchObject({ service: 'hanzo-studio-inference', meta: { env: 'production' } })
    await waitFor(() => reported(studio).length === 3 && reported(studio).every(Boolean), {
      what: () => `all to count as reported: ${reported(studio)}`,
    })
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expect(intake.problems()).toEqual([])
    const ids = intake.spans.map(({ trace_id, span_id }) => `${trace_id} ${span_id}`)
    expect(ids).toEqual([...new Set(ids)])
    expect(unsent(studio)).toEqual([])
    // The monitor's own lines, each once, in their order.
    const told = intake.logs.filter(({ ddtags }) => ddtags.includes('studio.process:main'))
    const logged = studio.log().filter(({ level }) => level !== 'debug')
    expect(told.map(({ message }) => message)).toEqual(
      logged.slice(0, told.length).map(({ message }) => message),
    )
    expect(told.some(({ message }) => /the backend died/.test(message))).toBe(true)
    expect(JSON.stringify(intake.logs)).not.toContain(API_KEY)
    expect(studio.output).not.toContain(API_KEY)
  })
}

test('an API key brings an OOM death with its profile and metrics, and stays in main', async ({
  launch,
  intake,
}) => {
  test.setTimeout(120_000)
  const studio = launch({ env: { ...WAYS['an API key'](intake), STUDIO_HEAP_LIMIT: '200MiB' } })
  const puppet = await studio.puppet()
  const pid = await studio.backendPid()
  if (process.platform === 'linux') {
    // Chromium writes over the process's own; what the backend starts has all of it.
    await puppet.fork()
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').at(-1)
    const environment = readFileSync(`/proc/${child}/environ`, 'utf8')
    expect(environment).toContain('DD_ENV=')
    expect(environment).not.toContain(API_KEY)
  }
  await puppet.start('big')
  await puppet.die('heap-out-of-memory').catch(() => {})
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'heap-out-of-memory', oom: true })
  await arrive(intake, 2)
  await waitFor(
    () => intake.profiles.some(({ event }) => String(event.tags_profiler).includes('snapshot:on_oom')),
    { what: () => `the profile of the death; ${intake.problems()}`, timeout: 20_000 },
  )
  const death = await waitFor(() => intake.metrics.find(({ name }) => name === 'studio.backend.deaths'), {
    what: () => `the count of deaths; there came ${intake.metrics.map(({ name }) => name)}`,
    timeout: 20_000,
  })
  expect(death).toMatchObject({ type: 'count', values: [1] })
  expect(death.tags).toEqual(
    expect.arrayContaining(['cause:heap-out-of-memory', 'env:production', 'service:hanzo-studio-inference']),
  )
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(intake.problems()).toEqual([])
  // Not unless it is asked for.
  expect(intake.logs).toEqual([])
  expect(new Set(intake.connects)).toEqual(
    new Set([
      'public-trace-http-intake.logs.datadoghq.com:443',
      'intake.profile.datadoghq.com:443',
      'api.datadoghq.com:443',
    ]),
  )
})

test('a wrong key stops the sending, is told once, and what can wait waits', async ({ launch, intake }) => {
  const env = { ...WAYS['an API key'](intake), DD_API_KEY: 'f'.repeat(32) }
  const studio = launch({ env })
  const puppet = await studio.puppet()
  await puppet.start('thrown')
  await puppet.fail('thrown')
  await studio.said(/Datadog \(datadoghq\.com\) does not know the API key: nothing is sent/)
  const asked = intake.requests.length
  await puppet.start('again')
  await puppet.fail('again')
  await studio.failedJobsOf(2)
  await puppet.work('third')
  await waitFor(() => waitsOnDisk(studio, 'third'), { what: () => `its span on disk: ${unsent(studio)}` })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  // A request under way with the first one may have come to the same.
  expect(intake.requests.length).toBeLessThanOrEqual(asked + 3)
  expect(messages(studio, /does not know the API key/)).toHaveLength(1)
  expect(reported(studio)).toEqual([false, false])

  const next = launch({ env: WAYS['an API key'](intake), dataFolder: studio.dataFolder })
  await arrive(intake, 2)
  await waitFor(() => unsent(next).length === 0, { what: () => `nothing on disk: ${unsent(next)}` })
  expect(await next.quit()).toEqual({ code: 0, signal: null })
  expect(intake.problems()).toEqual([])
})

test('what happens offline and behind a captive portal waits on disk through restarts, and arrives once', async ({
  launch,
  intake,
}) => {
  test.setTimeout(120_000)
  await intake.stop()
  const env = WAYS['a client token'](intake)
  const first = launch({ env })
  const puppet = await first.puppet()
  await puppet.work('offline')
  await waitFor(() => unsent(first).length > 0, { what: 'spans on disk' })
  first.kill('SIGKILL')
  await first.exited
  await first.gone()

  intake.setMode('page')
  await intake.start()
  const second = launch({ env, dataFolder: first.dataFolder })
  const portal = await second.puppet()
  await portal.work('portal')
  await second.said(/spans do not reach Datadog \(datadoghq\.eu\).*not from Datadog/)
  expect(intake.spans).toEqual([])
  intake.setMode('ok')
  const job = (id: string) =>
    intake.waitForSpan(({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === id, 45_000)
  const [early, late] = [await job('offline'), await job('portal')]
  // Oldest first.
  expect(intake.spans.indexOf(early as never)).toBeLessThan(intake.spans.indexOf(late as never))
  await second.said(/spans reach Datadog \(datadoghq\.eu\) again/)
  expect(await second.quit()).toEqual({ code: 0, signal: null })
  expect(unsent(second)).toEqual([])
  expect(intake.problems()).toEqual([])
  const ids = intake.spans.map(({ trace_id, span_id }) => `${trace_id} ${span_id}`)
  expect(ids).toEqual([...new Set(ids)])
})

test('429 is obeyed: nothing is asked before its Retry-After', async ({ launch, intake }) => {
  intake.setMode({ limited: 8 })
  const studio = launch({ env: WAYS['a proxy of the user'](intake) })
  const puppet = await studio.puppet()
  await puppet.start('thrown')
  await puppet.fail('thrown')
  await studio.said(/do not reach the intake proxy.*HTTP 429/)
  const [at, limited] = [performance.now(), intake.requests.length]
  intake.setMode('ok')
  await arrive(intake, 1)
  // Each of the deliveries had its own answer; the jitter of a wait never makes it shorter.
  expect(performance.now() - at).toBeGreaterThan(6_000)
  expect(limited).toBeLessThanOrEqual(2)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('certificates that nobody vouches for let nothing through', async ({ launch, intake }) => {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = WAYS['a client token'](intake)
  const studio = launch({ env })
  await (await studio.puppet()).work('one')
  await studio.said(/spans do not reach Datadog \(datadoghq\.eu\).*(certificate|self.signed)/)
  expect(intake.requests).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
