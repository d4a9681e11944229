import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../testing/program/program'
import { dataPaths } from '../../../common/storage/data-folder'
import { type MarkedProcess, orphansOf } from '../../backend/orphans'
import { newRunMarker } from '../../backend/run-marker'
import { encodeLine } from '../../records/jobs/journal-format'
import { failedJob, openJob, T0 } from '../../records/jobs/testing/samples'
import { isAppRunning, isChromiumsLockHeld } from '../../startup/app-running'
import { takeKernelLock } from '../../startup/kernel-lock'
import { incident } from '../testing/incident-sample'
import { writeFailedJobs, writeIncident } from '../testing/run'
import { checkDataFolder } from './data-folder-check'
import { checkLeftovers } from './leftovers-check'
import { checkRecords } from './records-check'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

describe('the data folder', () => {
  const GIB = 2 ** 30
  it('takes files, has room, and is left as it was', () => {
    expect(checkDataFolder(folder, 7)).toMatchObject({ state: expect.stringMatching(/ok|warning/) })
    expect(checkDataFolder(folder, 7, () => 2 * GIB)).toMatchObject({
      state: 'ok',
      summary: `${folder} takes files; 2 GiB free`,
    })
    expect(readdirSync(folder)).toEqual([])
    expect(checkDataFolder(path.join(folder, 'none'), 7)).toMatchObject({ state: 'ok' })
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    [100 * 2 ** 20, 'warning'],
    [2 ** 20, 'problem'],
  ])('with %i bytes free is a %s', (free, state) => {
    expect(checkDataFolder(folder, 7, () => free)).toMatchObject({
      state,
      next: expect.stringContaining('make room'),
    })
  })

  it('that is a file is a problem', () => {
    const file = path.join(folder, 'file')
    writeFileSync(file, '')
    expect(checkDataFolder(file, 7)).toMatchObject({
      state: 'problem',
      summary: expect.stringMatching(/takes no file: ENOTDIR|ENOENT/),
    })
  })
})

function writeJournal(entries: readonly object[]): string {
  mkdirSync(path.join(folder, 'journal'), { recursive: true })
  const file = path.join(folder, 'journal/00000001.jsonl')
  const lines = [{ type: 'segment', schema: 1, at: T0 }, ...entries].map(encodeLine)
  writeFileSync(file, lines.join(''))
  return file
}

describe('the records', () => {
  it('are counted when all can be read', () => {
    writeJournal([{ type: 'job-failed', at: T0, record: failedJob(1), closes: null }])
    writeFailedJobs(folder, [failedJob(1)])
    writeIncident(folder, incident())
    expect(checkRecords(folder, false)).toMatchObject({
      state: 'ok',
      summary: '1 failed jobs and 1 incidents on record, 2 not reported yet',
    })
    expect(checkRecords(path.join(folder, 'none'), false)).toMatchObject({ state: 'ok' })
  })

  it('that the view lacks are a warning, but not while the app writes', () => {
    writeJournal([{ type: 'job-failed', at: T0, record: failedJob(1), closes: null }])
    expect(checkRecords(folder, false)).toMatchObject({
      state: 'warning',
      summary: 'failed-jobs.json lacks 1 records of the journal',
    })
    expect(checkRecords(folder, true)).toMatchObject({ state: 'ok' })
  })

  it('that cannot be read are a problem', () => {
    writeFileSync(writeJournal([]), 'no journal\n')
    writeFileSync(path.join(folder, 'failed-jobs.json'), '{')
    writeIncident(folder, incident(), 'other.json')
    const { state, details } = checkRecords(folder, false)
    expect(state).toBe('problem')
    expect(details).toEqual([
      expect.stringContaining('journal/00000001.jsonl'),
      expect.stringContaining('failed-jobs.json'),
      expect.stringContaining('incidents/other.json'),
    ])
  })
})

