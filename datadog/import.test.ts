import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, it } from 'vitest'
import { METRIC_NAMES } from '../src/main/datadog/metrics/registry'
import { toSite } from './import/rewrite.mjs'
import { ApiDouble } from './testing/api-double'
import { allTexts, monitorFiles, readJson, textsOf } from './testing/files'

const KEYS = { DD_API_KEY: 'api-key-0123456789abcdef', DD_APP_KEY: 'app-key-fedcba9876543210' }

let datadog: ApiDouble
beforeEach(async () => {
  datadog = await ApiDouble.start()
})

async function runImport(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [path.join(__dirname, 'import.mjs'), ...args], {
    env: { PATH: process.env.PATH, DD_SITE: datadog.url, ...KEYS, ...env },
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  for (const key of Object.values(KEYS)) expect(stdout + stderr).not.toContain(key)
  return { code: await exited, stdout, stderr }
}

const messagesOf = ({ monitors }: ApiDouble) => monitors.map(({ body }) => body.message)

describe('an import', () => {
  it('makes everything once, and updates it after that', async () => {
    const first = await runImport()
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain('dashboard id-2: created\nmonitor crash-loop: created\n')
    // What is in the files, but for the links, which lead to the site.
    const relative = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(datadog.url, ''))
    expect(datadog.dashboards.map(({ body }) => relative(body))).toEqual([readJson('dashboard.json')])
    expect(datadog.monitors.map(({ body }) => relative(body))).toEqual(
      monitorFiles().toSorted().map(readJson),
    )
    for (const text of allTexts([datadog.dashboards, datadog.monitors])) {
      expect(text).not.toMatch(/\]\(\/|^\/(apm|profiling)/)
    }
    const { data } = readJson('retention-filter.json') as { data: object }
    expect(datadog.retentionFilters.map(({ body }) => body)).toEqual([data])
    expect([...datadog.tagConfigurations.keys()]).toEqual([
      'studio.jobs.duration',
      'studio.jobs.wait',
      'studio.jobs.forecast.error',
    ])
    expect([...datadog.metadata.keys()]).toEqual(METRIC_NAMES)
    expect(datadog.metadata.get('studio.backend.memory.growth')).toMatchObject({
      unit: 'byte',
      per_unit: 'second',
    })
    expect(first.stdout).toContain(`metrics: ${METRIC_NAMES.length} described\n`)

    const kept = () => [...datadog.dashboards, ...datadog.monitors, ...datadog.retentionFilters]
    const ids = kept().map(({ id }) => id)
    const second = await runImport(['--notify', '@slack-studio', '--notify', '@pagerduty'])
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(second.stdout).toContain('monitor crash-loop: updated\n')
    expect(kept().map(({ id }) => id)).toEqual(ids)
    // Somebody's own choice of tags stays as it is.
    expect(datadog.tagConfigurations.get('studio.jobs.wait')).toEqual({
      method: 'PATCH',
      data: { type: 'manage_tags', id: 'studio.jobs.wait', attributes: { include_percentiles: true } },
    })
    for (const message of messagesOf(datadog)) expect(message).toMatch(/\n\n@slack-studio\n\n@pagerduty$/)
    for (const { headers } of datadog.requests) {
      expect(headers).toMatchObject({ 'dd-api-key': KEYS.DD_API_KEY, 'dd-application-key': KEYS.DD_APP_KEY })
    }
  })

  it('leaves dashboards and monitors of others alone', async () => {
    datadog.dashboards.push({ id: 'theirs', body: { title: 'Hanzo Studio on desktops', description: null } })
    datadog.monitors.push({ id: 7, body: { name: 'Studio: crash loop', tags: ['team:images'] } })
    expect(await runImport()).toMatchObject({ code: 0, stderr: '' })
    expect(datadog.dashboards[0]?.body).toEqual({ title: 'Hanzo Studio on desktops', description: null })
    expect(datadog.dashboards).toHaveLength(2)
    expect(datadog.monitors[0]?.body).toEqual({ name: 'Studio: crash loop', tags: ['team:images'] })
    expect(datadog.monitors).toHaveLength(6)
  })

  it.each([
    [['--machine-tag'], 'studio.machine'],
    [['--machine-tag', '--notify', '@me'], 'studio.machine'],
    [['--machine-tag', 'laptop'], 'laptop'],
  ])('with %j tells machines apart by that tag alone', async (args, tag) => {
    expect(await runImport(args)).toMatchObject({ code: 0, stderr: '' })
    const texts = allTexts([datadog.dashboards, datadog.monitors].map((kept) => kept.map(({ body }) => body)))
    const ofHosts = texts.filter((text) => /\{[^}]*\bhost\b[^}]*\}|\bhost:|^host$/.test(text))
    expect(ofHosts).toEqual([])
    const queries = textsOf('query', datadog.dashboards).filter((query) => query.includes(' by {'))
    expect(queries.filter((query) => query.includes(` by {${tag}}`)).length).toBeGreaterThan(5)
    const [loop] = datadog.monitors
    expect(loop?.body.query).toContain(` by {env,${tag}}.as_count()`)
    expect(loop?.body.message).toContain(`Studio on {{[${tag}].name}} ({{env.name}}) died`)
    // A span's own tag, and a profile's.
    expect(loop?.body.message).toContain(`studio.backend.incident%20@${tag}:{{[${tag}].name}})`)
    expect(loop?.body.message).toContain(`explorer?query=${tag}:{{[${tag}].name}}%20snapshot:on_oom)`)
  })

  it('goes on when metrics have not been sent yet, and names them', async () => {
    datadog.seen = (metric) => metric !== 'studio.jobs.wait'
    const { code, stdout } = await runImport()
    expect(code).toBe(0)
    expect(stdout).toContain('run this again later: studio.jobs.wait\n')
  })

  it('that is only tried changes nothing', async () => {
    const { code, stdout } = await runImport(['--dry-run'])
    expect(code).toBe(0)
    expect(stdout).toContain('dashboard: would be created\nmonitor crash-loop: would be created\n')
    expect(new Set(datadog.requests.map(({ method }) => method))).toEqual(new Set(['GET']))
  })
})

