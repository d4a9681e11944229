export const SUPERVISOR_STATES = [
  'idle',
  'starting',
  'running',
  'backing-off',
  'gave-up',
  'stopping',
  'stopped',
] as const

export type SupervisorState = (typeof SUPERVISOR_STATES)[number]
