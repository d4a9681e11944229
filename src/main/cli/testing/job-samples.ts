import { failedJob } from '../../records/jobs/testing/samples'
import { temporaryFolder } from '../../records/jobs/testing/temporary-folder'
import { writeFailedJobs } from './run'

/** The id of a job as Studio makes them. */
export const UUID = '8f2c1b0e-3c6d-4a1f-9b7e-1234567890ab'

/** Lost with the backend, two days ago. */
export const OLD = failedJob(1, {
  jobId: 'job-1',
  name: null,
  kind: 'train',
  failedAt: '2026-11-21T10:00:00.000Z',
  durationMs: 3_720_000,
  progress: null,
  cause: 'killed',
  oom: true,
  incidentId: '20261121-100000-aaaa',
  error: null,
})
/** Failed by itself, with what a terminal acts on in its message. */
export const THREW = failedJob(2, {
  jobId: 'job-2',
  name: '肖像画の高解像度化',
  failedAt: '2026-11-23T20:13:00.000Z',
  durationMs: 12_400,
  progress: null,
  error: {
    name: 'TypeError',
    message: 'cannot \u001b[31mread\u001b[0m properties\nof undefined (reading "width")',
  },
})
/** Lost with the backend, a minute ago. */
export const DIED = failedJob(3, {
  jobId: UUID,
  name: 'Upscale portrait',
  failedAt: '2026-11-23T20:14:00.000Z',
  durationMs: 900,
  progress: 0.4,
  cause: 'heap-out-of-memory',
  oom: true,
  incidentId: '20261123-201400-3f9a',
  error: null,
})

/** A data folder with the three. */
export function folderWithJobs(): string {
  const folder = temporaryFolder()
  writeFailedJobs(folder, [OLD, THREW, DIED])
  return folder
}
