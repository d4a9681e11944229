import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Agent } from '../testing/agent/agent'
import { waitFor } from '../testing/waiting/wait-for'
import { Engine, skipWithoutPython } from './support/app/engine'
import type { Studio, StudioOptions } from './support/app/studio'
import { expect, test } from './support/app/test'
import { embeddedIn, inMain, PUPPET } from './support/embedding-app'
import { installPackage } from './support/installed-app'

/** All that dd-trace may send by itself, and as often as it can. */
const TALKATIVE = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'true',
  DD_REMOTE_CONFIGURATION_ENABLED: 'true',
  DD_REMOTE_CONFIG_POLL_INTERVAL_SECONDS: '1',
  DD_TRACE_STATS_COMPUTATION_ENABLED: 'true',
  DD_RUNTIME_METRICS_FLUSH_INTERVAL: '500',
  DD_PROFILING_UPLOAD_PERIOD: '2',
  STUDIO_LOGS: 'send',
}

let app: string
test.beforeAll(() => {
  app = installPackage(path.join(__dirname, 'embedding-life-app'))
})
test.afterAll(() => rmSync(app, { recursive: true, force: true }))

function embedded(agent: Agent, consent: string | undefined, dataFolder?: string): StudioOptions {
  const options = { backend: { entry: PUPPET }, consent, settings: { STUDIO_HEAP_LIMIT: '128MiB' } }
  const env = { DD_TRACE_AGENT_URL: agent.url, ...TALKATIVE }
  return { ...embeddedIn(app, options, { env }), ...(dataFolder === undefined ? {} : { dataFolder }) }
}

const jobsSent = (agent: Agent) => agent.spans().flatMap(({ meta }) => meta['studio.job.id'] ?? [])
const incidentsSent = (agent: Agent) =>
  agent
    .spans()
    .flatMap(({ name, meta }) => (name === 'studio.backend.incident' ? meta['studio.incident.id'] : []))
const setConsent = (studio: Studio, consent: string) =>
  inMain(studio, `monitor.setConsent('${consent}'); return monitor.status().consent`)
const paths = (agent: Agent) => agent.requests().map(({ path: asked }) => asked)

/** One job fails, and one dies with the backend. */
async function fail(
  studio: Studio,
  name: string,
  start: number,
  how: 'heap-out-of-memory' | 'throw' = 'throw',
): Promise<void> {
  const puppet = await studio.puppet(start)
  await puppet.work(`${name}-done`)
  await puppet.start(`${name}-failed`)
  await puppet.fail(`${name}-failed`)
  await puppet.start(`${name}-died`)
  await puppet.die(how)
  await studio.backendPid(start + 1)
}

