import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { takeKernelLock } from '../../startup/kernel-lock'
import { run } from '../testing/run'

/** Files of the monitor's that are records, and what has to stay. */
const RECORDS = [
  'failed-jobs.json',
  'failed-jobs.json.damaged-20261123T201500Z',
  'status.json',
  'needs.json',
  'journal/00000001.jsonl',
  'journal/00000001.jsonl.damaged-20261123T201500Z-2',
  'journal/reserve',
  'incidents/20261123-201300-3f9a.json',
  'profiles/20261201T035236Z-28372-000000-wall.pprof',
  'profiles/20261201T035236Z-28372-000000.json',
  'logs/monitor.jsonl',
  'logs/backend.4.jsonl',
  'unsent/00000001.jsonl.gz',
  'crashes/a.dmp',
]
const OTHERS = [
  'settings.json',
  'consent.json',
  'installation-id',
  'lock',
  'effective-settings.json',
  'notes.txt',
  'incidents/notes.json',
  'profiles/mine.pprof',
  'logs/other.jsonl',
]

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-clear-'))
  for (const name of [...RECORDS, ...OTHERS]) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), name === 'lock' ? '' : 'x'.repeat(100))
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const left = (names: readonly string[]) => names.filter((name) => existsSync(path.join(folder, name)))

it('deletes the records without a question where that is asked for, and nothing else', async () => {
  const { code, stdout, stderr } = await run(folder, ['clear', '--yes'])
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'Deleted: 14 files, 1.4 KiB.\n', stderr: '' })
  expect(left(RECORDS)).toEqual([])
  expect(left(OTHERS)).toEqual(OTHERS)
  expect(await run(folder, ['clear', '--yes'])).toMatchObject({
    code: 0,
    stdout: 'There is nothing to delete.\n',
  })
})

it('tells scripts what it deleted', async () => {
  const { stdout } = await run(folder, ['clear', '--yes', '--json'])
  expect(JSON.parse(stdout).deleted).toContainEqual({ what: 'incidents', files: 1, bytes: 100 })
})

it.each(['', 'n', 'no', 'yes please'])('deletes nothing where the answer is %j', async (answer) => {
  const { code, stdout, stderr } = await run(folder, ['clear'], { ask: async () => answer })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('incidents: 1 file, 100 B')
  expect(stderr).toContain('Nothing was deleted.')
  expect(left(RECORDS)).toEqual(RECORDS)
})

it.each(['y', 'YES'])('asks with the number of files, and obeys %j', async (answer) => {
  let question = ''
  const { code } = await run(folder, ['clear'], {
    ask: async (text) => {
      question = text
      return answer
    },
  })
  expect(code).toBe(0)
  expect(question).toBe(`Delete 14 files, 1.4 KiB in ${folder}? [y/N] `)
  expect(left(RECORDS)).toEqual([])
})

it('does not guess where nobody can be asked', async () => {
  expect(await run(folder, ['clear'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect(await run(folder, ['clear', '--json'])).toMatchObject({ code: 2 })
  expect(left(RECORDS)).toEqual(RECORDS)
})

it('refuses while the app runs', async () => {
  const lock = takeKernelLock(path.join(folder, 'lock'))
  if (lock.state !== 'taken') throw new Error('no lock to be had here')
  try {
    const { code, stderr } = await run(folder, ['clear', '--yes'])
    expect(code).toBe(1)
    expect(stderr).toContain('Studio runs')
    expect(left(RECORDS)).toEqual(RECORDS)
  } finally {
    lock.release()
  }
})

it('refuses where the app has started while the question stood', async () => {
  let release = () => {}
  const { code, stderr } = await run(folder, ['clear'], {
    ask: async () => {
      const lock = takeKernelLock(path.join(folder, 'lock'))
      if (lock.state === 'taken') release = lock.release
      return 'y'
    },
  })
  release()
  expect(code).toBe(1)
  expect(stderr).toContain('Studio runs')
  expect(left(RECORDS)).toEqual(RECORDS)
})

/** Takes the place of a record with what cannot be deleted as a file, before the answer. */
const spoil = (names: readonly string[]) => async () => {
  for (const name of names) {
    rmSync(path.join(folder, name))
    mkdirSync(path.join(folder, name))
  }
  return 'y'
}

it('counts what was deleted alone, and names what could not be', async () => {
  const { code, stdout, stderr } = await run(folder, ['clear'], {
    ask: spoil(['journal/reserve', 'incidents/20261123-201300-3f9a.json']),
  })
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Deleted: 12 files, 1.2 KiB.\n' })
  for (const name of ['reserve', '20261123-201300-3f9a.json'])
    expect(stderr).toMatch(new RegExp(`^studio-monitor: clear: .*${name} could not be deleted: .+$`, 'm'))
  const rest = RECORDS.filter((name) => !/reserve$|3f9a/.test(name))
  expect(left(rest)).toEqual([])
})

it('says that nothing was deleted where nothing could be', async () => {
  for (const name of RECORDS.slice(1)) rmSync(path.join(folder, name))
  const { code, stdout, stderr } = await run(folder, ['clear'], { ask: spoil([RECORDS[0] ?? '']) })
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Nothing was deleted.\n' })
  expect(stderr).toContain('failed-jobs.json could not be deleted')
})

it('does not follow a link out of the folder', async () => {
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'studio-elsewhere-'))
  const target = path.join(elsewhere, 'kept')
  writeFileSync(target, 'x')
  symlinkSync(target, path.join(folder, 'incidents/20261123-201400-aaaa.json'))
  await run(folder, ['clear', '--yes'])
  expect(readdirSync(elsewhere)).toEqual(['kept'])
  rmSync(elsewhere, { recursive: true })
})
