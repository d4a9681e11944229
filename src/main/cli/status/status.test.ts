import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { StatusRecord } from '../../records/status/status-record'
import { takeKernelLock } from '../../startup/kernel-lock'
import { incident } from '../testing/incident-sample'
import { NOW, run, writeIncident } from '../testing/run'
import { statusRecord } from '../testing/status-sample'

const GIB = 2 ** 30
let folder: string
let release: () => void

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-status-'))
  release = () => {}
})
afterEach(() => {
  release()
  rmSync(folder, { recursive: true, force: true })
})

function write(over: Partial<StatusRecord> = {}): void {
  writeFileSync(path.join(folder, 'status.json'), JSON.stringify(statusRecord(over)))
}

function appRuns(): void {
  const lock = takeKernelLock(path.join(folder, 'lock'))
  if (lock.state !== 'taken') throw new Error('no lock to be had here')
  release = lock.release
}

const json = async () => {
  const { code, stdout, stderr } = await run(folder, ['status', '--json'])
  return { code, stderr, status: JSON.parse(stdout) }
}

it('tells of the app that runs: exit code 0', async () => {
  appRuns()
  write()
  writeIncident(folder, incident())
  const { code, stdout, stderr } = await run(folder, ['status'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^up: Hanzo Studio 0\.1\.0 runs since .* \(1 h\), process \d+\n/)
  expect(stdout).toContain('running, process 4712, since')
  expect(stdout).toMatch(/memory +▃▅▇█ 2 GiB of 4 GiB \(50 %\)/)
  expect(stdout).toContain('portrait (job-1): running, 40 %')
  expect(stdout).toContain('12 done, 1 failed, 0 cancelled')
  expect(stdout).toContain('waiting: 2 incidents, 1 job')
  expect(stdout).toContain('20261123-201300-3f9a: killed by the system, out of memory')
  expect(stdout).not.toContain('figures')
})

it('has the same for scripts', async () => {
  appRuns()
  write()
  writeIncident(folder, incident())
  const { code, status } = await json()
  expect(code).toBe(0)
  expect(status).toMatchObject({
    schema: 1,
    up: true,
    ok: true,
    state: 'running',
    pid: 4712,
    memory: { usedBytes: 2 * GIB, limitBytes: 4 * GIB },
    jobs: [{ id: 'job-1' }],
    restarts: 2,
    lastIncident: { id: '20261123-201300-3f9a', cause: 'kernel-oom-kill', oom: true },
    last: null,
  })
})

it.each<[string, Partial<StatusRecord>]>([
  ['starts', { state: 'starting' }],
  ['gave up', { state: 'gave-up', pid: null }],
  ['waits for its next start', { state: 'backing-off', pid: null }],
  ['does not respond', { responsive: false }],
])('exits with 1 where the backend %s', async (_what, over) => {
  appRuns()
  write(over)
  const { code, stdout } = await run(folder, ['status'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^up, but its backend is /)
  expect((await json()).status).toMatchObject({ up: true, ok: false })
})

it('never tells what a dead app has left behind as up', async () => {
  write()
  const { code, stdout } = await run(folder, ['status'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^not up: it was killed or crashed after /)
  expect(stdout).not.toMatch(/4712|portrait|GiB/)
  const { code: coded, status } = await json()
  expect(coded).toBe(1)
  expect(status).toMatchObject({ up: false, ok: false, state: null, pid: null, jobs: [], restarts: null })
  expect(status.last).toMatchObject({ state: 'running', endedAt: null })
})

it('tells when an app ended that ended by itself', async () => {
  write({ endedAt: new Date(NOW - 60_000).toISOString(), state: 'stopped' })
  expect(await run(folder, ['status'])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^not up: it ended .* \(1 min ago\)/),
  })
})

it('does not take the figures of an earlier run for those of the app that runs', async () => {
  const other = spawn(process.execPath, ['-e', ''])
  await once(other, 'exit')
  appRuns()
  write({
    app: { pid: other.pid ?? 1, name: 'x', version: '1', electron: '', startedAt: new Date(0).toISOString() },
  })
  const { code, status } = await json()
  expect(code).toBe(1)
  expect(status).toMatchObject({ up: true, ok: false, state: null, at: null, jobs: [] })
})

it('tells how old its figures are', async () => {
  appRuns()
  write({ at: new Date(NOW - 30_000).toISOString() })
  const { code, stdout } = await run(folder, ['status'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^up: [\s\S]*figures +30 s old/)
})

it.each([
  ['hangs', -300_000, /\(5 min ago\)/, /figures +5 min old/],
  ['wrote by a clock that was set back since', 300_000, /\(in 5 min\)/, /figures +of a time to come/],
])('does not call well an app that %s', async (_what, offset, since, figures) => {
  appRuns()
  write({ at: new Date(NOW + offset).toISOString() })
  const { code, stdout } = await run(folder, ['status'])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^up, but it has told nothing since .*: Hanzo Studio 0\.1\.0 runs since /)
  expect(stdout).toMatch(since)
  expect(stdout).toMatch(figures)
  expect((await json()).status).toMatchObject({ up: true, ok: false, state: 'running' })
})

it('tells of which day its jobs are, where that is another', async () => {
  appRuns()
  write()
  expect((await run(folder, ['status'])).stdout).toMatch(/jobs today +12 done, 1 failed/)
  write({ today: { date: '2026-11-20', done: 7, failed: 0, cancelled: 0 } })
  const { stdout } = await run(folder, ['status'])
  expect(stdout).toMatch(/jobs of 2026-11-20 +7 done, 0 failed/)
  expect(stdout).not.toContain('today')
})

it('does not call an app well that has told its end, and still holds the folder', async () => {
  appRuns()
  write({ endedAt: new Date(NOW - 1_000).toISOString() })
  const { code, status } = await json()
  expect(code).toBe(1)
  expect(status).toMatchObject({ up: true, ok: false, state: null, pid: null, last: { state: 'running' } })
})

it('does not say that there is no incident where the last one cannot be read', async () => {
  appRuns()
  write()
  expect((await run(folder, ['status'])).stdout).toMatch(/last incident +none on record/)
  writeIncident(folder, incident())
  writeFileSync(path.join(folder, 'incidents/20261123-201400-aaaa.json'), '{"schema":1,')
  const { code, stdout, stderr } = await run(folder, ['status'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/last incident +cannot be read; studio-monitor incidents tells/)
  expect(stderr).toContain('the last incident could not be read')
  const { status } = await json()
  expect(status).toMatchObject({
    lastIncident: null,
    problems: [expect.stringContaining('the last incident could not be read')],
  })
})

it('names a job that is not expected to fit', async () => {
  appRuns()
  write({
    forecasts: [
      {
        id: 'job-1',
        kind: 'prompt',
        expectedBytes: 8 * GIB,
        lowBytes: 7 * GIB,
        highBytes: 9 * GIB,
        runs: 3,
        basis: 'runs',
        freeBytes: 2 * GIB,
        boundBy: 'limit',
        leftBytes: 0,
        fits: false,
        when: 'started',
        at: new Date(NOW).toISOString(),
      },
    ],
  })
  expect((await run(folder, ['status'])).stdout).toContain('the job job-1 is expected not to fit')
})

it.each([
  [{ pid: 4713, residentBytes: 98 * 2 ** 20, why: null }, 'process 4713 waits, 98 MiB'],
  [{ pid: null, residentBytes: null, why: 'memory is short' }, 'none waits: memory is short'],
])('tells of the spare process: %j', async (standby, words) => {
  appRuns()
  write({ standby })
  expect((await run(folder, ['status'])).stdout).toMatch(new RegExp(`spare +${words}`))
  expect((await json()).status.standby).toEqual(standby)
})

it.each(['no JSON', '{}', '{"schema":2}'])(
  'says that a damaged file is one, and is not up: %s',
  async (text) => {
    writeFileSync(path.join(folder, 'status.json'), text)
    const { code, status, stderr } = await json()
    expect(code).toBe(1)
    expect(status).toMatchObject({ up: false, ok: false })
    expect(stderr).toContain('status.json could not be read')
    expect((await run(folder, ['status'])).stdout).toMatch(/^not up; when it was cannot be read\n/)
    appRuns()
    expect((await run(folder, ['status'])).stdout).toMatch(
      /^up, and what it has told of itself cannot be read/,
    )
  },
)

it('says that it has not told yet how it is, or when it was', async () => {
  expect((await run(folder, ['status'])).stdout).toMatch(/^not up; it has not told when it was\n/)
  appRuns()
  expect((await run(folder, ['status'])).stdout).toMatch(/^up, and has not told yet how it is/)
})

it('refuses what it does not know', async () => {
  expect(await run(folder, ['status', '--wach'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean --watch?'),
  })
  expect(await run(folder, ['status', 'now'])).toMatchObject({ code: 2, stdout: '' })
  expect(await run(folder, ['status'], { missingFolder: 'there is none' })).toMatchObject({ code: 2 })
})

it.each([
  [0, 0, true],
  [1, -120_000, false],
])(
  'watches until it is ended, a line each for scripts, by the time of each look: exit code %i',
  async (expected, offset, ok) => {
    appRuns()
    write({ at: new Date(Date.now() + offset).toISOString() })
    const ending = new AbortController()
    let stdout = ''
    const { code } = await run(folder, ['status', '--watch', '--json'], {
      untilEnded: () => ending.signal,
      stdout: (text) => {
        stdout += text
        ending.abort()
      },
    })
    expect(code).toBe(expected)
    const lines = stdout.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).ok)).toEqual([ok])
  },
)
