import type { ErrorSummary } from '../../common/protocol/messages'
import { isLimitLifted } from '../memory/heap-limit'
import { describeNativeCrash } from './crashes/native-crash'
import type { Signs } from './exit-cause-signs'
import type { ExitMemory, ExitObservation } from './exit-observation'
import type { PythonFatal } from './python-fatal'
import type { V8Fatal } from './v8-fatal'

/** The kinds of evidence in their default order, used after those that a rule puts first. */
const KINDS = [
  'intent',
  'jobs',
  'launch',
  'crash',
  'v8',
  'event',
  'uncaught',
  'python',
  'status',
  'counter',
  'memory',
] as const
export type EvidenceKind = (typeof KINDS)[number]

/** Longest sentence kept, in UTF-16 code units. */
const MAX_LENGTH = 240
const MIB = 2 ** 20

/** The evidence as short sentences, the kinds in `weight` first. */
export function evidenceTexts(signs: Signs, weight: readonly EvidenceKind[]): string[] {
  return [...new Set([...weight, ...KINDS])].flatMap((kind) => {
    const text = TEXTS[kind](signs)
    return text === null ? [] : [oneLine(text)]
  })
}

const TEXTS: Readonly<Record<EvidenceKind, (signs: Signs) => string | null>> = {
  intent: ({ given }) => intentText(given.intent),
  jobs: ({ given, status }) =>
    status.ending === 'clean' && given.intent === null && given.runningJobs > 0
      ? 'it ended by itself while a job ran'
      : null,
  launch: ({ given }) => given.launchError && `the entry threw ${errorText(given.launchError)}`,
  // V8 ends a process without memory by a crash of its own.
  crash: ({ given, v8 }) => (given.crash && !v8?.outOfMemory ? describeNativeCrash(given.crash) : null),
  v8: ({ v8 }) => v8 && v8Text(v8),
  event: ({ given }) => given.fatalError && `Electron reported: ${given.fatalError}`,
  uncaught: ({ given }) => given.uncaught && `nobody caught ${errorText(given.uncaught)}`,
  python: ({ python }) => python && pythonText(python),
  status: ({ given, status, errorLine }) => {
    if (errorLine !== null) return `${status.text.replace(/^exit /, 'exited with ')}: ${errorLine}`
    return given.gone ? `${status.text}, reason "${given.gone.reason}"` : status.text
  },
  counter: ({ given, status }) => (status.ending === 'kill' ? counterText(given) : null),
  memory: ({ given }) => given.memory && memoryText(given.memory),
}

function intentText(intent: ExitObservation['intent']): string | null {
  switch (intent) {
    case 'memory-limit':
      return 'it was being ended for going over its memory limit'
    case 'unresponsive':
      return 'it was being ended because it did not respond'
    case 'stop':
    case 'replace':
    case null:
      return null
  }
}

function v8Text({ author, message }: V8Fatal): string {
  switch (author) {
    case 'own':
      return `V8 wrote: ${message}`
    case 'other':
      return `another process wrote: ${message}`
    case 'unknown':
      return `stderr holds, from V8 or from a log: ${message}`
  }
}

function pythonText({ error, where }: PythonFatal): string {
  const words = error.message === '' ? error.name : errorText(error)
  return `Python wrote: ${words}${where === null ? '' : `, in ${where}`}`
}

function counterText({ oomKills, platform }: ExitObservation): string | null {
  if (!oomKills) return platform === 'linux' ? 'the count of out-of-memory kills could not be read' : null
  const { before, after } = oomKills
  return after > before
    ? `the kernel's out-of-memory kills in its cgroup went from ${before} to ${after}`
    : `the kernel's out-of-memory kills in its cgroup stayed at ${after}`
}

function memoryText(memory: ExitMemory): string | null {
  const { ageMs, treeAgeMs = ageMs, treeRssBytes, heapUsedBytes, heapLimitBytes } = memory
  // A heap beyond its limit has another one, which is not known.
  const isWithin = heapLimitBytes !== null && !isLimitLifted(heapUsedBytes, heapLimitBytes)
  const limit = isWithin ? ` of ${mib(heapLimitBytes)}` : ''
  const isOneTime = heapUsedBytes === null || treeRssBytes === null || Math.abs(ageMs - treeAgeMs) < 250
  const heapAge = isOneTime ? '' : ` ${seconds(ageMs)}`
  const known = [
    heapUsedBytes === null ? [] : `heap ${mib(heapUsedBytes)}${limit}${heapAge}`,
    treeRssBytes === null ? [] : `resident ${mib(treeRssBytes)}`,
  ].flat()
  return known.length === 0
    ? null
    : `${known.join(', ')}, ${seconds(heapUsedBytes === null ? ageMs : treeRssBytes === null ? ageMs : treeAgeMs)}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s before`
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`
}

function errorText({ name, message }: ErrorSummary): string {
  return `${name}: ${message}`
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line
}
