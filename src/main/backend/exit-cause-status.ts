import { windowsStatus } from './exit-cause-windows'
import type { Ending, ExitStatus, StatusEvidence } from './exit-status'

/**
 * Reasons of `child-process-gone` that are more precise than any code: the others only classify the codes.
 */
const REASON_ENDINGS: Readonly<Record<string, Ending>> = {
  'launch-failed': 'no-start',
  'integrity-failure': 'no-start',
  oom: 'out-of-memory',
  'memory-eviction': 'no-memory',
}

/** Reads `exit` and `child-process-gone` together. */
export function readExitStatus(evidence: StatusEvidence): ExitStatus {
  const status = evidence.platform === 'win32' ? windowsStatus(evidence) : posixStatus(evidence)
  const ending = REASON_ENDINGS[evidence.gone?.reason ?? '']
  return ending && status.ending !== 'no-memory' ? { ...status, ending } : status
}

/**
 * Chromium's classification of signals (base/process/kill_posix.cc); it reports any other, such as SIGHUP,
 * SIGQUIT or SIGXCPU, as exit code 0 without `child-process-gone` (seen). V8's own abort is SIGILL or
 * SIGTRAP, Node's SIGABRT, Chromium's SIGTRAP.
 */
const SIGNAL_ENDINGS: Readonly<Record<string, Ending>> = {
  SIGHUP: 'terminate',
  SIGINT: 'terminate',
  SIGTERM: 'terminate',
  SIGKILL: 'kill',
  SIGABRT: 'abort',
  SIGTRAP: 'abort',
  SIGILL: 'abort',
  SIGBUS: 'crash',
  SIGFPE: 'crash',
  SIGSEGV: 'crash',
  SIGSYS: 'crash',
}

const COMMON_SIGNALS = {
  1: 'SIGHUP',
  2: 'SIGINT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
} as const
/** signal(7) of Linux; <sys/signal.h> of macOS. */
const LINUX_SIGNALS: Readonly<Record<number, string>> = { ...COMMON_SIGNALS, 7: 'SIGBUS', 31: 'SIGSYS' }
const MACOS_SIGNALS: Readonly<Record<number, string>> = { ...COMMON_SIGNALS, 10: 'SIGBUS', 12: 'SIGSYS' }

/** Signals for which Python's `-n` is trusted: small negative exit codes are also plain exit codes. */
const PASSED_ON_BY_PYTHON: readonly string[] = ['SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGTERM']

/**
 * Reads a POSIX status. That of `child-process-gone` is a raw wait status (wait(2)): signal in the low 7
 * bits, 128 for a core dump, exit code in the next byte. Without it, the code is the argument of
 * `process.exit`, modulo 2^32 (seen).
 */
function posixStatus({ platform, exitCode, gone }: StatusEvidence): ExitStatus {
  const signals = platform === 'darwin' ? MACOS_SIGNALS : LINUX_SIGNALS
  if (!gone) return exitCode === null ? unknown(null) : codeStatus(exitCode, signals)

  // `exit` reports 0 after our own kill(); this does not.
  const status = gone.exitCode
  const number = status & 0x7f
  if (number === 0) {
    const code = (status >> 8) & 0xff
    return code === 0 && gone.reason !== 'clean-exit' ? unknown(gone.reason) : codeStatus(code, signals)
  }
  const signal = signals[number] ?? `signal ${number}`
  return {
    ending: SIGNAL_ENDINGS[signal] ?? (gone.reason === 'crashed' ? 'crash' : 'terminate'),
    text: `exit status ${status} (${signal}${status & 0x80 ? ', core dumped' : ''})`,
    signal,
    passedOn: false,
  }
}

function codeStatus(code: number, signals: Readonly<Record<number, string>>): ExitStatus {
  const signal = passedOnSignal(code, signals)
  const ending = SIGNAL_ENDINGS[signal ?? ''] ?? (code === 0 ? 'clean' : 'error')
  return {
    ending,
    text: signal ? `exit code ${code} (a child ended by ${signal})` : `exit code ${code}`,
    signal,
    passedOn: signal !== null,
  }
}

/**
 * The signal in an exit code: a shell's 128 + n, or `-n` of Python's subprocess, which an exit code of 8 bits
 * turns into 256 - n.
 */
function passedOnSignal(code: number, signals: Readonly<Record<number, string>>): string | null {
  const shell = signals[code - 128]
  if (shell) return shell
  const signed = code > 0x7fffffff ? code - 2 ** 32 : code
  const python = signals[signed < 0 ? -signed : 256 - signed]
  return python && PASSED_ON_BY_PYTHON.includes(python) && (signed < 0 || signed > 128) ? python : null
}

function unknown(reason: string | null): ExitStatus {
  const ending = reason === 'crashed' ? 'crash' : reason === 'killed' ? 'terminate' : 'unknown'
  return { ending, text: 'no exit status', signal: null, passedOn: false }
}
