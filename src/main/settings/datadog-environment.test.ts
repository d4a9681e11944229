import fs from 'node:fs'
import { describe, expect, test } from 'vitest'
import { agentUrl } from './agent-url'
import { type Given, useBench } from './load-bench'

const bench = useBench()
const load = (given: Given = {}) => bench().load(given)

describe('secrets', () => {
  const SECRET = 'sesame-123'

  test.each<[string, Given]>([
    ['a URL with credentials', { environment: { DD_TRACE_AGENT_URL: `ftp://me:${SECRET}@host` } }],
    ['a long URL', { user: { STUDIO_ENGINE_URL: `ws://me:${SECRET}${'x'.repeat(300)}@host` } }],
    ['a key of the wrong type', { user: { DD_API_KEY: [SECRET] } }],
    ['arguments', { environment: { STUDIO_BACKEND_ARGS: `--token=${SECRET}` } }],
  ])('%s never stands in a line', (_, given) => {
    const { problems } = load(given)
    expect(problems).toHaveLength(1)
    expect(problems.join()).not.toContain('sesame')
  })

  test('a file that is not JSON is not quoted', () => {
    fs.writeFileSync(bench().userFile, `{ "DD_API_KEY": ${SECRET} }`)
    expect(load().problems).toEqual([
      `${bench().userFile} is not JSON (line 1, column 17: unexpected s, and a value was expected); accepted: a JSON object of settings; the file is ignored`,
    ])
  })

  test('never stand in the listing, but reach dd-trace', () => {
    const { listing, datadogEnvironment } = load({
      environment: { DD_TRACE_AGENT_URL: `http://me:${SECRET}@host` },
      user: { DD_API_KEY: SECRET, STUDIO_BACKEND_ARGS: ['--token', SECRET] },
    })
    expect(JSON.stringify(listing())).not.toContain(SECRET)
    expect(listing()).toContainEqual({ name: 'DD_API_KEY', value: '<redacted>', origin: 'user-file' })
    expect(datadogEnvironment).toMatchObject({
      DD_API_KEY: SECRET,
      DD_TRACE_AGENT_URL: `http://me:${SECRET}@host`,
    })
  })
})

describe('what dd-trace gets', () => {
  test('the table, parsed, and the defaults that are not in it', () => {
    expect(load({ environment: { DD_LOGS_INJECTION: 'FALSE' } }).datadogEnvironment).toEqual({
      DD_ENV: 'production',
      DD_SERVICE: 'hanzo-studio-inference',
      DD_VERSION: '1.2.3',
      DD_AGENT_HOST: 'localhost',
      DD_TRACE_AGENT_PORT: '8126',
      DD_AGENTLESS_ENABLED: 'false',
      DD_SITE: 'datadoghq.com',
      DD_TRACE_SAMPLE_RATE: '1',
      DD_LOGS_INJECTION: 'false',
      DD_PROFILING_ENABLED: 'true',
      DD_PROFILING_UPLOAD_PERIOD: '65',
      DD_RUNTIME_METRICS_ENABLED: 'true',
      DD_RUNTIME_METRICS_EVENT_LOOP_ENABLED: 'false',
      DD_PROFILING_EXPERIMENTAL_OOM_MONITORING_ENABLED: 'false',
      DD_TRACE_DISABLED_INSTRUMENTATIONS: 'electron',
      DD_TRACE_FLUSH_INTERVAL: '500',
      DD_TRACE_FS_ENABLED: 'true',
      DD_TRACE_GIT_METADATA_ENABLED: 'false',
      DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: '1',
      DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED: 'false',
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
      DD_CRASHTRACKING_ENABLED: 'false',
      DD_APPSEC_ENABLED: 'false',
    })
  })

  test('any other DD_* name, with the same precedence', () => {
    const { datadogEnvironment, origins, problems } = load({
      environment: { DD_TAGS: 'team:env' },
      user: { DD_TAGS: 'team:user', DD_TRACE_DEBUG: true, DD_TRACE_RATE_LIMIT: 5 },
      installer: { DD_TRACE_RATE_LIMIT: 6, DD_SITE: 'datadoghq.eu' },
    })
    expect(datadogEnvironment).toMatchObject({
      DD_TAGS: 'team:env',
      DD_TRACE_DEBUG: 'true',
      DD_TRACE_RATE_LIMIT: '5',
      DD_SITE: 'datadoghq.eu',
    })
    expect(origins).toMatchObject({ DD_TAGS: 'environment', DD_SITE: 'installer-file' })
    expect(problems).toEqual([])
  })

  test('what a user chose against our own defaults, under any of its names', () => {
    const { datadogEnvironment } = load({
      environment: { DD_TRACE_TELEMETRY_ENABLED: 'true' },
      installer: { DD_APPSEC_ENABLED: true },
    })
    expect(datadogEnvironment.DD_APPSEC_ENABLED).toBe('true')
    expect(datadogEnvironment).not.toHaveProperty('DD_INSTRUMENTATION_TELEMETRY_ENABLED')
  })

  test('a value that cannot be text is one line, and our own default stays', () => {
    const { datadogEnvironment, problems } = load({ user: { DD_APPSEC_ENABLED: {} } })
    expect(datadogEnvironment.DD_APPSEC_ENABLED).toBe('false')
    expect(problems).toEqual([
      `${bench().userFile}: DD_APPSEC_ENABLED is {}; accepted: text, a number, true or false; it is ignored`,
    ])
  })

  test.each(['DD_TRACE_AGENT_URL', 'DD_TRACE_URL'])('an empty address instead of a wrong %s', (name) => {
    const { datadogEnvironment } = load({ environment: { [name]: 'nonsense' } })
    expect(datadogEnvironment.DD_TRACE_AGENT_URL).toBe('')
  })
})

test.each<[Record<string, string>, string]>([
  [{}, 'http://localhost:8126'],
  [{ DD_AGENT_HOST: 'agent', DD_TRACE_AGENT_PORT: '1' }, 'http://agent:1'],
  [{ DD_AGENT_HOST: '::1' }, 'http://[::1]:8126'],
  [{ DD_TRACE_AGENT_URL: 'https://agent/' }, 'https://agent'],
  [{ DD_TRACE_AGENT_URL: 'unix:///apm.socket' }, 'unix:///apm.socket'],
  [{ DD_TRACE_AGENT_URL: 'agent', DD_AGENT_HOST: 'other' }, 'http://other:8126'],
])('the Agent for %j is at %s', (environment, expected) => {
  expect(agentUrl(load({ environment }).settings)).toBe(expected)
})