it.each([
  ['datadoghq.com', 'https://app.datadoghq.com'],
  ['datadoghq.eu', 'https://app.datadoghq.eu'],
  ['us5.datadoghq.com', 'https://us5.datadoghq.com'],
  ['ap1.datadoghq.com', 'https://ap1.datadoghq.com'],
  ['ddog-gov.com', 'https://app.ddog-gov.com'],
])('links of %s lead to %s', (site, address) => {
  const to = toSite(site)
  expect(to('see [it](/apm/traces?query=a) and [that](https://example.org/x)')).toBe(
    `see [it](${address}/apm/traces?query=a) and [that](https://example.org/x)`,
  )
  expect(to('/profiling/explorer?query=a')).toBe(`${address}/profiling/explorer?query=a`)
  expect(to('/srv/backend.js')).toBe('/srv/backend.js')
})

describe('without keys', () => {
  const noKeys = { DD_API_KEY: '', DD_APP_KEY: '' }

  it.each(['--help', '-h'])('%s says how it is used', async (arg) => {
    const { code, stdout, stderr } = await runImport([arg], noKeys)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('--machine-tag')
  })

  it.each([noKeys, { DD_APP_KEY: '' }])(
    'a dry run says what would be made, and asks nobody: %j',
    async (env) => {
      const { code, stdout } = await runImport(['--dry-run'], env)
      expect(code).toBe(0)
      expect(stdout).toContain('Datadog is not asked what there is\n')
      expect(stdout).toContain('monitor crash-loop: would be created, or updated where there is one\n')
      expect(stdout).toContain('retention filter: would be created')
      expect(datadog.requests).toEqual([])
    },
  )
})

describe('what goes wrong is one clear line', () => {
  it.each([
    [
      'no keys',
      { DD_API_KEY: '', DD_APP_KEY: '' },
      [],
      2,
      /^DD_API_KEY and DD_APP_KEY must be in the environment\nusage: /,
    ],
    ['one key', { DD_APP_KEY: '' }, [], 2, /^DD_APP_KEY must be in the environment\nusage: /],
    ['an unknown argument', {}, ['--force'], 2, /^Unknown option '--force'.*\nusage: /],
    [
      'a handle that is none',
      {},
      ['--notify', 'slack'],
      2,
      /^--notify takes a handle such as @slack-studio, not slack\n/,
    ],
    [
      'a tag that is none',
      {},
      ['--machine-tag', 'Studio Machine'],
      2,
      /^--machine-tag takes the name of a tag/,
    ],
    [
      'nobody there',
      { DD_SITE: 'http://127.0.0.1:9' },
      [],
      1,
      /^Datadog cannot be reached at http:\/\/127.0.0.1:9: .+\n$/,
    ],
  ])('%s', async (_, env, args, code, stderr) => {
    const ended = await runImport(args, env)
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(stderr) })
  })

  it.each([
    [403, /^Datadog refuses the keys \(403 for GET \/api\/v1\/dashboard\): /],
    [429, /^Datadog wants fewer requests \(429 for GET \/api\/v1\/dashboard\): try again in a minute\n$/],
    [400, /^Datadog answered 400 for GET \/api\/v1\/dashboard: bad \*\*\* and \*\*\*\n$/],
  ])('Datadog answers %i', async (status, stderr) => {
    datadog.refusal = { status, body: `bad ${KEYS.DD_API_KEY} and ${KEYS.DD_APP_KEY}` }
    expect(await runImport()).toMatchObject({ code: 1, stderr: expect.stringMatching(stderr) })
  })
})
