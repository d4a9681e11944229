/** Length of the end that is searched, in UTF-16 code units: V8's final output takes about 4 KB. */
const MAX_TAIL = 32_768
const MAX_MESSAGE = 200

export interface V8Fatal {
  /** The line that V8 or its embedder wrote, without the log prefix. */
  readonly message: string
  readonly outOfMemory: boolean
  /**
   * The process that wrote it: `own` is this one, `other` another one whose output ends here too (a child of
   * the backend), `unknown` may also be a line that the backend logged.
   */
  readonly author: 'own' | 'other' | 'unknown'
}

/**
 * V8's fatal errors, as three writers write them:
 * - Node's handlers (src/node_errors.cc; seen on Electron 33):
 *   `FATAL ERROR: Reached heap limit Allocation failed - ...`
 * - Electron's, from 35.0.1 for memory (shell/common/node_bindings.cc):
 *   `[PID:0311/101010.1:ERROR:...] OOM error in V8: ...`
 * - V8 without a handler (src/base/logging.cc): `# Fatal JavaScript out of memory: ...`, before V8 11
 *   `# Fatal process OOM in ...`
 */
const FATAL_LINE =
  /^(?:\[(?<pid>\d+):[^\]]*\] ?)?(?:# ?)?(?<message>FATAL ERROR: .+|(?:OOM|Fatal) error in V8: .+|Fatal (?:error in |(?:JavaScript|process) (?:out of memory|OOM in)).*)$/i
const OUT_OF_MEMORY =
  /Allocation failed - (?:JavaScript heap|process) out of memory|^OOM error in V8|^Fatal (?:JavaScript|process) (?:out of memory|OOM in)/i

/**
 * V8's trace of its last collections, `[PID:0xISOLATE] 5068 ms: Mark-Compact`; no `0x` on Windows. Lines may
 * be joined.
 */
const GC_TRACE = /\[(\d+):(?:0x)?[\da-f]{6,16}\]\s+\d+ ms: [A-Z]/gi
/** The beginning of V8's final output. */
const FIRST_WORDS = '<--- Last few GCs --->'

/**
 * Lines that may follow a fatal error in the output of a process that dies of it: stacks, registers,
 * Chromium's last message.
 */
const STACK_LINE =
  /^\s*(?:$|-{3,}|\d+: |#|at |\[\d+:|\[end of stack|Received signal |[a-z\d]{2,3}: [\da-f]{8,16}|Calling _exit)/

/** Finds V8's last fatal error in the end of a process's stderr; `null` if there is none. */
export function parseV8Fatal(stderrTail: string, pid: number | null): V8Fatal | null {
  const lines = stderrTail.slice(-MAX_TAIL).split(/\r?\n/)
  const at = lines.findLastIndex((line) => FATAL_LINE.test(line))
  const groups = FATAL_LINE.exec(lines[at] ?? '')?.groups
  if (!groups?.message) return null

  const message = groups.message.trim()
  const before = lines.slice(0, at)
  const previous = before.findLastIndex((line) => FATAL_LINE.test(line))
  const writtenBy = groups.pid ? Number(groups.pid) : tracedPid(before.slice(previous + 1).join('\n'))
  const last = lines.slice(at + 1).every((line) => STACK_LINE.test(line))
  return {
    message: message.slice(0, MAX_MESSAGE),
    outOfMemory: OUT_OF_MEMORY.test(message),
    author: author(writtenBy, pid, last),
  }
}

function author(writtenBy: number | null, pid: number | null, last: boolean): V8Fatal['author'] {
  if (writtenBy !== null && pid !== null) return writtenBy === pid ? 'own' : 'other'
  return last ? 'own' : 'unknown'
}

/** The process id in the collections traced just before the fatal error, if V8 traced any. */
function tracedPid(before: string): number | null {
  const start = before.lastIndexOf(FIRST_WORDS)
  if (start < 0) return null
  const trace = [...before.slice(start).matchAll(GC_TRACE)].at(-1)
  return trace ? Number(trace[1]) : null
}
