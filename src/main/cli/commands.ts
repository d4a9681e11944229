import type { CommandName } from './command-names'
import type { CommandContext, ExitCode } from './context'

type Run = (args: readonly string[], context: CommandContext) => Promise<ExitCode>

interface Command {
  readonly name: CommandName
  readonly summary: string
  /** True for a command that has nothing to say where there is no data folder. */
  readonly needsFolder: boolean
  readonly load: () => Promise<Run>
}

/** @param load loads the command's own modules: a normal start of the app pays for none of them */
const command = (name: CommandName, summary: string, load: Command['load'], needsFolder = true): Command => ({
  name,
  summary,
  needsFolder,
  load,
})

export const COMMANDS: readonly Command[] = [
  command(
    'status',
    'whether Studio is up, and how its backend is',
    async () => (await import('./status')).status,
  ),
  command('jobs', 'jobs that failed, and why', async () => (await import('./jobs')).jobs),
  command(
    'incidents',
    'deaths of the backend, and what is known about each',
    async () => (await import('./incidents')).incidents,
  ),
  command(
    'logs',
    'what the monitor logged, and what the backend wrote',
    async () => (await import('./logs')).logs,
  ),
  command(
    'doctor',
    'whether all works that Datadog needs to see Studio, and what to do where it does not',
    async () => (await import('./doctor')).doctor,
    false,
  ),
  command(
    'top',
    'functions that hold most memory, or take most time, in a profile',
    async () => (await import('./top')).top,
  ),
  command('clear', 'deletes these records, after a question', async () => (await import('./clear')).clear),
  command(
    'completion',
    'has your shell complete all this: bash, zsh, fish, powershell',
    async () => (await import('./completion')).completion,
    false,
  ),
]
