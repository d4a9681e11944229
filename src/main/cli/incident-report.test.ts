import { describe, expect, it } from 'vitest'
import { failedJob } from '../records/jobs/testing/samples'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { folderWithIncidents, NEW } from './testing/incidents-folder'
import { run, writeFailedJobs, writeIncident } from './testing/run'

describe('one incident', () => {
  it('of an engine tells its processes, the machine and the GPU', async () => {
    const [sample] = NEW.memory.samples
    if (!sample) throw new Error('the sample incident has a sample')
    const memory = {
      ...NEW.memory,
      samples: [
        { ...sample, systemUsedBytes: 2 ** 35, gpuUsedBytes: 23 * 2 ** 30, gpuTotalBytes: 24 * 2 ** 30 },
      ],
      processes: [
        { role: 'backend', pid: 1, name: 'electron', rssBytes: 80 * 2 ** 20 },
        { role: 'engine', pid: 2, name: 'python3', rssBytes: 2 ** 32 },
        { role: 'other', pid: 3, name: 'ffmpeg', rssBytes: 2 ** 20 },
        { role: 'other', pid: 4, name: 'ffmpeg', rssBytes: 2 ** 20 },
      ],
    } as const
    const folder = temporaryFolder()
    writeIncident(folder, { ...NEW, memory })
    const { stdout } = await run(folder, ['incidents', NEW.id])
    expect(stdout).toContain(`\
  memory limit     64 GiB
  engine's runner  80 MiB
  engine           4 GiB
  what it started  2 MiB
  whole machine    32 GiB of 64 GiB (50 %)
  fullest GPU      23 GiB of 24 GiB (96 %)
`)
  })

  it('is shown in full', async () => {
    const { code, stdout, stderr } = await run(folderWithIncidents(), ['incidents', NEW.id])
    expect(stdout).toBe(`\
The Studio backend was killed by the system's out-of-memory killer after 12 min 30 s during Upscale portrait (image) at 40 %; 2 jobs lost. It was set to restart at once.
Incident 20261123-201300-3f9a, 2026-11-23 20:13:00 UTC, 2 min ago

  culprit    blur (/app/nodes/blur.js:12): 62 %, 2 GiB; 93 % with all that it called
  job        Upscale portrait (image), ran for 12.4 s, 40 % done (job-1)
  certainty  proven: the oom_kill counter of the cgroup grew by 1
  memory     ██ 5.1 GiB of 64 GiB (8 %)
  heap       ██ 3.9 GiB of 4 GiB (98 %)

What to do
  - submit again what ran: portrait (job-1)

In Datadog
  not there yet  reported as soon as something takes it: doctor says whether anything does

Evidence
  - the oom_kill counter of the cgroup grew by 1
  - SIGKILL

Top allocators
  SHARE   SIZE  CUMULATIVE  FUNCTION  PLACE
   62 %  2 GiB        93 %  blur      /app/nodes/blur.js:12

Last words
  loading blur
  blur: 12 of 40 rows

Jobs lost (2)
  JOB                       ID     RAN FOR  DONE
  Upscale portrait (image)  job-1   12.4 s  40 %
  (no longer on record)     job-2

Memory
  JavaScript heap  3.9 GiB of 4 GiB (98 %)
  process tree     5.1 GiB of 64 GiB (8 %)
  memory limit     64 GiB

Memory before the end
  BEFORE  PROCESS TREE     HEAP  EXTERNAL
     5 s       4.7 GiB  3.7 GiB

Profiles
  heap  heap-1.pprof
  cpu   none

Process
  process id  4711
  exit code   9
  reason      killed
  ran for     12 min 30 s

Restart
  restarted         at once
  why               1 of 5 deaths within 600 s
  deaths in window  1

Versions
  app       0.1.0
  electron  33.2.1

System
  platform  linux x64
  release   6.1
  memory    64 GiB
`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it.each([20, 40, 80, Number.POSITIVE_INFINITY])(
    'has whole ids and places on a terminal of %d columns',
    async (columns) => {
      const folder = temporaryFolder()
      const [first] = NEW.topAllocators
      if (!first) throw new Error('the sample incident has an allocator')
      const file = `/home/somebody/Studio/custom_nodes/${'a-very-long-folder/'.repeat(4)}blur.py`
      const jobId = '8f2c1b0e-3c6d-4a1f-9b7e-1234567890ab'
      writeIncident(folder, { ...NEW, topAllocators: [{ ...first, file }], jobIds: [jobId] })
      writeFailedJobs(folder, [failedJob(1, { jobId, incidentId: NEW.id })])
      const { stdout } = await run(folder, ['incidents', NEW.id], { columns })
      const [, table = ''] = stdout.split('Top allocators')
      expect(table).toContain(`${file}:12\n`)
      expect(table).toContain(jobId)
      for (const command of ['jobs', 'incidents'])
        expect((await run(folder, [command], { columns })).stdout).toContain(NEW.id)
    },
  )

  it('is found in Datadog by its id, once it is there', async () => {
    const folder = temporaryFolder()
    writeIncident(folder, { ...NEW, reported: true })
    const { stdout } = await run(folder, ['incidents', NEW.id])
    expect(stdout).toContain(
      `  search traces for  @studio.incident.id:${NEW.id} (at 2026-11-23T20:13:00.000Z)\n`,
    )
  })

  it('says what is not known, and leaves out what is empty', async () => {
    const folder = temporaryFolder()
    const memory = {
      limitBytes: null,
      treeRssBytes: null,
      heapUsedBytes: null,
      heapLimitBytes: null,
      samples: [],
      processes: [],
      jobPeakBytes: null,
    }
    writeIncident(folder, {
      ...NEW,
      exitCode: null,
      pid: null,
      uptimeMs: null,
      memory,
      topAllocators: [],
      jobIds: [],
    })
    const { stdout } = await run(folder, ['incidents', NEW.id])
    expect(stdout).toContain('  exit code   not known\n')
    expect(stdout).toContain('  JavaScript heap  not known\n')
    expect(stdout).toContain('  memory limit     off\n')
    expect(stdout).not.toMatch(/Top allocators|Jobs lost|Memory before/)
  })

  it('with very many jobs shows some and says so', async () => {
    const folder = temporaryFolder()
    writeIncident(folder, { ...NEW, jobIds: Array.from({ length: 500 }, (_, n) => `job-${n}`) })
    const { stdout } = await run(folder, ['incidents', NEW.id])
    expect(stdout).toContain('Jobs lost (500)\n')
    expect(stdout).toContain('  20 of 500 shown: --json has all.\n')
    expect(stdout.split('\n').length).toBeLessThan(90)
  })

  it('never brings hostile text to the terminal', async () => {
    const folder = temporaryFolder()
    const text = 'x\u001b]0;owned\u0007\u009b2J\u202e\r\n\u001b[1A'
    const unknown = { cumulativeBytes: null, cumulativeShare: null }
    const allocator = { function: text, file: text, line: 1, bytes: 1, share: 0.1, ...unknown }
    writeIncident(folder, {
      ...NEW,
      evidence: [text],
      reason: text,
      profiles: { heap: text, cpu: null },
      topAllocators: [allocator],
      jobIds: [text],
      versions: { [text]: text },
      os: { platform: text, arch: text, release: text, totalMemoryBytes: 1 },
    })
    const { code, stdout } = await run(folder, ['incidents', NEW.id])
    expect(code).toBe(0)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})
