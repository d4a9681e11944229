// Guards the texts of dd-trace that are changed: a new version that no longer has them must turn this red.

import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { INTERNAL_DEFAULTS } from '../../src/main/settings/internal-defaults'
import { type Agent, startAgent } from '../../testing/agent/agent'
import { bundleDdTrace } from './dd-trace.mjs'
import { CHANGES } from './dd-trace-changes.mjs'

const root = path.join(__dirname, '../..')
const LEAN = Object.fromEntries(Object.entries(INTERNAL_DEFAULTS).map(([name, { value }]) => [name, value]))
let folder: string
let agent: Agent

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-bundle-'))
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    keepNames: true,
  } as const
  await bundleDdTrace(common, path.join(folder, 'dd-trace'))
  await build({
    ...common,
    entryPoints: [path.join(root, 'src/common/tracing/dd-trace/bundle.ts')],
    outfile: path.join(folder, 'dd-trace/index.cjs'),
  })
  agent = await startAgent()
}, 60_000)
afterAll(async () => {
  await agent.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs lines in a new Node that has started the bundle; returns what they `say`. */
function traced(lines: string, settings = {}, first = ''): Promise<unknown> {
  const program = path.join(folder, 'program.cjs')
  writeFileSync(
    program,
    `${first}
    const before = new Set(process.moduleLoadList)
    const read = []
    const { readFileSync } = require('node:fs')
    require('node:fs').readFileSync = (file, ...rest) => {
      read.push(require('node:path').basename(String(file)))
      return readFileSync(file, ...rest)
    }
    const { tracer } = require('./dd-trace/index.cjs').ddTraceModule('dd-trace')
    tracer.init({ profiling: false })
    const say = (value) => { require('node:fs').writeSync(1, JSON.stringify(value)); process.exit(0) }
    const flush = () => new Promise((done) => tracer._tracer._exporter.flush(done))
    ;(async () => { ${lines} })()`,
  )
  const env = { PATH: process.env.PATH, ...LEAN, ...settings, DD_TRACE_AGENT_URL: agent.url }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program], { env, timeout: 30_000 }, (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    )
  })
}

it('a start loads nothing of Node that is slow to load', async () => {
  const loaded = (await traced('say(process.moduleLoadList.filter((name) => !before.has(name)))')) as string[]
  const slow = ['http', 'https', 'crypto', 'dns', 'assert', 'internal/deps/undici/undici']
  for (const name of slow) expect(loaded).not.toContain(`NativeModule ${name}`)
})

it('what is loaded later is traced: http, fetch, fs, dns, child processes', async () => {
  const names = await traced(`
    const http = require('node:http')
    const read = (request, response) => require('node:fs').readFile(__filename, () => response.end())
    const server = http.createServer(read).listen(0, '127.0.0.1', async () => {
      const { port } = server.address()
      await new Promise((done) => http.get({ port }, (answer) => answer.resume().on('end', done)))
      await fetch('http://127.0.0.1:' + port)
      await require('node:dns').promises.lookup('localhost')
      require('node:child_process').execFileSync('hostname')
      await flush()
      say(null)
    })`)
  expect(names).toBeNull()
  const seen = agent.spans().map(({ name }) => name)
  const wanted = ['web.request', 'http.request', 'fs.operation', 'dns.lookup', 'command_execution']
  expect(seen).toEqual(expect.arrayContaining(wanted))
  expect(seen.filter((name) => name === 'http.request')).toHaveLength(2)
})

it('a start and a first request read one half of it, what else is traced the other one too', async () => {
  const [early, late] = (await traced(`
    const halves = () => read.filter((name) => name === 'bundle.js' || name === 'later.js')
    const http = require('node:http')
    const server = http.createServer((request, response) => response.end()).listen(0, '127.0.0.1', async () => {
      await new Promise((done) => http.get({ port: server.address().port }, (answer) => answer.resume().on('end', done)))
      await flush()
      const early = halves()
      require('node:module').createRequire(${JSON.stringify(path.join(root, 'package.json'))})('express')
      say([early, halves()])
    })`)) as [string[], string[]]
  expect(early).toEqual(['bundle.js'])
  expect(late).toEqual(['bundle.js', 'later.js'])
})

