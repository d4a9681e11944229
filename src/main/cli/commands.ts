import type { CommandName } from './command-names'
import type { CommandContext, ExitCode } from './context'

type Run = (args: readonly string[], context: CommandContext) => Promise<ExitCode>

interface Command {
  readonly name: CommandName
  readonly summary: string
  /** True for a command that has nothing to say where there is no data folder. */
  readonly needsFolder: boolean
  /** Loads the command's own modules: a normal start of the app pays for none of them. */
  readonly load: () => Promise<Run>
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'status',
    summary: 'whether Studio is up, and how its backend is',
    needsFolder: true,
    load: async () => (await import('./status')).status,
  },
  {
    name: 'jobs',
    summary: 'jobs that failed, and why',
    needsFolder: true,
    load: async () => (await import('./jobs')).jobs,
  },
  {
    name: 'incidents',
    summary: 'deaths of the backend, and what is known about each',
    needsFolder: true,
    load: async () => (await import('./incidents')).incidents,
  },
  {
    name: 'logs',
    summary: 'what the monitor logged, and what the backend wrote',
    needsFolder: true,
    load: async () => (await import('./logs')).logs,
  },
  {
    name: 'doctor',
    summary: 'whether all works that Datadog needs to see Studio, and what to do where it does not',
    needsFolder: false,
    load: async () => (await import('./doctor')).doctor,
  },
  {
    name: 'top',
    summary: 'functions that hold most memory, or take most time, in a profile',
    needsFolder: true,
    load: async () => (await import('./top')).top,
  },
  {
    name: 'clear',
    summary: 'deletes these records, after a question',
    needsFolder: true,
    load: async () => (await import('./clear')).clear,
  },
  {
    name: 'completion',
    summary: 'has your shell complete all this: bash, zsh, fish, powershell',
    needsFolder: false,
    load: async () => (await import('./completion')).completion,
  },
]
