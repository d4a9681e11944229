import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { UnsentFolder } from './unsent-folder'

const T0 = Date.UTC(2026, 10, 23, 20, 13)

function open(folder = join(temporaryFolder(), 'unsent'), limitBytes?: number) {
  const { log, lines } = captureLog()
  const clock = { now: T0 }
  const unsent = new UnsentFolder({ folder, log, now: () => clock.now, ...(limitBytes && { limitBytes }) })
  const contents = () => Promise.all(unsent.files.map((file) => unsent.read(file)))
  return { unsent, folder, log, lines, clock, contents }
}

/** Text that does not compress: the bound is about bytes on disk. */
const noise = (length: number) =>
  Array.from({ length }, () => Math.random().toString(36).at(-1) ?? '').join('')

describe('what waits', () => {
  test('is on disk, for the owner alone, and there again after a restart, oldest first', async () => {
    const { unsent, folder, clock } = open()
    await unsent.add(['{"n":1}', '{"n":2}'], 5)
    // Set back: the order is that of coming.
    clock.now = T0 - 3_600_000
    await unsent.add(['{"n":3}'], 1)
    const again = open(folder)
    expect(await again.contents()).toEqual([['{"n":1}', '{"n":2}'], ['{"n":3}']])
    expect(again.unsent.files.map(({ spans }) => spans)).toEqual([5, 1])
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    }
  })

  test('above the limit the oldest go, one line says so, and the lost are counted', async () => {
    const { unsent, lines, contents } = open(undefined, 10_000)
    for (let n = 0; n < 6; n++) await unsent.add([`{"n":${n},"noise":"${noise(4_000)}"}`], 10)
    const bytes = unsent.files.reduce((sum, file) => sum + file.bytes, 0)
    expect(bytes).toBeLessThanOrEqual(10_000)
    const left = (await contents()).map((chunks) => JSON.parse(chunks?.[0] ?? '').n)
    expect(left).toEqual([0, 1, 2, 3, 4, 5].slice(-left.length))
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', expect.stringContaining('the oldest are dropped')],
    ])
    expect(unsent.takeDropped()).toBe((6 - left.length) * 10)
    expect(unsent.takeDropped()).toBe(0)
  })

  test('what is under way is not dropped', async () => {
    const { unsent } = open(undefined, 10_000)
    await unsent.add([noise(4_000)], 1)
    const [first] = unsent.files
    unsent.hold(first ?? null)
    for (let n = 0; n < 6; n++) await unsent.add([noise(4_000)], 1)
    expect(unsent.files).toContain(first)
  })

  test('a limit that has become smaller holds for what an earlier run left', async () => {
    const { unsent, folder } = open()
    for (let n = 0; n < 4; n++) await unsent.add([noise(4_000)], 1)
    expect(open(folder, 6_000).unsent.files.length).toBeLessThan(4)
  })
})

describe('a folder that is not as it was left', () => {
  test('damaged and vanished files are told apart from good ones, and hold nothing up', async () => {
    const { unsent, folder, lines, contents } = open()
    for (let n = 0; n < 3; n++) await unsent.add([`{"n":${n}}`], 1)
    const [damaged, gone] = unsent.files
    writeFileSync(join(folder, damaged?.name ?? ''), 'not gzip')
    rmSync(join(folder, gone?.name ?? ''))
    expect(await contents()).toEqual([null, null, ['{"n":2}']])
    expect(lines.map(({ message }) => message)).toEqual([expect.stringContaining(`${damaged?.name}`)])
  })

  test('what a killed writer left goes, what is somebody else’s stays', async () => {
    const { unsent, folder } = open()
    await unsent.add(['{}'], 1)
    const [file] = unsent.files
    writeFileSync(join(folder, `${file?.name}.tmp-1234567890abcdef`), 'half')
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    expect(open(folder).unsent.files).toEqual([file])
    expect(readdirSync(folder).sort()).toEqual([file?.name, 'notes.txt'])
  })

  test('a disk that takes nothing costs the spans and one line', async () => {
    const folder = join(temporaryFolder(), 'unsent')
    // A folder whose parent is a file can be made by nobody, root included.
    writeFileSync(folder, '')
    const { unsent, lines } = open(join(folder, 'below'))
    await unsent.add(['{}'], 3)
    await unsent.add(['{}'], 4)
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
    expect(unsent.takeDropped()).toBe(7)
  })
})
