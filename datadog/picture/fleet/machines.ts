const GB = 2 ** 30

/** One machine of the fleet, and its day. Hours of the clock; sizes in bytes. */
export interface Machine {
  readonly host: string
  readonly version: string
  readonly on: readonly [from: number, to: number]
  readonly jobsPerHour: number
  readonly memoryLimitBytes: number
  /** Memory that each job leaves in V8's heap. */
  readonly leakBytes: number
  /** Further memory of a job, its median. */
  readonly jobBytes: number
  /** Probability that a job throws. */
  readonly errorRate: number
  /** Deaths of other causes, per hour. */
  readonly mishapsPerHour: number
  /** Hours in which its Agent could not be reached. */
  readonly away: readonly [from: number, to: number]
}

const usual = {
  version: '2.4.0',
  jobsPerHour: 24,
  memoryLimitBytes: 28.8 * GB,
  leakBytes: 0,
  jobBytes: 3 * GB,
  errorRate: 0.02,
  mishapsPerHour: 0.02,
  away: [0, 0],
} as const satisfies Partial<Machine>

/** A small studio: designers by day, rendering by night; the new version leaks, on the machines that have it. */
export const FLEET: readonly Machine[] = [
  { ...usual, host: 'design-01', on: [8.5, 18.2] },
  { ...usual, host: 'design-02', on: [9.1, 19.5], jobsPerHour: 40 },
  { ...usual, host: 'design-03', on: [8.9, 17.6], errorRate: 0.07 },
  { ...usual, host: 'design-04', on: [10.2, 20.4], version: '2.5.0', leakBytes: 26e6, jobsPerHour: 44 },
  { ...usual, host: 'design-05', on: [9.4, 18.8], version: '2.5.0', leakBytes: 21e6 },
  { ...usual, host: 'design-06', on: [7.8, 16.9], away: [11, 12.5] },
  {
    ...usual,
    host: 'render-01',
    on: [0, 24],
    jobsPerHour: 62,
    jobBytes: 6 * GB,
    memoryLimitBytes: 57.6 * GB,
  },
  {
    ...usual,
    host: 'render-02',
    on: [0, 24],
    jobsPerHour: 58,
    jobBytes: 6 * GB,
    memoryLimitBytes: 57.6 * GB,
  },
  {
    ...usual,
    host: 'render-03',
    on: [0, 24],
    version: '2.5.0',
    leakBytes: 19e6,
    jobsPerHour: 60,
    jobBytes: 7 * GB,
    memoryLimitBytes: 43.2 * GB,
    mishapsPerHour: 0.06,
  },
  {
    ...usual,
    host: 'laptop-kim',
    on: [8.2, 17.3],
    jobsPerHour: 9,
    memoryLimitBytes: 14.4 * GB,
    jobBytes: 4 * GB,
  },
  { ...usual, host: 'laptop-ada', on: [12.6, 22.8], jobsPerHour: 12, memoryLimitBytes: 14.4 * GB },
]
