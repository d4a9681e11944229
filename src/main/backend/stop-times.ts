/** How long each way of ending the backend may take, in milliseconds. */
export interface StopTimes {
  /** From asking to terminating. */
  readonly askMs: number
  /** From terminating to killing. */
  readonly terminateMs: number
  /** For a killed process to be gone: one that waits for a dead disk never is. */
  readonly killMs: number
}

export const STOP_TIMES: StopTimes = { askMs: 5_000, terminateMs: 2_000, killMs: 3_000 }
