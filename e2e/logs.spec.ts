import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../testing/waiting/wait-for'
import { isPacked } from './support/app/runtime'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'

interface Line {
  readonly level?: string | number
  readonly stream: 'stdout' | 'stderr'
  readonly message: string
  readonly dd?: { trace_id?: string; span_id?: string; service?: string; env?: string; version?: string }
  readonly [field: string]: unknown
}

function backendLog({ dataFolder }: Studio): Line[] {
  const file = path.join(dataFolder, 'logs/backend.jsonl')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

/** Makes the backend write, and waits until the log has its last line. */
async function say(studio: Studio, what: string, last: (line: Line) => boolean): Promise<Line[]> {
  const [, port] = await studio.said(/talks on (\d+)/)
  await waitFor(() => backendLog(studio).some(({ message }) => message.startsWith('talks on')), {
    what: 'that in the log too',
  })
  const before = backendLog(studio).length
  await fetch(`http://127.0.0.1:${port}/${what}`).catch(() => {})
  return waitFor(
    () => {
      const lines = backendLog(studio).slice(before)
      return lines.some(last) ? lines : null
    },
    { what: () => `the log of ${what}:\n${JSON.stringify(backendLog(studio), null, 1)}` },
  )
}

const SERVICE = { service: 'hanzo-studio-inference', env: 'production', version: '0.1.0' }

test("each line of the backend's console leads to its span", { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
  const studio = launch({ backend: 'talks.cjs', env: { DD_TRACE_AGENT_URL: agent.url } })
  const lines = await say(studio, 'console', ({ size }) => size === 7)
  const request = await agent.waitForSpan(
    ({ name, resource, meta }) =>
      name === 'web.request' && meta['studio.process'] === 'backend' && resource === 'GET',
  )
  expect(request.traceId).toMatch(/^[0-9a-f]{16}(?!0{16})[0-9a-f]{16}$/)
  const dd = { trace_id: request.traceId, span_id: request.spanId, ...SERVICE }
  const stdout = lines.filter(({ stream }) => stream === 'stdout')
  expect(stdout).toEqual([
    {
      time: expect.any(String),
      level: 'info',
      stream: 'stdout',
      message: "logged in a request { of: 'the server' }",
      dd,
    },
    {
      time: expect.any(String),
      level: 'info',
      stream: 'stdout',
      message: expect.stringContaining('│ 0'),
      dd,
    },
    { time: expect.any(String), stream: 'stdout', message: 'written', dd: SERVICE },
    // Half an id leads nowhere; service and environment are not a line's to say.
    { stream: 'stdout', level: 50, time: 1700000000000, msg: 'own JSON', dd: SERVICE },
    { time: expect.any(String), level: 'warn', stream: 'stdout', message: 'JSON in console', size: 7, dd },
  ])
  expect(lines.filter(({ stream }) => stream === 'stderr')).toMatchObject([
    { level: 'warn', message: 'warned', dd },
    { level: 'error', message: expect.stringMatching(/^Error: failed\n {4}at [\s\S]*talks\.cjs/), dd },
  ])
  // The terminal gets the backend's output, and nothing of ours.
  expect(studio.stdout).toContain("logged in a request { of: 'the server' }\n")
  expect(studio.output).not.toContain('\u001e')

  const [inJob] = await say(studio, 'job', ({ message }) => message === 'in a job')
  const job = await agent.waitForSpan(({ name }) => name === 'studio.job')
  expect(inJob?.dd).toEqual({ trace_id: job.traceId, span_id: job.spanId, ...SERVICE })
})

test('DD_LOGS_INJECTION=false leaves console and lines alone', async ({ launch, agent }) => {
  const studio = launch({
    backend: 'talks.cjs',
    env: { DD_TRACE_AGENT_URL: agent.url, DD_LOGS_INJECTION: 'false' },
  })
  const lines = await say(studio, 'console', ({ size }) => size === 7)
  expect(lines[0]).toEqual({
    time: expect.any(String),
    stream: 'stdout',
    message: "logged in a request { of: 'the server' }",
  })
  const logged = [...lines, ...studio.log()].filter(({ msg }) => msg !== 'own JSON')
  expect(logged.filter((line) => 'dd' in line)).toEqual([])
})

test('nothing that a backend does to its console breaks it', { tag: '@packed' }, async ({ launch }) => {
  const studio = launch({ backend: 'talks.cjs' })
  const all = await say(studio, 'odd', ({ message }) => message === 'another console: theirs')
  await studio.said(/from a worker/)
  await studio.said(/from a child/)
  const lines = await waitFor(
    () => {
      const now = backendLog(studio)
      return now.some(({ message }) => message === 'from a worker') &&
        now.some(({ message }) => message === 'from a child')
        ? now
        : null
    },
    { what: () => JSON.stringify(all.map(({ message }) => message.slice(0, 80))) },
  )
  const messages = lines.map(({ message }) => message)
  expect(messages).toEqual(
    expect.arrayContaining([
      '',
      'Symbol(s) null undefined [Function (anonymous)] {} [Object: null prototype] {}',
      // Controls never reach the log: a space stands in their place.
      '   0a1b2c3dilike a mark ',
      '  indented\n  twice',
      '{ hostile: [Getter] }',
      'on its own',
      'copied',
      'a console of its own',
      'replaced: mine',
    ]),
  )
  expect(
    messages
      .join('')
      .match(/x{10000,}/g)
      ?.join('').length,
  ).toBe(300_000)
  expect(lines.find(({ message }) => message === 'from a worker')).not.toHaveProperty('level')
  // The packaged app writes the backend's output to the log alone, in lines of limited length.
  if (!isPacked()) expect(studio.stdout).toContain(`${'x'.repeat(300_000)}\n`)
})

test('the last words of a backend that is killed are kept, with their ids', async ({ launch, agent }) => {
  const studio = launch({ backend: 'talks.cjs', env: { DD_TRACE_AGENT_URL: agent.url } })
  const [line] = await say(studio, 'die', ({ message }) => message.startsWith('last words'))
  expect(line).toMatchObject({ level: 'error', stream: 'stderr', message: 'last words\nof two lines' })
  expect(line?.dd?.trace_id).toMatch(/^[0-9a-f]{32}$/)
  expect((await studio.incident()).cause).toBe('killed')
})
