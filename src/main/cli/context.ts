/** What a subcommand works with. It reads the data folder and changes nothing in it. */
export interface CommandContext {
  /** Where this version's records are. */
  readonly dataFolder: string
  /** The folder that was asked for: a running app holds its lock there. */
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
  /** The terminal's width; 80 where it is not known. */
  readonly columns: number
  /** Whether `stdout` is a terminal that shows colours. */
  readonly color: boolean
}

/** What a subcommand's end means. The numbers are part of the contract with scripts. */
export const EXIT = {
  ok: 0,
  /** The record could not be read, or what was asked for is not in it. */
  failed: 1,
  /** Wrong arguments. */
  usage: 2,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
