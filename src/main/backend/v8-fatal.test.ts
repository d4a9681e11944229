import { describe, expect, it } from 'vitest'
import {
  electronHeapOom,
  LOGGED_OOM,
  nodeHeapOom,
  nodeHeapOomWithStack,
  windowsHeapOom,
} from './exit-cause.samples'
import { parseV8Fatal, type V8Fatal } from './v8-fatal'

const INEFFECTIVE =
  'FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory'
const REACHED = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
const BY_ELECTRON = 'OOM error in V8: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory'

const TABLE: readonly [what: string, stderr: string, pid: number | null, V8Fatal | null][] = [
  ['nothing', '', 7, null],
  ['a log that mentions it', 'job failed: JavaScript heap out of memory\n', 7, null],
  ['a log that quotes it in a line', 'engine: FATAL ERROR: Reached heap limit\n', 7, null],
  ['Node', nodeHeapOom(7), 7, { message: INEFFECTIVE, outOfMemory: true, author: 'own' }],
  [
    'Node after a log',
    `listening\n${nodeHeapOom(7)}`,
    7,
    { message: INEFFECTIVE, outOfMemory: true, author: 'own' },
  ],
  ['a child', nodeHeapOom(8), 7, { message: INEFFECTIVE, outOfMemory: true, author: 'other' }],
  [
    'a child, and stacks',
    nodeHeapOomWithStack(8),
    7,
    { message: REACHED, outOfMemory: true, author: 'other' },
  ],
  ['an unknown pid', nodeHeapOom(8), null, { message: INEFFECTIVE, outOfMemory: true, author: 'own' }],
  ['Electron', electronHeapOom(7), 7, { message: BY_ELECTRON, outOfMemory: true, author: 'own' }],
  [
    'Electron, the line alone',
    electronHeapOom(7).trim().split('\n').at(-1) ?? '',
    8,
    { message: BY_ELECTRON, outOfMemory: true, author: 'other' },
  ],
  ['Windows, a child', windowsHeapOom(8), 7, { message: INEFFECTIVE, outOfMemory: true, author: 'other' }],
  ['Windows', windowsHeapOom(7), 7, { message: INEFFECTIVE, outOfMemory: true, author: 'own' }],
  [
    'V8 without a handler',
    '\n#\n# Fatal JavaScript out of memory: MarkCompactCollector: semi-space copy\n#\n',
    7,
    {
      message: 'Fatal JavaScript out of memory: MarkCompactCollector: semi-space copy',
      outOfMemory: true,
      author: 'own',
    },
  ],
  [
    'a failed check',
    '#\n# Fatal error in , line 0\n# Check failed: x.\n#\n#FailureMessage Object: 0x7f8b4ffde0\n',
    7,
    { message: 'Fatal error in , line 0', outOfMemory: false, author: 'own' },
  ],
  [
    'an addon',
    'FATAL ERROR: Error::ThrowAsJavaScriptException napi_throw\n----- Native stack trace -----\n',
    7,
    {
      message: 'FATAL ERROR: Error::ThrowAsJavaScriptException napi_throw',
      outOfMemory: false,
      author: 'own',
    },
  ],
  [
    'registers and farewell',
    `${REACHED}\nReceived signal 6\n#0 0x55d2a8\n  r8: 0000000000000000  r9: 00007ffc0\n rax: 0000000000000000\n[end of stack trace]\nCalling _exit(1). Core file will not be generated.\n`,
    7,
    { message: REACHED, outOfMemory: true, author: 'own' },
  ],
  [
    'a log of it, and life goes on',
    LOGGED_OOM,
    7,
    { message: REACHED, outOfMemory: true, author: 'unknown' },
  ],
  [
    'a child, and then a line without a trace',
    `${nodeHeapOom(8)}\nrestarted the engine\n${REACHED}\nmore\n`,
    7,
    { message: REACHED, outOfMemory: true, author: 'unknown' },
  ],
  [
    'a child, and then itself',
    `${nodeHeapOomWithStack(8)}\nrestarted the engine\n${nodeHeapOom(7)}`,
    7,
    { message: INEFFECTIVE, outOfMemory: true, author: 'own' },
  ],
  ['only the end of a long tail', `${nodeHeapOom(7)}${'x\n'.repeat(20_000)}`, 7, null],
]

describe('parseV8Fatal', () => {
  it.each(TABLE)('%s', (_what, stderr, pid, expected) => {
    expect(parseV8Fatal(stderr, pid)).toEqual(expected)
  })

  it('cuts a message', () => {
    expect(parseV8Fatal(`FATAL ERROR: ${'x'.repeat(10_000)}`, 7)?.message).toHaveLength(200)
  })

  it('takes its time from no input', () => {
    const startedAt = performance.now()
    for (const piece of ['[1:', 'FATAL ERROR: ', '[1:0x000000] 1 ms', '#', ' \t', '0'])
      parseV8Fatal(piece.repeat(100_000), 7)
    // Milliseconds; in the square of the length it would be minutes.
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})