describe('leftovers', () => {
  const facts = () => ({
    dataFolder: folder,
    appRuns: false,
    now: Date.now(),
    processes: [] as MarkedProcess[],
  })

  it('are none in a tidy folder, nor in one that is not there', () => {
    writeJournal([])
    expect(checkLeftovers(facts())).toMatchObject({ state: 'ok', summary: 'none; the app does not run' })
    expect(checkLeftovers({ ...facts(), dataFolder: path.join(folder, 'none') })).toMatchObject({
      state: 'ok',
    })
  })

  it('are jobs without an end, unless the app runs', () => {
    writeJournal([{ type: 'job-started', at: T0, job: openJob(1) }])
    expect(checkLeftovers(facts())).toMatchObject({
      state: 'warning',
      details: ['1 jobs ran or waited when the app was killed'],
    })
    expect(checkLeftovers({ ...facts(), appRuns: true })).toMatchObject({ state: 'ok' })
  })

  it('are half-written files that nobody writes any more, and damaged ones', () => {
    mkdirSync(path.join(folder, 'profiles'))
    const names = [
      'failed-jobs.json.tmp-1234567890abcdef',
      'profiles/a-wall.pprof.tmp',
      'profiles/young.pprof.tmp',
    ]
    for (const name of names) {
      writeFileSync(path.join(folder, name), '')
      const age = name.includes('young') ? 0 : 3_600
      utimesSync(path.join(folder, name), Date.now() / 1_000 - age, Date.now() / 1_000 - age)
    }
    writeFileSync(path.join(folder, 'failed-jobs.json.damaged-20260102T030405Z'), '')
    expect(checkLeftovers(facts())).toMatchObject({
      state: 'warning',
      details: [
        `2 half-written files: failed-jobs.json.tmp-1234567890abcdef, ${path.join('profiles', 'a-wall.pprof.tmp')}`,
        '1 damaged files, set aside: failed-jobs.json.damaged-20260102T030405Z',
      ],
      next: expect.stringMatching(/^start Studio, or delete them; look into them/),
    })
  })

  it('are processes of a backend whose app has gone', () => {
    const processes = [
      { pid: 9, parent: 1, run: newRunMarker(folder), name: 'python3' },
      { pid: 10, parent: 1, run: newRunMarker('/another/folder'), name: 'sleep' },
    ]
    expect(checkLeftovers({ ...facts(), processes })).toMatchObject({
      state: 'warning',
      details: ['1 processes of a backend whose app has gone: 9 (python3)'],
      next: 'end those that are not meant to stay: kill 9',
    })
  })
})

describe('processes of a backend', () => {
  const app = { pid: 10, parent: 2, run: null, name: 'electron' }
  const backend = { pid: 11, parent: 10, run: 'r', name: 'electron' }
  const child = { pid: 12, parent: 11, run: 'r', name: 'python3' }
  const strayed = { pid: 13, parent: 1, run: 'r', name: 'ffmpeg' }
  const first = { pid: 1, parent: 0, run: null, name: 'init' }
  const manager = { pid: 2, parent: 1, run: null, name: 'systemd' }

  it('are no orphans while their app lives, wherever they went', () => {
    expect(orphansOf([first, manager, app, backend, child, strayed])).toEqual([])
  })

  it('are orphans when it has gone, whoever took them in', () => {
    const adopted = { ...child, parent: 2 }
    expect(orphansOf([first, manager, adopted, strayed])).toEqual([adopted, strayed])
  })

  it('of another app are not those', () => {
    const other = { pid: 21, parent: 20, run: 's', name: 'electron' }
    const otherApp = { pid: 20, parent: 2, run: null, name: 'electron' }
    expect(orphansOf([first, manager, otherApp, other, strayed])).toEqual([strayed])
  })
})

describe.skipIf(process.platform === 'win32')('an app that has the folder', () => {
  const lock = () => path.join(folder, 'SingletonLock')
  const ours = () => path.join(folder, 'studio-monitor')
  const holdBy = (host: string, pid: number) => {
    rmSync(lock(), { force: true })
    symlinkSync(`${host}-${pid}`, lock())
  }
  it('is known by our lock, whatever becomes of Chromium’s', () => {
    mkdirSync(ours())
    expect(isAppRunning(ours())).toBe(false)
    const taken = takeKernelLock(dataPaths(ours()).lock)
    expect(isAppRunning(ours())).toBe(true)
    if (taken.state === 'taken') taken.release()
    holdBy(os.hostname(), process.pid)
    expect(isAppRunning(ours())).toBe(false)
  })

  it('is known by Chromium’s where there can be none of ours, unless that was left behind', () => {
    mkdirSync(dataPaths(ours()).lock, { recursive: true })
    holdBy(os.hostname(), process.pid)
    expect(isAppRunning(ours())).toBe(true)
    rmSync(lock())
    expect(isChromiumsLockHeld(folder)).toBe(false)
    holdBy(os.hostname(), process.pid)
    expect(isChromiumsLockHeld(folder)).toBe(true)
    holdBy(os.hostname(), 4_194_304_000)
    expect(isChromiumsLockHeld(folder)).toBe(false)
    holdBy('another-machine', process.pid)
    expect(isChromiumsLockHeld(folder)).toBe(false)
  })
})
