import { type LogLevel, levelNamed } from '../../common/output/log-level'
import { scrub } from '../../common/privacy/scrubber'
import type { OutputStream } from './child-output'

/** One line that the backend wrote. */
export interface OutputEvent {
  readonly stream: OutputStream
  /** Without its line end and without secrets. */
  readonly line: string
  /** The level of the `console` call, or the one in a logger's JSON line; `null` where none is said. */
  readonly level: LogLevel | null
  /** ISO 8601, UTC. */
  readonly at: string
}

/** pino's and bunyan's numbers; others belong to the one below. */
const NUMBERED: readonly (readonly [from: number, level: LogLevel])[] = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [0, 'debug'],
]

/** Takes apart a text that was written at once, line by line. @param level the `console` call's; `null` for text that none wrote */
export function outputEvents(
  stream: OutputStream,
  text: string,
  level: LogLevel | null,
  at: string,
): OutputEvent[] {
  return scrub(text)
    .split('\n')
    .map((line) => {
      const own = line.replace(/\r$/, '')
      return { stream, line: own, level: level ?? levelOf(own), at }
    })
}

function levelOf(line: string): LogLevel | null {
  if (!line.startsWith('{') || !line.endsWith('}')) return null
  try {
    const { level, severity } = JSON.parse(line)
    return asLevel(level ?? severity)
  } catch {
    return null
  }
}

function asLevel(level: unknown): LogLevel | null {
  if (typeof level === 'number') return NUMBERED.find(([from]) => level >= from)?.[1] ?? null
  return typeof level === 'string' ? levelNamed(level) : null
}
