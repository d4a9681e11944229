import type { Incident } from '../../records/incidents/incident'

const GIB = 2 ** 30

/** A complete incident, at 2026-11-23T20:13:00Z unless `over` says otherwise. */
export function incident(over: Partial<Incident> = {}): Incident {
  return {
    schema: 1,
    id: '20261123-201300-3f9a',
    at: '2026-11-23T20:13:00.000Z',
    cause: 'kernel-oom-kill',
    oom: true,
    confidence: 'proven',
    evidence: ['the oom_kill counter of the cgroup grew by 1', 'SIGKILL'],
    advice: ['submit again what ran: portrait (job-1)'],
    before: { times: 0, lastAt: null },
    fingerprint: 'studio:kernel-oom-kill:blur:blur.js',
    errorStack: null,
    runtimeId: null,
    lastWords: ['loading blur', 'blur: 12 of 40 rows'],
    errorLine: null,
    exitCode: 9,
    reason: 'killed',
    pid: 4711,
    uptimeMs: 750_000,
    node: null,
    memory: {
      limitBytes: 64 * GIB,
      treeRssBytes: 5.1 * GIB,
      heapUsedBytes: 3.9 * GIB,
      heapLimitBytes: 4 * GIB,
      samples: [
        {
          at: '2026-11-23T20:12:55.000Z',
          treeRssBytes: 4.7 * GIB,
          heapUsedBytes: 3.7 * GIB,
          heapLimitBytes: 4 * GIB,
          externalBytes: null,
          systemUsedBytes: null,
          gpuUsedBytes: null,
          gpuTotalBytes: null,
        },
      ],
      processes: [],
      jobPeakBytes: null,
    },
    profiles: { heap: 'heap-1.pprof', cpu: null },
    topAllocators: [
      {
        function: 'blur',
        file: '/app/nodes/blur.js',
        line: 12,
        bytes: 2 * GIB,
        share: 0.62,
        cumulativeBytes: 3 * GIB,
        cumulativeShare: 0.93,
      },
    ],
    stacks: [],
    jobIds: ['job-1', 'job-2'],
    restart: { decision: 'restart', delayMs: 0, deathsInWindow: 1, reason: '1 of 5 deaths within 600 s' },
    versions: { app: '0.1.0', electron: '33.2.1' },
    os: { platform: 'linux', release: '6.1', arch: 'x64', totalMemoryBytes: 64 * GIB },
    reported: false,
    ...over,
  }
}
