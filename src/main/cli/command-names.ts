/** The app's own subcommands. A start without one loads only these names. */
export const COMMAND_NAMES = [
  'status',
  'jobs',
  'incidents',
  'logs',
  'doctor',
  'top',
  'clear',
  'completion',
] as const

export type CommandName = (typeof COMMAND_NAMES)[number]
