import assert from 'node:assert/strict'
import fc from 'fast-check'
import { OutputLines } from '../../src/common/output/lines'
import { explainExit } from '../../src/main/backend/exit-cause'
import { electronHeapOom, nodeHeapOom, windowsHeapOom } from '../../src/main/backend/exit-cause.samples'
import { parseV8Fatal } from '../../src/main/backend/v8-fatal'
import { parseCommandLine } from '../../src/main/cli/arguments'
import { parseSince } from '../../src/main/cli/since'
import { terminalJson, terminalText } from '../../src/main/cli/terminal-text'
import { expectOneLine } from '../support/expect'
import { mutated, mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'

const PID = 4242
const STDERR = [
  nodeHeapOom(PID),
  electronHeapOom(PID),
  windowsHeapOom(PID),
  'a line\nanother\r\n\u001b[31mred',
]

export const output: Target = {
  name: 'output',
  promises: [
    promise("V8's last words", mutatedText(STDERR), (text) => {
      const fatal = parseV8Fatal(text, PID)
      if (fatal) expectOneLine(fatal.message.replaceAll(/\p{Cc}/gu, ' '), 200)
    }),
    promise(
      'a death',
      fc.tuple(mutatedText(STDERR), fc.integer(), fc.boolean()),
      ([stderrTail, exitCode, gone]) => {
        const explanation = explainExit({
          platform: 'linux',
          electronMajor: 33,
          exitCode,
          gone: gone ? { reason: 'crashed', exitCode } : null,
          launchError: null,
          uncaught: null,
          errorStack: null,
          stderrTail,
          lastWords: stderrTail.split('\n'),
          pid: PID,
          intent: null,
          oomKills: null,
          memory: null,
          fatalError: null,
          uptimeMs: 1,
          endedAt: null,
          crash: null,
          runningJobs: 0,
        })
        for (const text of explanation?.evidence ?? []) expectOneLine(text, 240)
      },
    ),
    promise(
      'lines',
      fc.tuple(mutated(STDERR.map((text) => Buffer.from(text))), fc.nat(64)),
      ([bytes, size]) => {
        const lines: string[] = []
        const reader = new OutputLines((line) => lines.push(line))
        const whole = new OutputLines((line) => lines.push(line))
        whole.push(Buffer.from(bytes))
        whole.end()
        const expected = lines.splice(0)
        // Whatever the pieces; a pipe does not deliver a large text byte by byte.
        const step = 1 + size + Math.floor(bytes.length / 1_024)
        for (let at = 0; at < bytes.length; at += step)
          reader.push(Buffer.from(bytes.subarray(at, at + step)))
        reader.end()
        assert.deepEqual(lines, expected)
        assert.ok(lines.every((line) => line.length <= 16_384 && !line.includes('\n')))
      },
    ),
  ],
}

export const commandLine: Target = {
  name: 'command-line',
  promises: [
    promise(
      'words',
      fc.array(mutatedText(['jobs', '--json', '--since', '1h', '--', '.', '--user-data-dir=x'], 1e6)),
      (words) => {
        const parsed = parseCommandLine(['electron', ...words], ['.'])
        if (parsed && 'error' in parsed) expectOneLine(parsed.error, 2_000)
      },
    ),
    promise('--since', mutatedText(['90s', '1.5h', '2026-11-23', '2026-11-23T20:15:01.5+02:00']), (text) => {
      const at = parseSince(text, Date.UTC(2026, 0, 1))
      assert.ok(at === null || Number.isFinite(at))
    }),
    promise('what a terminal gets', mutatedText(STDERR), (text) => {
      expectOneLine(terminalText(text), text.length)
      const json = terminalJson({ [text]: text })
      assert.deepEqual(JSON.parse(json), { [text]: text })
      for (const line of json.split('\n')) expectOneLine(line, Infinity)
    }),
  ],
}
