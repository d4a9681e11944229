import { describe, expect, it } from 'vitest'
import {
  BOOM,
  gone,
  linux,
  mac,
  type Row,
  SAME,
  SIGABRT,
  SIGKILL,
  SIGTRAP,
  signExtended,
  verdict,
  windows,
} from './exit-cause.test-support'

const CRASHES: readonly Row[] = [
  ['process.abort()', linux(33, SIGABRT), 'crash'],
  ['abort, and no output to tell', linux(33, { ...SIGABRT, stderrTail: '' }), 'crash?'],
  ['SIGSEGV, and no output', linux(33, { ...gone(11, 'crashed'), stderrTail: '' }), 'crash'],
  ['SIGSEGV with a core dump', linux(33, gone(139, 'crashed')), 'crash'],
  ['SIGILL', linux(33, gone(4, 'crashed')), 'crash'],
  ['SIGBUS', linux(33, gone(7, 'crashed')), 'crash'],
  ['SIGBUS on macOS', mac(33, gone(10, 'crashed')), 'crash'],
  ['SIGSYS', linux(33, gone(31, 'crashed')), 'crash'],
  ['an engine’s SIGSEGV', linux(33, { exitCode: 139 }), 'crash'],
  ['an engine’s abort', linux(33, { exitCode: 250 }), 'crash'],
  [
    'V8’s other fatal errors',
    linux(33, { ...SIGTRAP, stderrTail: '#\n# Fatal error in , line 0\n#\n' }),
    'crash',
  ],
  ['an access violation', windows(45, gone(-1073741819, 'crashed')), 'crash'],
  ['the same, rounded', windows(39, { exitCode: signExtended(0xc0000005) }), 'crash'],
  ['heap corruption', windows(45, gone(0xc0000374 | 0, 'crashed')), 'crash'],
  ['a C++ exception', windows(45, gone(0xe06d7363 | 0, 'crashed')), 'crash'],
  ['nothing known', linux(33, {}), 'crash?'],
  ['nothing known but that', linux(33, { gone: { reason: 'crashed', exitCode: 0 } }), 'crash'],
]

const ERRORS: readonly Row[] = [
  ['process.exit(7)', linux(33, { exitCode: 7 }), 'error-exit'],
  ['process.exit(-1)', linux(33, { exitCode: 0xffffffff }), 'error-exit'],
  ['process.exit(255)', linux(33, { exitCode: 255 }), 'error-exit'],
  ['process.exit(256)', linux(33, { exitCode: 256 }), 'error-exit'],
  ['process.exit(128)', linux(33, { exitCode: 128 }), 'error-exit'],
  ['_exit(3)', linux(33, gone(3 << 8, 'abnormal-exit')), 'error-exit'],
  ['ExitProcess(3)', windows(33, gone(3, 'crashed')), 'error-exit'],
  ['uncaught', linux(33, { exitCode: 1, uncaught: BOOM }), 'error-exit'],
  ['uncaught on Windows', windows(33, { exitCode: 1, uncaught: BOOM }), 'error-exit'],
  ['uncaught on Windows, as killed', windows(33, { ...gone(1, 'killed'), uncaught: BOOM }), 'error-exit'],
  ['process.exit(1) on Windows', windows(33, { exitCode: 1 }), 'error-exit'],
  ['process.exit(134) on Windows', windows(33, { exitCode: 134 }), 'error-exit'],
  [
    'no memory for a buffer',
    linux(33, { exitCode: 1, uncaught: { name: 'RangeError', message: 'Array buffer allocation failed' } }),
    'error-exit!?',
  ],
  [
    'no memory for a buffer, and then SIGKILL',
    linux(33, {
      ...SIGKILL,
      ...SAME,
      uncaught: { name: 'RangeError', message: 'Array buffer allocation failed' },
    }),
    'killed',
  ],
]

describe('crashes', () => {
  it.each(CRASHES)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})

describe('exits with an error', () => {
  it.each(ERRORS)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})

describe('every status that Chromium calls a crash', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('is a death on %s', (platform) => {
    for (let code = -300; code < 2_000; code += 1) {
      if (code !== 0) expect(verdict({ platform, ...gone(code, 'crashed') }), String(code)).not.toBe('-')
    }
  })
})
