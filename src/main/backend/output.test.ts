import { expect, it } from 'vitest'
import { BackendOutput } from './output'

const T0 = Date.UTC(2026, 0, 2, 3, 4, 5)

function backendOutput({ development = true } = {}) {
  const file: string[] = []
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const terminal = {
    stdout: { write: (chunk: Buffer) => stdout.push(chunk) },
    stderr: { write: (chunk: Buffer) => stderr.push(chunk) },
  }
  const output = new BackendOutput({
    file: (line) => file.push(line),
    terminal: development ? terminal : null,
    now: () => T0,
  })
  return { output, file, stdout, stderr }
}

it('goes into the log as JSON lines, with the stream it came from', () => {
  const { output, file } = backendOutput()
  output.push('stdout', Buffer.from('listening on "8188"\n'))
  output.push('stderr', Buffer.from('\u001b[31mtoo large\u2028\n'))
  expect(file.map((line) => JSON.parse(line))).toEqual([
    { time: '2026-01-02T03:04:05.000Z', stream: 'stdout', message: 'listening on "8188"' },
    { time: '2026-01-02T03:04:05.000Z', stream: 'stderr', message: '\u001b[31mtoo large\u2028' },
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
