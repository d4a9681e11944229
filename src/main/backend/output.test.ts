import { expect, it } from 'vitest'
import type { LogLevel } from '../../common/output/log-level'
import { markPrefix, withMarks } from '../../common/output/marks'
import type { LogContext } from '../../common/tracing/log-context'
import { BackendOutput } from './output'

const MARKER = '0a1b2c3d-4e5f-6789-abcd-ef0123456789'
const PREFIX = markPrefix(MARKER)
const T0 = Date.UTC(2026, 0, 2, 3, 4, 5)

function backendOutput({
  development = true,
  context = null,
  levelOf = null,
}: {
  development?: boolean
  context?: LogContext | null
  levelOf?: ((line: string) => LogLevel | null) | null
} = {}) {
  const file: string[] = []
  const writes: number[] = []
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const terminal = {
    stdout: { write: (chunk: Buffer) => stdout.push(chunk) },
    stderr: { write: (chunk: Buffer) => stderr.push(chunk) },
  }
  const output = new BackendOutput({
    file: (lines) => {
      file.push(...lines)
      writes.push(lines.length)
    },
    terminal: development ? terminal : null,
    marker: MARKER,
    context,
    levelOf,
    now: () => T0,
  })
  return { output, file, writes, stdout, stderr }
}

it('goes into the log as JSON lines, with the stream it came from', () => {
  const { output, file } = backendOutput()
  output.push('stdout', Buffer.from('listening on "8188"\n'))
  output.push('stderr', Buffer.from('\u001b[31mtoo large\u2028\n'))
  expect(file.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-01-02T03:04:05.000Z', stream: 'stdout', message: 'listening on "8188"' },
    { time: '2026-01-02T03:04:05.000Z', stream: 'stderr', message: 'too large ' },
  ])
})

it('has the level that a line states itself where that is asked for, and no other', () => {
  const { output, file } = backendOutput({ levelOf: (line) => (line.startsWith('E') ? 'error' : null) })
  output.push('stderr', Buffer.from('\u001b[31mE: bad\u001b[0m\nall is well\n'))
  output.push('stderr', Buffer.from(withMarks(PREFIX, { level: 'warn', ids: null }, 'within a job\n')))
  expect(file.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-01-02T03:04:05.000Z', level: 'error', stream: 'stderr', message: 'E: bad' },
    { time: '2026-01-02T03:04:05.000Z', stream: 'stderr', message: 'all is well' },
    { time: '2026-01-02T03:04:05.000Z', stream: 'stderr', message: 'within a job' },
  ])
})

it('reaches the terminal byte for byte, at once', () => {
  const { output, file, stdout, stderr } = backendOutput()
  const half = Buffer.from('東').subarray(0, 2)
  output.push('stdout', half)
  output.push('stderr', Buffer.from('no line yet'))
  expect(stdout).toEqual([half])
  expect(stderr).toEqual([Buffer.from('no line yet')])
  expect(file).toEqual([])
})

it('that calls of console wrote leads to their spans, and reaches the terminal as it was', () => {
  const { output, file, stdout } = backendOutput({ context: { service: 's', env: 'e' } })
  const ids = { traceId: 'a1b2', spanId: '34' }
  const bytes = Buffer.from(
    [
      'plain\nprompt> ',
      withMarks(PREFIX, { level: 'info', ids }, 'one\n  at two\n'),
      withMarks(PREFIX, { level: 'debug', ids: null }, '{"msg":"own","level":30,"time":5,"n":1}\n'),
      withMarks(PREFIX, { level: 'error', ids }, '{"message":"own","dd":{"trace_id":"9"}}\n'),
      'last, unfinished',
    ].join(''),
  )
  // Chunks of any size give the same.
  for (const byte of bytes) output.push('stdout', Buffer.from([byte]))
  output.end()
  const dd = { service: 's', env: 'e' }
  const time = '2026-01-02T03:04:05.000Z'
  const stream = 'stdout'
  expect(file.map((line) => JSON.parse(line))).toEqual([
    { time, stream, message: 'plain', dd },
    { time, stream, message: 'prompt> ', dd },
    { time, level: 'info', stream, message: 'one\n  at two', dd: { trace_id: 'a1b2', span_id: '34', ...dd } },
    { stream, msg: 'own', level: 30, time: 5, n: 1, dd },
    { time, level: 'error', stream, message: 'own', dd: { trace_id: 'a1b2', span_id: '34', ...dd } },
    { time, stream, message: 'last, unfinished', dd },
  ])
  expect(Buffer.concat(stdout).toString()).toBe(
    'plain\nprompt> one\n  at two\n{"msg":"own","level":30,"time":5,"n":1}\n{"message":"own","dd":{"trace_id":"9"}}\nlast, unfinished',
  )
})

