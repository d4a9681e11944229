import { isBadAlloc, isMemoryError } from '../memory/memory-error'
import type { DeathCause } from './cause'
import type { EvidenceKind } from './exit-cause-evidence'
import type { Signs } from './exit-cause-signs'
import type { ExitExplanation, ExitObservation } from './exit-observation'
import type { ExitStatus } from './exit-status'
import type { V8Fatal } from './v8-fatal'

type Verdict = Pick<ExitExplanation, 'cause' | 'oom' | 'confidence'>

interface ExitRule {
  readonly name: string
  readonly when: (signs: Signs) => boolean
  /** The verdict; `null` if the exit was not a death. */
  readonly verdict: Verdict | null
  /** The kinds of evidence that weigh most, in order; the others follow. */
  readonly weight: readonly EvidenceKind[]
}

const proven = (cause: DeathCause, oom: boolean): Verdict => ({ cause, oom, confidence: 'proven' })
const suspected = (cause: DeathCause, oom: boolean): Verdict => ({ cause, oom, confidence: 'suspected' })

/** The rules in order: the first that matches explains the exit. */
export const EXIT_RULES: readonly ExitRule[] = [
  {
    name: 'a stop that was asked for',
    when: ({ given }) => given.intent === 'stop',
    verdict: null,
    weight: [],
  },
  {
    name: 'a replacement between two jobs',
    when: ({ given }) => given.intent === 'replace',
    verdict: null,
    weight: [],
  },
  {
    name: 'our memory limit',
    when: ({ given, status }) => given.intent === 'memory-limit' && mayBeOurs(status),
    verdict: proven('memory-limit', true),
    weight: ['intent', 'memory'],
  },
  {
    name: 'our answer to a backend that does not respond',
    when: ({ given, status }) => given.intent === 'unresponsive' && mayBeOurs(status),
    verdict: proven('unresponsive', false),
    weight: ['intent'],
  },
  {
    name: 'an entry that threw while it was loaded',
    when: ({ given }) => given.launchError !== null,
    verdict: proven('launch-failed', false),
    weight: ['launch', 'status'],
  },
  {
    name: 'a program that the system did not load',
    when: ({ status }) => status.ending === 'no-start',
    verdict: proven('launch-failed', false),
    weight: ['status'],
  },
  {
    name: 'an end that would be clean, had no job run',
    when: ({ status, given }) => status.ending === 'clean' && given.runningJobs > 0,
    verdict: proven('error-exit', false),
    weight: ['jobs', 'status'],
  },
  {
    name: 'a clean end',
    when: ({ status }) => status.ending === 'clean',
    verdict: null,
    weight: [],
  },
  {
    name: 'an exit status made for running out of memory',
    when: ({ status }) => status.ending === 'out-of-memory',
    verdict: proven('heap-out-of-memory', true),
    weight: ['status', 'v8', 'memory'],
  },
  {
    name: "V8's own last words",
    when: (signs) =>
      (endedByFault(signs) && saysOutOfMemory(signs, 'own')) ||
      (aborted(signs) && signs.eventSaysOutOfMemory),
    verdict: proven('heap-out-of-memory', true),
    weight: ['v8', 'event', 'status', 'memory'],
  },
  {
    name: "words that may be V8's, and a full heap",
    when: (signs) => aborted(signs) && saysOutOfMemory(signs, 'unknown') && signs.nearHeapLimit,
    verdict: proven('heap-out-of-memory', true),
    weight: ['memory', 'v8', 'status'],
  },
  {
    name: "words that may be V8's",
    when: (signs) => aborted(signs) && saysOutOfMemory(signs, 'unknown'),
    verdict: suspected('heap-out-of-memory', true),
    weight: ['v8', 'status', 'memory'],
  },
  {
    name: 'a child that ended like V8, and its words',
    when: ({ status, v8 }) => status.ending === 'abort' && status.passedOn && v8?.outOfMemory === true,
    verdict: suspected('heap-out-of-memory', true),
    weight: ['status', 'v8'],
  },
  {
    name: 'a child that ended like C++ without memory, and its words',
    when: ({ python }) => python !== null && isBadAlloc(python.error),
    verdict: suspected('crash', true),
    weight: ['python', 'status', 'memory'],
  },
  {
    name: 'a full heap, and an end that V8 gives to it',
    when: (signs) => signs.nearHeapLimit && aborted(signs) && isHowV8Ends(signs),
    verdict: suspected('heap-out-of-memory', true),
    weight: ['memory', 'status'],
  },
  {
    name: 'memory that the system refused, as Chromium says',
    when: ({ status, given }) => status.ending === 'no-memory' && given.gone?.reason !== 'crashed',
    verdict: proven('kernel-oom-kill', true),
    weight: ['status', 'memory'],
  },
  {
    name: 'memory that the system refused, as the exit code says',
    when: ({ status }) => status.ending === 'no-memory',
    verdict: suspected('kernel-oom-kill', true),
    weight: ['status', 'memory'],
  },
  {
    name: 'SIGKILL, and the kernel counted one for memory',
    when: ({ status, given }) => status.ending === 'kill' && kills(given) > 0,
    verdict: proven('kernel-oom-kill', true),
    weight: ['counter', 'status', 'memory'],
  },
  {
    name: 'SIGKILL, and the kernel counted none for memory',
    when: ({ status, given }) => status.ending === 'kill' && kills(given) === 0,
    verdict: proven('killed', false),
    weight: ['status', 'counter'],
  },
  {
    name: 'SIGKILL that nothing explains',
    when: ({ status }) => status.ending === 'kill',
    verdict: suspected('kernel-oom-kill', true),
    weight: ['status', 'counter', 'memory'],
  },
  {
    name: 'ended from outside',
    when: ({ status }) => status.ending === 'terminate',
    verdict: proven('killed', false),
    weight: ['status'],
  },
  {
    name: 'a crash that may have been memory, with no output to tell',
    when: (signs) => aborted(signs) && isHowV8Ends(signs) && signs.given.stderrTail.trim() === '',
    verdict: suspected('crash', false),
    weight: ['crash', 'status', 'event'],
  },
  {
    name: 'a crash',
    when: ({ status }) => status.ending === 'abort' || status.ending === 'crash',
    verdict: proven('crash', false),
    weight: ['crash', 'v8', 'event', 'python', 'status'],
  },
  {
    name: "a worker's heap, and nobody caught its error",
    when: ({ status, memoryError }) => status.ending === 'error' && memoryError === 'worker-heap',
    verdict: proven('heap-out-of-memory', true),
    weight: ['uncaught', 'status', 'memory'],
  },
  {
    name: 'a buffer that could not be had: too little memory, or too large a wish',
    when: ({ status, memoryError }) => status.ending === 'error' && memoryError === 'buffer',
    verdict: suspected('error-exit', true),
    weight: ['uncaught', 'memory', 'status'],
  },
  {
    name: 'memory that Python did not get, as it said last',
    when: ({ python }) => python !== null && isMemoryError(python.error),
    verdict: proven('error-exit', true),
    weight: ['python', 'status', 'memory'],
  },
  {
    name: 'an exit with an error',
    when: ({ status }) => status.ending === 'error',
    verdict: proven('error-exit', false),
    weight: ['uncaught', 'python', 'status'],
  },
  {
    name: 'an end of which nothing is known',
    when: () => true,
    verdict: suspected('crash', false),
    weight: ['status'],
  },
]

