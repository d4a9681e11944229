import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../records/jobs/testing/temporary-folder'
import { CrashDumps } from './crash-dumps'
import { minidumpBytes } from './testing/minidump-bytes'

const [PID, STARTED] = [4242, Date.parse('2026-11-23T20:11:55Z')]

function folders(isOurs = true) {
  const folder = temporaryFolder()
  const [from, to] = [path.join(folder, 'Crashpad'), path.join(folder, 'crashes')]
  const write = (name: string, processId: number, at: number) => {
    const file = path.join(from, name)
    mkdirSync(path.dirname(file), { recursive: true })
    const modules = [{ path: '/opt/sharp.node', start: 0x1000n, size: 0x100 }]
    const crash = { processId, platformId: 0x8201, code: 11, address: 0x1001n, modules, dead: [], stack: [] }
    writeFileSync(file, minidumpBytes(crash))
    writeFileSync(file.replace('.dmp', '.meta'), '')
    utimesSync(file, at / 1_000, at / 1_000)
    return file
  }
  return { from, to, write, dumps: new CrashDumps({ from, to, isOurs }) }
}

it('finds the crash of a process, in whichever folder Crashpad has it', () => {
  for (const name of ['pending', 'completed', 'new', 'reports']) {
    const { write, dumps } = folders()
    write('pending/other.dmp', PID + 1, STARTED + 5_000)
    const file = write(`${name}/a.dmp`, PID, STARTED + 4_000)
    expect(dumps.find(PID, STARTED)).toEqual({ module: 'sharp.node', fault: 'SIGSEGV', onStack: null, file })
  }
})

it('finds none of an earlier process that had the same id, none that is damaged, none where there is no folder', () => {
  const { from, write, dumps } = folders()
  expect(dumps.find(PID, STARTED)).toBeNull()
  write('pending/a.dmp', PID, STARTED - 60_000)
  writeFileSync(path.join(from, 'pending/b.dmp'), 'MDMP')
  expect(dumps.find(PID, STARTED)).toBeNull()
})

it('keeps the newest ten, for the owner alone', () => {
  const { from, to, write, dumps } = folders()
  for (let index = 0; index < 13; index += 1) {
    write(`pending/${index}.dmp`, PID, STARTED + index * 1_000)
    const found = dumps.find(PID, STARTED)
    if (!found) throw new Error('not found')
    dumps.keep(found, `incident-${index}`)
    const kept = path.join(to, `incident-${index}.dmp`)
    utimesSync(kept, STARTED / 1_000 + index, STARTED / 1_000 + index)
    expect(statSync(kept).mode & 0o777).toBe(0o600)
  }
  expect(readdirSync(to)).toHaveLength(10)
  expect(existsSync(path.join(to, 'incident-2.dmp'))).toBe(false)
  expect(readdirSync(path.join(from, 'pending'))).toEqual([])
})

it('leaves the minidumps of an app that started Crashpad itself where they are', () => {
  const { to, write, dumps } = folders(false)
  const file = write('completed/a.dmp', PID, STARTED)
  const found = dumps.find(PID, STARTED)
  if (!found) throw new Error('not found')
  dumps.keep(found, 'incident')
  dumps.discard(found)
  expect(existsSync(file)).toBe(true)
  expect(readdirSync(to)).toEqual(['incident.dmp'])
})
