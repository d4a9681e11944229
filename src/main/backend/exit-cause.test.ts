import { describe, expect, it } from 'vitest'
import { explainExit } from './exit-cause'
import { nodeHeapOom } from './exit-cause.samples'
import {
  BOOM,
  GREW,
  gone,
  heap,
  type Known,
  linux,
  MIB,
  mac,
  NOTHING,
  PID,
  type Row,
  SAME,
  SIGABRT,
  SIGKILL,
  signExtended,
  verdict,
  windows,
} from './exit-cause.test-support'

const NO_DEATH: readonly Row[] = [
  ['process.exit(0)', linux(33, { exitCode: 0 }), '-'],
  ['process.exit(0) on Windows', windows(45, { exitCode: 0 }), '-'],
  ['clean-exit', linux(33, gone(0, 'clean-exit')), '-'],
  ['a stop, and its own exit code', linux(33, { intent: 'stop', exitCode: 1 }), '-'],
  ['a stop, and our kill()', linux(33, { intent: 'stop', ...gone(15, 'killed'), exitCode: 0 }), '-'],
  ['a stop, and our SIGKILL', linux(33, { intent: 'stop', ...SIGKILL, ...GREW }), '-'],
  ['a stop, and TerminateProcess', windows(33, { intent: 'stop', ...gone(1, 'killed') }), '-'],
]

const OURS: readonly Row[] = [
  ['a replacement between two jobs', linux(33, { intent: 'replace', exitCode: 0 }), '-'],
  ['a replacement that took a kill', linux(33, { intent: 'replace', exitCode: 137 }), '-'],
  ['our memory limit, SIGKILL', linux(33, { intent: 'memory-limit', ...SIGKILL }), 'memory-limit!'],
  [
    'our memory limit, which the kernel had too',
    linux(33, { intent: 'memory-limit', ...SIGKILL, ...GREW }),
    'memory-limit!',
  ],
  ['our memory limit, kill() reports 0', linux(33, { intent: 'memory-limit', exitCode: 0 }), 'memory-limit!'],
  ['our memory limit, the backend obeys', mac(45, { intent: 'memory-limit', exitCode: 0 }), 'memory-limit!'],
  [
    'our memory limit on Windows',
    windows(45, { intent: 'memory-limit', ...gone(1, 'killed') }),
    'memory-limit!',
  ],
  [
    'our memory limit, but the heap was faster',
    linux(33, { intent: 'memory-limit', ...SIGABRT, stderrTail: nodeHeapOom(PID) }),
    'heap-out-of-memory!',
  ],
  ['unresponsive', linux(33, { intent: 'unresponsive', ...SIGKILL, ...SAME }), 'unresponsive'],
  ['unresponsive, and then a crash', linux(33, { intent: 'unresponsive', ...gone(11, 'crashed') }), 'crash'],
]

const LAUNCH: readonly Row[] = [
  ['the entry threw', linux(33, { exitCode: 1, launchError: BOOM }), 'launch-failed'],
  ['the entry threw, on Windows', windows(33, { ...gone(1, 'killed'), launchError: BOOM }), 'launch-failed'],
  ['launch-failed', linux(33, gone(1003, 'launch-failed')), 'launch-failed'],
  ['launch-failed on Windows', windows(45, gone(18, 'launch-failed')), 'launch-failed'],
  ['integrity-failure', windows(45, gone(0xc0000428 | 0, 'integrity-failure')), 'launch-failed'],
  ['a missing DLL', windows(45, gone(0xc0000135 | 0, 'crashed')), 'launch-failed'],
]

describe('no death', () => {
  it.each(NO_DEATH)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})

describe('ended by us', () => {
  it.each(OURS)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})

describe('launch', () => {
  it.each(LAUNCH)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})

const evidence = (known: Known) => explainExit({ ...NOTHING, ...known })?.evidence

