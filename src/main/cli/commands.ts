import type { CommandName } from './command-names'
import type { CommandContext, ExitCode } from './context'

type Run = (args: readonly string[], context: CommandContext) => Promise<ExitCode>

interface Command {
  readonly name: CommandName
  readonly summary: string
  /** Loads the command's modules, so that a normal start of the app does without them. */
  readonly load: () => Promise<Run>
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'jobs',
    summary: 'jobs that failed, and why',
    load: async () => (await import('./jobs')).jobs,
  },
  {
    name: 'incidents',
    summary: 'deaths of the backend, and what is known about each',
    load: async () => (await import('./incidents')).incidents,
  },
  {
    name: 'doctor',
    summary: 'whether all works that Datadog needs to see Studio, and what to do where it does not',
    load: async () => (await import('./doctor')).doctor,
  },
  {
    name: 'top',
    summary: 'functions that hold most memory, or take most time, in a profile',
    load: async () => (await import('./top')).top,
  },
]