test('nothing leaves before consent is granted, then what has waited, once; what was denied never does', async ({
  launch,
  agent,
}) => {
  test.setTimeout(120_000)
  const studio = launch(embedded(agent, 'pending'))
  await fail(studio, 'pending', 1, 'heap-out-of-memory')
  const [pending] = studio.incidents()
  await inMain(studio, 'await monitor.flush()')
  expect(studio.failedJobs().map(({ jobId }) => jobId)).toEqual(['pending-failed', 'pending-died'])
  expect(paths(agent)).toEqual([])
  expect(studio.stderr).toContain("nothing is sent before setConsent('granted')")

  expect(await setConsent(studio, 'granted')).toBe('granted')
  const arrived = () => ['pending-failed', 'pending-died'].every((id) => jobsSent(agent).includes(id))
  await waitFor(() => arrived() && incidentsSent(agent).includes(pending?.id), {
    what: () => `what has waited; there came ${jobsSent(agent)}, ${incidentsSent(agent)}`,
    timeout: 30_000,
  })
  await agent.waitForProfile(() => true, { timeout: 30_000 })
  await agent.waitForMetric(({ name }) => name === 'studio.jobs.failed', { timeout: 30_000 })

  expect(await setConsent(studio, 'denied')).toBe('denied')
  await inMain(studio, 'await monitor.flush()')
  agent.clear()
  await fail(studio, 'denied', 2)
  await inMain(studio, 'await monitor.flush()')
  expect(studio.incidents()).toHaveLength(2)
  expect(paths(agent)).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(paths(agent)).toEqual([])

  const again = launch(embedded(agent, undefined, studio.dataFolder))
  await fail(again, 'later', 1)
  await waitFor(() => jobsSent(agent).includes('later-died') && incidentsSent(agent).length > 0, {
    what: () => `the jobs that failed later; there came ${jobsSent(agent)}`,
    timeout: 30_000,
  })
  expect(await again.quit()).toEqual({ code: 0, signal: null })
  expect(jobsSent(agent).filter((id) => !id.startsWith('later-'))).toEqual([])
  expect(incidentsSent(agent)).toEqual([again.incidents()[2]?.id])
  expect(again.failedJobs().map(({ reported }) => reported)).toEqual([true, true, false, false, true, true])
  const ids = agent.spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`)
  expect(ids).toEqual([...new Set(ids)])
})

test('STUDIO_SEND=false sends nothing, also from the doctor, and what it kept here stays', async ({
  launch,
  agent,
}) => {
  const env = { DD_TRACE_AGENT_URL: agent.url, ...TALKATIVE }
  const silent = launch({ env: { ...env, STUDIO_SEND: 'false' } })
  await fail(silent, 'silent', 1)
  const { dataFolder } = silent
  expect(await silent.quit()).toEqual({ code: 0, signal: null })
  const doctor = launch({ env: { ...env, STUDIO_SEND: 'false' }, dataFolder, args: ['doctor', '--json'] })
  await doctor.exited
  const { checks } = JSON.parse(doctor.stdout) as { checks: { check: string; summary: string }[] }
  expect(
    checks.filter(({ check }) => /^(agent|trace|metric|logs)$/.test(check)).map(({ summary }) => summary),
  ).toEqual(Array(4).fill('not checked: nothing is sent: STUDIO_SEND is false'))
  expect(paths(agent)).toEqual([])

  const again = launch({ env, dataFolder })
  const puppet = await again.puppet()
  await puppet.start('later-failed')
  await puppet.fail('later-failed')
  await agent.waitForSpan(({ meta }) => meta['studio.job.id'] === 'later-failed')
  expect(await again.quit()).toEqual({ code: 0, signal: null })
  expect(jobsSent(agent).filter((id) => id.startsWith('silent'))).toEqual([])
  expect(incidentsSent(agent)).toEqual([])
})

test('an engine is traced from the start that follows a yes, and restarted where a no follows', async ({
  launch,
  agent,
}) => {
  skipWithoutPython()
  test.setTimeout(120_000)
  // All of ddtrace that is looked for; the start-up code says that it ran.
  const site = test.info().outputPath('site')
  mkdirSync(path.join(site, 'ddtrace/bootstrap'), { recursive: true })
  writeFileSync(path.join(site, 'ddtrace/__init__.py'), '')
  writeFileSync(path.join(site, 'ddtrace/bootstrap/sitecustomize.py'), 'print("ddtrace began")\n')
  const engine = await Engine.create()
  const options = { consent: 'pending', engine: { command: engine.command(), env: { PYTHONPATH: site } } }
  const studio = launch(embeddedIn(app, options, { env: { DD_TRACE_AGENT_URL: agent.url } }))
  await studio.said(/its Python is not traced: nothing leaves this machine without consent/)
  await studio.backendPid(1)
  expect(await setConsent(studio, 'granted')).toBe('granted')
  expect(studio.output).not.toContain('ddtrace began')
  await inMain(studio, 'await monitor.restart(); await monitor.ready')
  await studio.said(/its Python is traced by ddtrace/)
  await studio.said(/ddtrace began/)
  expect(await setConsent(studio, 'denied')).toBe('denied')
  await studio.said(/the engine is restarted: its own tracer sends/)
  await studio.backendPid(3)
  expect(studio.output.match(/ddtrace began/g)).toHaveLength(1)
  expect(studio.incidents()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
