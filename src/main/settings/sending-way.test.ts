import { describe, expect, test } from 'vitest'
import { type Given, useBench } from './load-bench'
import { describeWay, sendingWay } from './sending-way'

const bench = useBench()
const load = (given: Given = {}) => bench().load(given)

const KEY = '0123456789abcdef0123456789abcdef'
const TOKEN = `pub${KEY}`
const PROXY = 'https://intake.example.org/dd'
const AGENTLESS = { DD_AGENTLESS_ENABLED: 'true' }

describe('the way', () => {
  test.each<[Record<string, string>, object, string]>([
    [{}, { kind: 'agent', url: 'http://localhost:8126' }, 'Agent at http://localhost:8126'],
    [
      { ...AGENTLESS, DD_API_KEY: KEY, DD_SITE: 'datadoghq.eu' },
      { kind: 'api-key', key: KEY, site: 'datadoghq.eu' },
      'to Datadog (datadoghq.eu) by API key, without an Agent',
    ],
    [
      { DD_CLIENT_TOKEN: TOKEN },
      { kind: 'client-token', token: TOKEN, site: 'datadoghq.com' },
      'to Datadog (datadoghq.com) by client token, without an Agent',
    ],
    [
      { ...AGENTLESS, DD_CLIENT_TOKEN: TOKEN },
      { kind: 'client-token', token: TOKEN, site: 'datadoghq.com' },
      'to Datadog (datadoghq.com) by client token, without an Agent',
    ],
    [
      { DD_INTAKE_PROXY: PROXY },
      { kind: 'proxy', url: PROXY, token: null },
      'to Datadog through the intake proxy at intake.example.org, without an Agent',
    ],
    [
      { DD_INTAKE_PROXY: `${PROXY}?secret=sesame`, DD_CLIENT_TOKEN: TOKEN },
      { kind: 'proxy', url: `${PROXY}?secret=sesame`, token: TOKEN },
      'to Datadog through the intake proxy at intake.example.org, without an Agent',
    ],
  ])('%j', (environment, way, words) => {
    const { settings, problems } = load({ environment })
    expect(sendingWay(settings)).toEqual(way)
    expect(describeWay(sendingWay(settings))).toBe(words)
    expect(problems).toEqual([])
  })

  test.each([
    { DD_AGENT_HOST: 'p'.repeat(300_000) },
    { DD_TRACE_AGENT_URL: `http://${'p'.repeat(300_000)}` },
    { DD_CLIENT_TOKEN: TOKEN, DD_SITE: `${'p.'.repeat(100_000)}eu` },
    { DD_INTAKE_PROXY: `https://${'p'.repeat(300_000)}` },
  ])('an address of any length costs one short line', (environment) => {
    const { settings, problems } = load({ environment: { ...environment, DD_API_KEY: KEY } })
    for (const line of [describeWay(sendingWay(settings)), ...problems]) expect(line.length).toBeLessThan(500)
  })

  test.each<[Record<string, string>, RegExp]>([
    [
      { DD_API_KEY: KEY },
      /^settings: DD_API_KEY alone sends nothing: DD_AGENTLESS_ENABLED=true .*; used: Agent at/,
    ],
    [AGENTLESS, /neither DD_API_KEY nor DD_CLIENT_TOKEN; used: Agent at/],
    [
      { ...AGENTLESS, DD_API_KEY: KEY, DD_CLIENT_TOKEN: TOKEN },
      /DD_API_KEY and DD_CLIENT_TOKEN are set; used: .*by API key/,
    ],
    [
      { DD_INTAKE_PROXY: PROXY, DD_API_KEY: KEY },
      /DD_API_KEY is not given to DD_INTAKE_PROXY.*used: .*proxy/,
    ],
  ])('%j comes to something else than it says, and a line tells so', (environment, line) => {
    const { problems } = load({ environment })
    expect(problems).toEqual([expect.stringMatching(line)])
    expect(problems.join()).not.toContain(KEY)
  })
})

describe("an API key in a packed app's own files", () => {
  const installer = { ...AGENTLESS, DD_API_KEY: KEY }

  test('is refused, with the reason, and reaches nobody', () => {
    const { settings, problems, datadogEnvironment } = load({ installer, context: { packaged: true } })
    expect(settings.DD_API_KEY).toBeNull()
    expect(sendingWay(settings).kind).toBe('agent')
    expect(problems[0]).toMatch(/studio-monitor\.json: DD_API_KEY is refused: everybody .* could read it/)
    expect(JSON.stringify([problems, datadogEnvironment])).not.toContain(KEY)
  })

  test('is taken in development, from the user, and beside a client token', () => {
    expect(load({ installer }).settings.DD_API_KEY).toBe(KEY)
    const user = load({ user: installer, installer: {}, context: { packaged: true } })
    expect(sendingWay(user.settings).kind).toBe('api-key')
  })
})

describe('dd-trace', () => {
  test.each<Record<string, string>>([
    { ...AGENTLESS },
    { ...AGENTLESS, DD_API_KEY: KEY },
    { DD_CLIENT_TOKEN: TOKEN },
    { DD_INTAKE_PROXY: PROXY },
  ])('never hears of its own agentless mode: %j', (environment) => {
    expect(load({ environment }).datadogEnvironment.DD_AGENTLESS_ENABLED).toBe('false')
  })

  test('sends no metrics of the runtime to an Agent that nobody has', () => {
    const environment = { DD_CLIENT_TOKEN: TOKEN, DD_RUNTIME_METRICS_ENABLED: 'true' }
    expect(load({ environment }).datadogEnvironment.DD_RUNTIME_METRICS_ENABLED).toBe('false')
  })
})
