import type { FolderToRead } from '../startup/folder-to-read'
import type { CommandLine } from './arguments'
import { runCommand } from './run-command'
import { terminalText } from './terminal-text'

const STOP_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The process that a command runs in. */
export interface CommandProcess {
  /** The program that a person calls, for what is to be typed next. */
  readonly program: string
  /** The app's version. */
  readonly version: string
  /** Settles when signals are ours to hear: Chromium replaces the handlers that were there before it is ready. */
  readonly signalsAreOurs: Promise<unknown>
}

/**
 * Runs one of the monitor's commands on this process's own output. The process must not exit before it resolves.
 * @returns the exit code
 */
export async function runInProcess(
  parsed: CommandLine,
  { folder, missing }: FolderToRead,
  { program, version, signalsAreOurs }: CommandProcess,
): Promise<number> {
  const { stdin, stdout, stderr, env } = process
  const ending = new AbortController()
  // `| head` closes the pipe early: the rest need not be written.
  stderr.on('error', () => {})
  stdout.on('error', () => ending.abort())
  const isTerminal = stdout.isTTY === true
  const exitCode = await runCommand(parsed, {
    appFolder: folder,
    missingFolder: missing,
    onFolder: (read) => stderr.write(`studio-monitor: data folder ${terminalText(read)}\n`),
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
    now: Date.now(),
    columns: isTerminal ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    color: isTerminal && !env.NO_COLOR,
    isTerminal,
    program,
    version,
    untilEnded: () => {
      signalsAreOurs.then(() => {
        for (const signal of STOP_SIGNALS) process.once(signal, () => ending.abort())
      })
      return ending.signal
    },
    ask: stdin.isTTY === true && stderr.isTTY === true ? askOnTerminal : null,
  })
  // A pipe holds 64 KiB: all of it is read first.
  await new Promise<void>((resolve) => stdout.write('', () => resolve()))
  return exitCode
}

/** The question goes to stderr: stdout is the command's result. */
async function askOnTerminal(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
    return await Promise.race([lines.question(question), closed])
  } catch {
    // Ctrl-C is no yes.
    return ''
  } finally {
    lines.close()
  }
}
