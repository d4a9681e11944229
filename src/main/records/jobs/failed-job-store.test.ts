import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import type { FailedJob } from './failed-job'
import { FailedJobStore } from './failed-job-store'
import { electronStore } from './testing/outside-electron'
import { failedJob } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

const openFile = await electronStore()

function openStore(folder: string, jobs: readonly FailedJob[], now: () => number = Date.now) {
  const path = join(folder, 'failed-jobs.json')
  const { log, troubles, lines } = captureLog()
  let writes = 0
  const counted = (at: string) => {
    const file = openFile(at)
    const write = (list: readonly FailedJob[]) => {
      writes++
      file.write(list)
    }
    return { write }
  }
  const shown = { jobs }
  const store = new FailedJobStore({ path, openFile: counted, log, now, jobs: () => shown.jobs })
  onTestFinished(() => store.stop())
  const read = (): unknown => JSON.parse(readFileSync(path, 'utf8'))
  return { store, shown, path, troubles, lines, read, writes: () => writes }
}

const some = [failedJob(1), failedJob(2)]

describe('the list of failed jobs on disk', () => {
  it('is an electron-store with the jobs, newest last, for its owner alone', () => {
    const folder = temporaryFolder()
    const { store, path, read, troubles } = openStore(folder, some)
    expect(store.open()).toEqual([])
    store.changed()
    expect(store.flush()).toBe(true)
    expect(read()).toEqual({ jobs: some })
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(openStore(folder, []).store.open()).toEqual(some)
    expect(troubles()).toEqual([])
    expect(readdirSync(folder)).toEqual(['failed-jobs.json'])
  })

  it('is soon written too when the clock has been set back', async () => {
    const folder = temporaryFolder()
    let at = Date.now()
    const { store, shown, read } = openStore(folder, some, () => at)
    store.changed()
    store.flush()
    at -= 86_400_000
    shown.jobs = [failedJob(3)]
    store.changed()
    await vi.waitFor(() => expect(read()).toEqual({ jobs: shown.jobs }), 30_000)
  })

  it('is written when it is absent or says something else, and only then', () => {
    const folder = temporaryFolder()
    const { store, writes, shown } = openStore(folder, some)
    store.compare(store.open())
    store.flush()
    expect(writes()).toBe(1)
    store.compare(store.open())
    store.flush()
    expect(writes()).toBe(1)
    shown.jobs = [failedJob(1), failedJob(2, { reported: true })]
    store.compare(store.open())
    store.flush()
    expect(writes()).toBe(2)
  })

  it('is written once for many changes, and again for those that come later', async () => {
    const { store, writes, shown, read } = openStore(temporaryFolder(), some)
    for (let n = 0; n < 1000; n++) store.changed()
    await vi.waitFor(() => expect(writes()).toBe(1), 30_000)
    const writtenAt = performance.now()
    shown.jobs = [...some, failedJob(3)]
    for (let n = 0; n < 1000; n++) store.changed()
    await vi.waitFor(() => expect(writes()).toBe(2), 30_000)
    expect(performance.now() - writtenAt).toBeGreaterThan(150)
    expect(read()).toEqual({ jobs: shown.jobs })
  })

  it('loses the temporary files of a killed run, and nothing else', () => {
    const folder = temporaryFolder()
    const orphans = ['failed-jobs.json.tmp-1234567890abcdef', 'failed-jobs.json.tmp-0987654321012345']
    const others = ['config.json.tmp-1234567890abcdef', 'failed-jobs.json.tmp-mine', 'failed-jobs.json.bak']
    for (const name of [...orphans, ...others]) writeFileSync(join(folder, name), '{')
    openStore(folder, []).store.open()
    expect(readdirSync(folder).sort()).toEqual(others.sort())
  })
})

describe('a damaged list', { timeout: 30_000 }, () => {
  const half = JSON.stringify({ jobs: some }).slice(0, 300)
  it.each<[string, (path: string) => void, number]>([
    ['null', (path) => writeFileSync(path, 'null'), 0],
    ['a bare list', (path) => writeFileSync(path, '[]'), 0],
    ['an empty object', (path) => writeFileSync(path, '{}'), 0],
    ['an empty file', (path) => writeFileSync(path, ''), 0],
    ['half a file', (path) => writeFileSync(path, half), 0],
    ['garbage', (path) => writeFileSync(path, Buffer.from([0, 255, 254, 1, 2, 3])), 0],
    ['another type', (path) => writeFileSync(path, '{"jobs":{"length":1}}'), 0],
    ['a folder', (path) => mkdirSync(join(path, 'deep'), { recursive: true }), 0],
    ['a link that leads nowhere', (path) => symlinkSync('/nowhere/at-all', path), 0],
    ['65 MiB', (path) => writeFileSync(path, Buffer.alloc(65 << 20, ' ')), 0],
    [
      'one record that is none',
      (path) => writeFileSync(path, JSON.stringify({ jobs: [...some, { id: 1 }] })),
      2,
    ],
  ])('is set aside with one line and written anew: %s', (_what, make, salvaged) => {
    const folder = temporaryFolder()
    const { store, path, read, troubles } = openStore(folder, some)
    make(path)
    expect(store.open()).toHaveLength(salvaged)
    store.compare([])
    expect(store.flush()).toBe(true)
    expect(read()).toEqual({ jobs: some })
    expect(troubles()).toHaveLength(1)
    expect(readdirSync(folder).filter((name) => name.includes('.damaged-'))).toHaveLength(1)
  })

  it('is written anew also when it was damaged while the app ran', () => {
    const folder = temporaryFolder()
    const { store, path, read, shown } = openStore(folder, some)
    store.open()
    store.changed()
    store.flush()
    writeFileSync(path, '{"jobs": [')
    shown.jobs = [failedJob(3)]
    store.changed()
    expect(store.flush()).toBe(true)
    expect(read()).toEqual({ jobs: shown.jobs })
  })

  it('waits longer after each failure, complains once, and recovers', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'failed-jobs.json')
    const { log, troubles, lines } = captureLog()
    let broken = true
    const fails = () => {
      if (broken) throw new Error('no')
      return openFile(path)
    }
    const store = new FailedJobStore({ path, openFile: fails, log, now: Date.now, jobs: () => some })
    onTestFinished(() => store.stop())
    store.changed()
    for (let n = 0; n < 5; n++) expect(store.flush()).toBe(false)
    expect(troubles()).toHaveLength(1)
    expect(existsSync(path)).toBe(false)
    broken = false
    expect(store.flush()).toBe(true)
    expect(lines.at(-1)).toMatchObject({ level: 'info' })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ jobs: some })
  })
})