/** True if the exit may result from our own kill; a crash just before it is the backend's own. */
function mayBeOurs({ ending }: ExitStatus): boolean {
  return ['clean', 'error', 'kill', 'terminate', 'unknown'].includes(ending)
}

function aborted({ status }: Signs): boolean {
  return status.ending === 'abort' && !status.passedOn
}

/** True for whatever signal V8's end by a full heap comes out as: SIGSEGV where Crashpad handles it (seen on Electron 27). */
function endedByFault({ status }: Signs): boolean {
  return (status.ending === 'abort' || status.ending === 'crash') && !status.passedOn
}

function saysOutOfMemory({ v8 }: Signs, author: V8Fatal['author']): boolean {
  return v8?.outOfMemory === true && v8.author === author
}

/**
 * True if V8 may have aborted: SIGABRT by Node's handler, SIGTRAP by Electron's own since 35.0.1
 * (electron/electron pull request 45895), on Windows each code that is classified as `abort`.
 */
function isHowV8Ends({ status, given }: Signs): boolean {
  if (status.signal === null) return true
  return (
    (status.signal === 'SIGABRT' && given.electronMajor <= 35) ||
    (status.signal === 'SIGTRAP' && given.electronMajor >= 35)
  )
}

/**
 * The number of out-of-memory kills that the kernel counted; NaN, which no comparison matches, if it was not
 * read.
 */
function kills({ oomKills }: ExitObservation): number {
  return oomKills ? oomKills.after - oomKills.before : Number.NaN
}
