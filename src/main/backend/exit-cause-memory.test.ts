import { describe, expect, it } from 'vitest'
import { electronHeapOom, LOGGED_OOM, nodeHeapOom, windowsHeapOom } from './exit-cause.samples'
import {
  gone,
  heap,
  linux,
  mac,
  PID,
  type Row,
  SIGABRT,
  SIGTRAP,
  signExtended,
  verdict,
  windows,
} from './exit-cause.test-support'

const HEAP: readonly Row[] = [
  ['35.0.0: no words, and a full heap', linux(35, { ...SIGABRT, memory: heap(231) }), 'heap-out-of-memory!?'],
  ['35.0.1: no words, and a full heap', linux(35, { ...SIGTRAP, memory: heap(231) }), 'heap-out-of-memory!?'],
  [
    'an engine’s heap, with no trace',
    linux(33, {
      exitCode: 134,
      stderrTail: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n',
    }),
    'heap-out-of-memory!?',
  ],
  [
    '33: SIGABRT and V8’s words',
    linux(33, { ...SIGABRT, stderrTail: nodeHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  [
    '33: with a core dump',
    linux(33, { ...gone(134, 'crashed'), stderrTail: nodeHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  [
    '45: SIGTRAP and V8’s words',
    linux(45, { ...SIGTRAP, stderrTail: electronHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  [
    '45: with a core dump',
    linux(45, { ...gone(133, 'crashed'), stderrTail: electronHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  ['35.0.0', linux(35, { ...SIGABRT, stderrTail: nodeHeapOom(PID) }), 'heap-out-of-memory!'],
  ['35.0.1', linux(35, { ...SIGTRAP, stderrTail: electronHeapOom(PID) }), 'heap-out-of-memory!'],
  [
    'Crashpad’s handler: SIGSEGV and V8’s words',
    linux(31, { ...gone(11, 'crashed'), stderrTail: nodeHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  ['SIGSEGV and words of whom', linux(31, { ...gone(11, 'crashed'), stderrTail: LOGGED_OOM }), 'crash'],
  ['macOS, 33', mac(33, { ...SIGABRT, stderrTail: nodeHeapOom(PID) }), 'heap-out-of-memory!'],
  ['macOS, 45', mac(45, { ...SIGTRAP, stderrTail: electronHeapOom(PID) }), 'heap-out-of-memory!'],
  [
    'the FatalError event',
    linux(45, { ...SIGTRAP, fatalError: 'FatalError at Zone: process out of memory' }),
    'heap-out-of-memory!',
  ],
  [
    'words of whom, and a full heap',
    linux(33, { ...SIGABRT, stderrTail: LOGGED_OOM, memory: heap(231) }),
    'heap-out-of-memory!',
  ],
  ['words of whom', linux(33, { ...SIGABRT, stderrTail: LOGGED_OOM }), 'heap-out-of-memory!?'],
  ['no words, and a full heap', linux(33, { ...SIGABRT, memory: heap(231) }), 'heap-out-of-memory!?'],
  ['45: no words, and a full heap', linux(45, { ...SIGTRAP, memory: heap(231) }), 'heap-out-of-memory!?'],
  [
    'no words, and a heap that was full long ago',
    linux(33, { ...SIGABRT, memory: heap(231, 61_000) }),
    'crash',
  ],
  ['no words, and a heap with room', linux(33, { ...SIGABRT, memory: heap(200) }), 'crash'],
  ['a full heap, but V8 would not end so', linux(45, { ...SIGABRT, memory: heap(231) }), 'crash'],
  ['a full heap, but V8 would not end so yet', linux(33, { ...SIGTRAP, memory: heap(231) }), 'crash'],
  ['a full heap, and SIGSEGV', linux(33, { ...gone(11, 'crashed'), memory: heap(234) }), 'crash'],
  ['a child’s words, and abort()', linux(33, { ...SIGABRT, stderrTail: nodeHeapOom(PID + 1) }), 'crash'],
  ['words, and process.exit(6)', linux(33, { exitCode: 6, stderrTail: nodeHeapOom(PID) }), 'error-exit'],
  ['words, and process.exit(1)', linux(33, { exitCode: 1, stderrTail: LOGGED_OOM }), 'error-exit'],
  ['words, and SIGSEGV', linux(33, { ...gone(11, 'crashed'), stderrTail: LOGGED_OOM }), 'crash'],
  [
    'Windows, 33: Node’s abort',
    windows(33, { ...gone(134, 'crashed'), stderrTail: windowsHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  ['Windows, 45: reason oom', windows(45, gone(-536870904, 'oom')), 'heap-out-of-memory!'],
  ['Windows, the same unsigned', windows(45, { exitCode: 3758096392 }), 'heap-out-of-memory!'],
  [
    'Windows, the same sign-extended',
    windows(39, { exitCode: signExtended(0xe0000008) }),
    'heap-out-of-memory!',
  ],
  [
    'Windows, ambiguous, and words',
    windows(45, { ...gone(0x80000003 | 0, 'crashed'), stderrTail: electronHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  [
    'Windows, ambiguous, and a full heap',
    windows(45, { ...gone(0xc0000005 | 0, 'crashed'), memory: heap(231) }),
    'heap-out-of-memory!?',
  ],
  [
    'Windows, sign-extended and words',
    windows(39, { exitCode: signExtended(0x80000003), stderrTail: windowsHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  [
    'a worker’s heap',
    linux(33, {
      exitCode: 1,
      uncaught: {
        name: 'Error',
        message: 'Worker terminated due to reaching memory limit: JS heap out of memory',
      },
    }),
    'heap-out-of-memory!',
  ],
  [
    'an engine’s heap, by a shell',
    linux(33, { exitCode: 134, stderrTail: nodeHeapOom(PID + 1) }),
    'heap-out-of-memory!?',
  ],
]

describe('out of heap', () => {
  it.each(HEAP)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})