describe('the evidence', () => {
  it('of a full heap begins with V8’s words', () => {
    const known = linux(33, { ...SIGABRT, stderrTail: nodeHeapOom(PID), memory: heap(231) })
    expect(evidence(known)).toEqual([
      'V8 wrote: FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
      'exit status 6 (SIGABRT), reason "crashed"',
      'heap 231 MiB of 234 MiB, resident 612 MiB, 0.4 s before',
    ])
  })

  it('of a kill by the kernel begins with its counter', () => {
    expect(evidence(linux(33, { ...SIGKILL, ...GREW }))).toEqual([
      "the kernel's out-of-memory kills in its cgroup went from 0 to 1",
      'exit status 9 (SIGKILL), reason "killed"',
    ])
  })

  it.each([
    [
      'a kill',
      { ...SIGKILL, ...SAME },
      [
        'exit status 9 (SIGKILL), reason "killed"',
        "the kernel's out-of-memory kills in its cgroup stayed at 3",
      ],
    ],
    [
      'a guess',
      SIGKILL,
      ['exit status 9 (SIGKILL), reason "killed"', 'the count of out-of-memory kills could not be read'],
    ],
    ['a guess on macOS', mac(33, SIGKILL), ['exit status 9 (SIGKILL), reason "killed"']],
    ['a core dump', gone(139, 'crashed'), ['exit status 139 (SIGSEGV, core dumped), reason "crashed"']],
    [
      'an engine',
      { exitCode: 0xfffffff7, ...SAME },
      [
        'exit code 4294967287 (a child ended by SIGKILL)',
        "the kernel's out-of-memory kills in its cgroup stayed at 3",
      ],
    ],
    ['a signal of macOS', mac(33, gone(10, 'crashed')), ['exit status 10 (SIGBUS), reason "crashed"']],
    ['a code', { exitCode: 7 }, ['exit code 7']],
    ['an exception', { exitCode: 1, uncaught: BOOM }, ['nobody caught TypeError: boom', 'exit code 1']],
    ['an entry', { exitCode: 1, launchError: BOOM }, ['the entry threw TypeError: boom', 'exit code 1']],
    [
      'a limit',
      {
        exitCode: 0,
        intent: 'memory-limit',
        memory: { ageMs: 1_234, treeRssBytes: 3 * MIB, heapUsedBytes: null, heapLimitBytes: null },
      },
      ['it was being ended for going over its memory limit', 'resident 3 MiB, 1.2 s before', 'exit code 0'],
    ],
    [
      'an empty sample',
      { exitCode: 7, memory: { ageMs: 0, treeRssBytes: null, heapUsedBytes: null, heapLimitBytes: null } },
      ['exit code 7'],
    ],
    [
      'Windows',
      windows(45, gone(-1073741819, 'crashed')),
      ['exit code 0xC0000005 (STATUS_ACCESS_VIOLATION), reason "crashed"'],
    ],
    [
      'Windows, rounded',
      windows(39, { exitCode: signExtended(0xc0000005) }),
      ['exit code 0xC0000000 (low bits lost)'],
    ],
    [
      'a child',
      { ...SIGABRT, stderrTail: nodeHeapOom(PID + 1) },
      [
        'another process wrote: FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory',
        'exit status 6 (SIGABRT), reason "crashed"',
      ],
    ],
  ] as const satisfies readonly (readonly [string, Known, readonly string[]])[])(
    'of %s',
    (_what, known, expected) => {
      expect(evidence(known)).toEqual(expected)
    },
  )

  it('is short, and one line each', () => {
    const message = `first\n\tsecond\u0000${'x'.repeat(5_000)}`
    const texts = evidence({ exitCode: 1, uncaught: { name: 'Error', message }, fatalError: message }) ?? []
    expect(texts[0]).toMatch(/^nobody caught Error: first second x+…$/)
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(240)
  })
})

describe('an exit with an error', () => {
  const lastWords = ['FATAL: no model', 'goodbye']

  it('says the line that explains it', () => {
    const explained = explainExit({ ...NOTHING, exitCode: 3, lastWords })
    expect(explained?.evidence[0]).toBe('exited with code 3: FATAL: no model')
    expect(explained?.errorLine).toBe('FATAL: no model')
  })

  it.each<[string, Known]>([
    ['an error that nobody caught', { exitCode: 1, uncaught: BOOM, lastWords }],
    ['a crash', { ...SIGABRT, lastWords }],
    ['a kill', { ...SIGKILL, lastWords }],
    ['no such line', { exitCode: 3, lastWords: ['goodbye'] }],
  ])('quotes nothing of %s', (_what, known) => {
    const explained = explainExit({ ...NOTHING, ...known })
    expect(explained?.errorLine).toBeNull()
    expect(explained?.evidence.join()).not.toMatch(/no model|goodbye/)
  })
})
