import { API_KEY, CLIENT_TOKEN } from '../testing/intake/intake'
import { expect, test, WAYS } from './support/app/intake'

interface Finding {
  readonly check: string
  readonly state: string
  readonly summary: string
  readonly details: readonly string[]
  readonly next: string | null
}
type Launch = Parameters<Parameters<typeof test>[2]>[0]['launch']

async function ask(launch: Launch, env: Record<string, string>) {
  const studio = launch({ args: ['doctor', '--json'], env })
  const { code } = await studio.exited
  const { checks } = JSON.parse(studio.stdout) as { checks: Finding[] }
  const finding = (name: string) => checks.find(({ check }) => check === name) as Finding
  return { code, finding, checks, output: studio.output }
}

test('by an API key: the way, its proxy, and a span and a metric end to end', async ({ launch, intake }) => {
  const { code, finding, output } = await ask(launch, { ...WAYS['an API key'](intake), STUDIO_LOGS: 'send' })
  expect(finding('intake')).toMatchObject({
    state: 'ok',
    summary: 'to Datadog (datadoghq.com) by API key, without an Agent',
    details: ['spans go to public-trace-http-intake.logs.datadoghq.com', 'HTTPS_PROXY: used'],
  })
  expect(finding('trace')).toMatchObject({
    state: 'ok',
    summary: expect.stringContaining('Datadog (datadoghq.com) took a span, trace id'),
  })
  expect(finding('metric').summary).toBe('Datadog (datadoghq.com) took a metric')
  expect(finding('logs').summary).toBe('Datadog (datadoghq.com) took a line of the log')
  expect(finding('clock')).toMatchObject({
    state: 'ok',
    summary: expect.stringMatching(/^agrees with Datadog's to \d s$/),
  })
  expect(finding('agent')).toBeUndefined()
  expect(code).toBe(0)
  expect(intake.spans.map(({ name }) => name)).toEqual(['studio.doctor'])
  expect(intake.metrics.map(({ name, values }) => [name, values])).toEqual([['studio.backend.silences', [0]]])
  expect(intake.problems()).toEqual([])
  expect(output).not.toContain(API_KEY)
})

test('by a client token: metrics and logs are said not to be sent', async ({ launch, intake }) => {
  const { code, finding, output } = await ask(launch, WAYS['a client token'](intake))
  expect([finding('trace').state, finding('metric').summary, finding('logs').summary]).toEqual([
    'ok',
    'metrics are not sent: they need an Agent or an API key',
    'logs stay on this machine (STUDIO_LOGS=local)',
  ])
  expect(code).toBe(0)
  expect(output).not.toContain(CLIENT_TOKEN)
})

test('a key that Datadog does not know is a problem, with what to check', async ({ launch, intake }) => {
  const key = 'e'.repeat(32)
  const { code, finding, output } = await ask(launch, { ...WAYS['an API key'](intake), DD_API_KEY: key })
  expect(finding('trace')).toMatchObject({
    state: 'problem',
    summary: 'Datadog (datadoghq.com) did not take a span: HTTP 403',
    next: expect.stringMatching(/^check DD_API_KEY .* wait on disk$/),
  })
  expect(code).toBe(1)
  expect(output).not.toContain(key)
})

test("a clock that is a day off is a problem, which Datadog's answers show", async ({ launch, intake }) => {
  intake.setClockAhead(24 * 60 * 60 * 1_000)
  const { code, finding } = await ask(launch, WAYS['a client token'](intake))
  expect(finding('clock')).toMatchObject({
    state: 'problem',
    summary: expect.stringMatching(/^this machine's clock is .+ behind Datadog's/),
  })
  expect(code).toBe(1)
})

test('nobody at the proxy is a problem, with what to look at', async ({ launch, intake }) => {
  await intake.stop()
  const { code, finding } = await ask(launch, WAYS['a client token'](intake))
  expect(finding('trace')).toMatchObject({
    state: 'problem',
    summary: expect.stringContaining('ECONNREFUSED'),
    next: expect.stringContaining('HTTPS_PROXY'),
  })
  expect(code).toBe(1)
})
