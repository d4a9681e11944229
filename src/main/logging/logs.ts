import path from 'node:path'
import { dataPaths } from '../../common/storage/data-folder'
import { RotatedFile } from '../../common/storage/rotated-file'
import type { LogContext } from '../../common/tracing/log-context'
import { appLoggerSink } from './app-logger'
import type { AppLogger } from './app-logger-shape'
import { BoundedOutput } from './bounded-output'
import { createLog, type Log } from './log'
import { TroubleLines } from './trouble-lines'

const MAX_BYTES = 5 * 2 ** 20
const MAX_FILES = 5

export interface Logs {
  /** The monitor's own log: `logs/monitor.jsonl`, and the terminal. */
  readonly monitor: Log
  /** Appends JSON lines of the backend's output, without newlines, to `logs/backend.jsonl`. */
  readonly backend: (lines: readonly string[]) => void
  /** The terminal that the app was started from; bounded where nobody reads it. */
  readonly terminal: Readonly<Record<'stdout' | 'stderr', { write(chunk: Buffer): void }>>
  close(): void
}

export interface LogReceivers {
  /** Gets each JSON line of the monitor's own. */
  readonly onLine?: (line: string) => void
  /** The app's own logger, which gets the monitor's lines too. */
  readonly logger?: AppLogger | null
}

/** The rotated logs of a data folder: 5 files of 5 MiB each. A failure to write them is reported once. */
export function openLogs(
  dataFolder: string,
  now: () => number,
  context: () => LogContext | null,
  { onLine, logger = null }: LogReceivers = {},
): Logs {
  const stdout = boundedOutput('stdout', () => monitor)
  const stderr = boundedOutput('stderr', () => monitor)
  const terminal = (line: string) => stderr.write(`${line}\n`)
  const open = (name: string) => {
    let lost = 0
    // The last page of a full disk takes a short line, and not the next.
    const trouble = new TroubleLines((reason) => {
      terminal(
        reason === null
          ? `studio-monitor: ${name} is written again, ${lost} lines were lost`
          : `studio-monitor: ${name} cannot be written (${reason}): its lines are dropped until it can`,
      )
      if (reason === null) lost = 0
    })
    const file = new RotatedFile({
      path: path.join(dataPaths(dataFolder).logs, name),
      maxBytes: MAX_BYTES,
      maxFiles: MAX_FILES,
      now,
      lostLine: (count) =>
        JSON.stringify({
          time: new Date(now()).toISOString(),
          level: 'warn',
          message: `${count} lines lost`,
        }),
      onSetAside: (movedTo) =>
        terminal(
          `studio-monitor: something else stood in the place of ${name}: it was set aside, ${movedTo}`,
        ),
      onChange: (reason, lines) => {
        if (reason === null) lost += lines
        trouble.is(reason)
      },
    })
    return {
      append: (...lines: readonly string[]) => file.append(...lines),
      close: () => {
        trouble.stop()
        file.close()
      },
    }
  }
  const monitorFile = open('monitor.jsonl')
  const backendFile = open('backend.jsonl')
  // A terminal that has gone must not take the app with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const monitor = createLog({
    file: (line) => {
      monitorFile.append(line)
      onLine?.(line)
    },
    terminal,
    logger: logger && appLoggerSink(logger),
    context,
    now,
  })
  return {
    monitor,
    backend: (lines) => backendFile.append(...lines),
    terminal: { stdout, stderr },
    close: () => {
      stdout.close()
      stderr.close()
      monitorFile.close()
      backendFile.close()
    },
  }
}

function boundedOutput(name: 'stdout' | 'stderr', log: () => Log): BoundedOutput {
  return new BoundedOutput({
    stream: process[name],
    onDropping: () =>
      log().warn(
        `${name} is written faster than it is read: lines are dropped from it, the log files have them`,
      ),
    onDropped: (lines) => log().warn(`lines dropped from ${name}: ${lines}; the log files have them`),
    now: () => performance.now(),
  })
}