it('runtime ids differ and are version 4 UUIDs', async () => {
  const id = "say(tracer._tracer._config.tags['runtime-id'])"
  const ids = [await traced(id), await traced(id)]
  expect(new Set(ids).size).toBe(2)
  for (const one of ids)
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('a telemetry that is asked for tells of every setting', async () => {
  const settings = { DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'true', DD_TRACE_SAMPLE_RATE: '0.5' }
  const answered = `setInterval(() => {}, 1_000)
    require('node:diagnostics_channel').subscribe('http.client.response.finish', ({ request }) => {
      if (request.path.includes('telemetry')) say(null)
    })`
  await traced(answered, settings)
  const told = JSON.stringify(agent.telemetry())
  for (const name of ['DD_TRACE_SAMPLE_RATE', 'DD_TRACE_STARTUP_LOGS'])
    expect(told).toContain(`"name":"${name}"`)
}, 30_000)

it('a text that dd-trace does not have fails the build', () => {
  const program = `
    import { bundleDdTrace } from './scripts/bundle/dd-trace.mjs'
    import { CHANGES } from './scripts/bundle/dd-trace-changes.mjs'
    CHANGES[0].find = 'what no version of it says'
    await bundleDdTrace({ absWorkingDir: process.cwd(), bundle: true, platform: 'node', logLevel: 'error' }, process.argv[1])`
  const run = () =>
    execFileSync(process.execPath, ['--input-type=module', '-e', program, path.join(folder, 'other.js')], {
      cwd: root,
      stdio: 'pipe',
    })
  expect(run).toThrow(/has no more, or more than once/)
}, 60_000)

it('without consent nothing is sent: no spans, metrics, counts, settings or requests for some', async () => {
  agent.clear()
  const talkative = {
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'true',
    DD_REMOTE_CONFIGURATION_ENABLED: 'true',
    DD_REMOTE_CONFIG_POLL_INTERVAL_SECONDS: '0.1',
    DD_TRACE_STATS_COMPUTATION_ENABLED: 'true',
    DD_RUNTIME_METRICS_ENABLED: 'true',
    DD_RUNTIME_METRICS_FLUSH_INTERVAL: '100',
  }
  const told = await traced(
    `tracer.startSpan('a').finish()
     tracer.dogstatsd.gauge('a', 1)
     await flush()
     await new Promise((done) => tracer.dogstatsd.flush(done))
     setTimeout(() => say('done'), 2_500)`,
    talkative,
    "globalThis[Symbol.for('studio-datadog-monitor.compiled')] = { 'send-gate': { isOpen: false, letsMetrics: false, lets: () => false } }",
  )
  expect(told).toBe('done')
  expect(agent.requests()).toEqual([])
}, 30_000)

it('an answer without an end is not kept', async () => {
  await agent.setMode({ flood: 400 * 2 ** 20 })
  onTestFinished(() => agent.setMode('ok'))
  const kibibytes = (await traced(`
    setInterval(() => {}, 1_000)
    tracer.startSpan('a').finish()
    await flush()
    say(process.resourceUsage().maxRSS)`)) as number
  expect(kibibytes / 1024).toBeLessThan(300)
}, 60_000)

it('metrics do not pile up behind an Agent that hangs, and the newest arrive when it does not', async () => {
  await agent.setMode('hang')
  onTestFinished(() => agent.setMode('ok'))
  agent.clear()
  const running = traced(`
    setInterval(() => {}, 1_000)
    let left = 200
    const over = new Promise((done) => {
      for (let n = 1; n <= 200; n += 1) {
        tracer.dogstatsd.gauge('flush', n)
        tracer.dogstatsd.flush(() => --left === 0 && done())
      }
    })
    await over
    say(left)`)
  await agent.waitForRequest(({ endpoint }) => endpoint === 'dogstatsd')
  await agent.setMode('ok')
  expect(await running).toBe(0)
  expect(agent.requests('dogstatsd').length).toBeLessThan(20)
  expect(agent.metrics().at(-1)).toMatchObject({ name: 'flush', value: 200 })
}, 60_000)

it('metrics that wait for an Agent which turns out to take none over HTTP go on by UDP', async () => {
  await agent.setMode({ status: 404 })
  onTestFinished(() => agent.setMode('ok'))
  const waited = await traced(`
    setInterval(() => {}, 1_000)
    const flushes = [1, 2, 3].map((n) => {
      tracer.dogstatsd.gauge('flush', n)
      return new Promise((done) => tracer.dogstatsd.flush(done))
    })
    await Promise.all(flushes)
    say(flushes.length)`)
  expect(waited).toBe(3)
})

it('an answer that drips holds nothing up for longer than the timeout', async () => {
  await agent.setMode({ drip: 500 })
  onTestFinished(() => agent.setMode('ok'))
  const milliseconds = await traced(`
    setInterval(() => {}, 1_000)
    tracer.dogstatsd.gauge('drops', 1)
    const from = performance.now()
    await new Promise((done) => tracer.dogstatsd.flush(done))
    say(performance.now() - from)`)
  expect(milliseconds).toBeLessThan(10_000)
}, 60_000)

it('nothing that is put into it is newer than Node 20.14, as types hold the rest to', () => {
  expect(CHANGES.filter(({ put }) => /getBuiltinModule|crc32/.test(put))).toEqual([])
})
