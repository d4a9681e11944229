import type { LogLevel } from '../../common/output/log-level'
import { type OutputMark, withMarks } from '../../common/output/marks'

/** The writing methods of `console`, and their levels. Some call others: the outer one counts. */
const LEVELS = {
  log: 'info',
  info: 'info',
  debug: 'debug',
  trace: 'debug',
  warn: 'warn',
  error: 'error',
  assert: 'warn',
  dir: 'info',
  dirxml: 'info',
  table: 'info',
  group: 'info',
  groupCollapsed: 'info',
  count: 'info',
  timeLog: 'info',
  timeEnd: 'info',
} as const satisfies Partial<Record<keyof Console, LogLevel>>

interface OutputStreams {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

export interface ConsoleMarksOptions {
  readonly console: Pick<Console, keyof typeof LEVELS>
  /** The process; Node makes its streams when they are first asked for, and they are marked then. */
  readonly process: OutputStreams
  readonly prefix: string
  /** Returns the ids of the active span. */
  readonly ids: () => OutputMark['ids']
}

/**
 * Marks what `console` writes with its level and the active span's ids, which main removes again. What a
 * backend writes in any other way, or with a console of its own, stays as it is.
 */
export function markConsole({ console, process, prefix, ids }: ConsoleMarksOptions): void {
  let level: LogLevel | null = null
  const mark = (chunk: unknown): unknown =>
    level !== null && typeof chunk === 'string' && chunk !== ''
      ? withMarks(prefix, { level, ids: ids() }, chunk)
      : chunk

  for (const [name, methodLevel] of Object.entries(LEVELS) as [keyof typeof LEVELS, LogLevel][]) {
    const method: unknown = console[name]
    if (typeof method !== 'function') continue
    const marked = function (this: unknown, ...args: unknown[]): unknown {
      const outer = level
      level ??= methodLevel
      try {
        return Reflect.apply(method, this, args)
      } finally {
        level = outer
      }
    }
    for (const property of ['name', 'length'] as const) {
      Object.defineProperty(marked, property, { value: method[property], configurable: true })
    }
    console[name] = marked
  }
  for (const name of ['stdout', 'stderr'] as const)
    whenMade(process, name, (stream) => markWrites(stream, mark))
}

function markWrites(stream: NodeJS.WriteStream, mark: (chunk: unknown) => unknown): void {
  const { write } = stream
  stream.write = function (this: unknown, chunk: unknown, ...rest: unknown[]): boolean {
    return Reflect.apply(write, this, [mark(chunk), ...rest]) as boolean
  }
}

/** Marks a stream when it is made: making it takes milliseconds, and a backend may never write. */
function whenMade(
  process: OutputStreams,
  name: keyof OutputStreams,
  use: (stream: NodeJS.WriteStream) => void,
): void {
  const original = Object.getOwnPropertyDescriptor(process, name)
  const make = original?.get
  if (!original?.configurable || !make) {
    use(process[name])
    return
  }
  Object.defineProperty(process, name, {
    ...original,
    get() {
      const stream = Reflect.apply(make, process, []) as NodeJS.WriteStream
      Object.defineProperty(process, name, original)
      use(stream)
      return stream
    },
  })
}