it.each([
  ['a JSON list', '[1,2]'],
  ['JSON that is cut off', '{"a":'],
  ['no JSON', '{ a: 1 }'],
])('%s is plain text', (_what, text) => {
  const { output, file } = backendOutput()
  output.push('stdout', Buffer.from(`${text}\n`))
  expect(JSON.parse(file.join())).toMatchObject({ stream: 'stdout', message: text })
})

it('is kept without secrets, also in JSON, and shown as it is', () => {
  const { output, file, stdout } = backendOutput()
  const text = 'token=abcdefgh\n{"token":"abcdefgh"}\n{"token":123456789}\n'
  output.push('stdout', Buffer.from(text))
  expect(file.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'token=<redacted>' },
    { token: '<redacted>' },
    { token: '<redacted>' },
  ])
  expect(Buffer.concat(stdout).toString()).toBe(text)
})

it('is written once for all that arrives together: a flood of lines is as many writes as pieces', () => {
  const { output, file, writes } = backendOutput()
  output.push('stdout', Buffer.from('a line\n'.repeat(1_000)))
  output.push('stdout', Buffer.from('another\nunfinished'))
  output.push('stdout', Buffer.from(' still'))
  output.end()
  expect(file).toHaveLength(1_002)
  expect(writes).toEqual([1_000, 1, 1])
})

it('that is JSON says itself neither whose line it is nor where it ran, nor which span it belongs to', () => {
  const { output, file } = backendOutput({ context: { service: 's', env: 'e' } })
  const own = {
    level: 30,
    msg: 'own',
    service: 'another',
    host: 'theirs',
    hostname: 'mine',
    ddsource: 'x',
    ddtags: 'a:b',
    'dd.service': 'y',
    dd: { trace_id: 'f'.repeat(32), span_id: '5', service: 'z', env: 'w' },
    password: 'abc',
    nested: { access_token: 'abcdef', said: 'a\u202eb\u200bc' },
  }
  output.push('stdout', Buffer.from(`${JSON.stringify(own)}\n`))
  output.push(
    'stdout',
    Buffer.from(`${JSON.stringify({ msg: 'x', dd: { trace_id: 'theirs', span_id: [1] } })}\n`),
  )
  const time = '2026-01-02T03:04:05.000Z'
  expect(file.map((line) => JSON.parse(line))).toEqual([
    {
      time,
      stream: 'stdout',
      level: 30,
      msg: 'own',
      password: '<redacted>',
      nested: { access_token: '<redacted>', said: 'abc' },
      dd: { trace_id: 'f'.repeat(32), span_id: '5', service: 's', env: 'e' },
    },
    { time, stream: 'stdout', msg: 'x', dd: { service: 's', env: 'e' } },
  ])
})

it('of a private key that comes line by line is hidden', () => {
  const { output, file } = backendOutput()
  const lines = [
    '-----BEGIN PRIVATE KEY-----',
    'QyNTUxOQAAACDsecretsecret',
    '-----END PRIVATE KEY-----',
    'after',
  ]
  for (const line of lines) output.push('stderr', Buffer.from(`${line}\n`))
  expect(file.join()).not.toContain('secretsecret')
  expect(JSON.parse(file.at(-1) ?? '')).toMatchObject({ message: 'after' })
})

it('needs no terminal', () => {
  const { output, file, stdout } = backendOutput({ development: false })
  output.push('stdout', Buffer.from('one\n'))
  expect(file).toHaveLength(1)
  expect(stdout).toEqual([])
})

it('does not mix the unfinished lines of the two streams, and ends both', () => {
  const { output, file } = backendOutput()
  output.push('stdout', Buffer.from('1 of'))
  output.push('stderr', Buffer.from('warn'))
  output.push('stdout', Buffer.from(' 2'))
  output.push('stderr', Buffer.from('ing'))
  output.end()
  expect(file.map((line) => JSON.parse(line).message)).toEqual(['1 of 2', 'warning'])
})

it('leaves out what Node says of a debugger that nobody started, and nothing else', () => {
  const note = 'Waiting for the debugger to disconnect...\n'
  const { output, file, stdout, stderr } = backendOutput()
  output.push('stderr', Buffer.from(note))
  output.push('stderr', Buffer.from(`bye\n${note}end\n`))
  output.push('stdout', Buffer.from(note))
  expect(stderr).toEqual([Buffer.from('bye\nend\n')])
  expect(stdout).toEqual([Buffer.from(note)])
  expect(file.map((line) => JSON.parse(line).message)).toEqual(['bye', 'end', note.trimEnd()])
})
