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

/** A status as an app wrote it ten seconds ago. */
function write(over: Partial<StatusRecord> = {}): void {
  const at = new Date(NOW - 10_000).toISOString()
  const record: StatusRecord = {
    schema: 1,
    at,
    app: {
      pid: process.pid,
      name: 'Hanzo Studio',
      version: '0.1.0',
      electron: '33.2.1',
      startedAt: '2026-11-23T19:15:00.000Z',
    },
    endedAt: null,
    state: 'running',
    since: '2026-11-23T20:13:00.000Z',
    pid: 4712,
    url: null,
    responsive: true,
    memory: {
      usedBytes: 2 * GIB,
      limitBytes: 4 * GIB,
      heapUsedBytes: GIB,
      heapLimitBytes: 4 * GIB,
      growth: 0,
      samples: [1, 2, 3, 4].map((n) => ({ at, usedBytes: n * GIB })),
    },
    running: 1,
    waiting: 0,
    jobs: [{ id: 'job-1', name: 'portrait', kind: 'prompt', state: 'running', progress: 0.4, at }],
    today: { date: '2026-11-23', done: 12, failed: 1, cancelled: 0 },
    forecasts: [],
    deaths: 2,
    restarts: 2,
    consent: 'granted',
    agent: { reachable: false, reason: 'connect ECONNREFUSED' },
    standby: null,
    way: 'Agent at http://localhost:8126',
    unsent: { jobs: 1, incidents: 2, profiles: 0 },
    ...over,
  }
  writeFileSync(path.join(folder, 'status.json'), JSON.stringify(record))
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
  write({ at: new Date(NOW - 300_000).toISOString() })
  expect((await run(folder, ['status'])).stdout).toContain('5 min old')
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
  },
)

it('refuses what it does not know', async () => {
  expect(await run(folder, ['status', '--wach'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean --watch?'),
  })
  expect(await run(folder, ['status', 'now'])).toMatchObject({ code: 2, stdout: '' })
  expect(await run(folder, ['status'], { missingFolder: 'there is none' })).toMatchObject({ code: 2 })
})

it('watches until it is ended, a line each for scripts', async () => {
  appRuns()
  write()
  const ending = new AbortController()
  let stdout = ''
  const { code } = await run(folder, ['status', '--watch', '--json'], {
    untilEnded: () => ending.signal,
    stdout: (text) => {
      stdout += text
      ending.abort()
    },
  })
  expect(code).toBe(0)
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).up),
  ).toEqual([true])
})
