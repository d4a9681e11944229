/** The surroundings of a subcommand. It reads the data folder and changes nothing in it. */
export interface CommandContext {
  /** The folder of this version's records. */
  readonly dataFolder: string
  /** The data folder itself: a running app holds its lock there. */
  readonly appFolder: string
  /** Why there is no such folder, in one line; `null` where there is. */
  readonly missingFolder?: string | null
  /** Called once with the folder that is read. */
  readonly onFolder?: (folder: string) => void
  /** Takes text as it is, newlines included. */
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number
  /** The terminal's width; `Infinity` where no terminal reads it: nothing is cut for a file or a script. */
  readonly columns: number
  /** True if `stdout` is a terminal that shows colours. */
  readonly color: boolean
  /** True if `stdout` is a terminal. */
  readonly isTerminal: boolean
  /** The program that a person calls, for what is to be typed next. */
  readonly program: string
  /** The app's version. */
  readonly version: string
  /** Has Ctrl-C, and a reader that is gone, end a command that goes on: it aborts then. */
  readonly untilEnded: () => AbortSignal
  /** Asks a person at a terminal; `null` where nobody is there. An answer that does not come is empty. */
  readonly ask: ((question: string) => Promise<string>) | null
}

/** The exit codes of subcommands. The numbers are part of the contract with scripts. */
export const EXIT = {
  ok: 0,
  /** The records could not be read, or do not contain what was asked for. */
  failed: 1,
  /** Wrong arguments. */
  usage: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
