import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { canMount, Tmpfs } from '../../../../testing/disk/tmpfs'
import { captureLog } from '../../../../testing/log/capture-log'
import { runProgram, temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { leaveSet, RUN } from '../../profiling/testing/sets'
import { ProfileStore } from '../../records/profiles/profile-store'
import { ProfileDelivery } from './delivery'
import { sendTo } from './testing/send-to'

const mountable = await canMount()
const why = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`

async function smallDisk(): Promise<Tmpfs> {
  const disk = await Tmpfs.mount(4 << 20)
  onTestFinished(() => disk.unmount())
  return disk
}

async function deliveryOn(dataFolder: string) {
  const agent: Agent = await startAgent()
  onTestFinished(() => agent.stop())
  const { log, lines, troubles } = captureLog()
  const store = new ProfileStore({ dataFolder, log, now: Date.now, backendPid: () => null })
  const backoff = { firstMs: 20, lastMs: 40 }
  const delivery = new ProfileDelivery({ store, send: sendTo(agent.url), log, random: () => 0.5, backoff })
  onTestFinished(() => delivery.stop(1000))
  return { agent, store, delivery, lines, troubles }
}

describe.skipIf(!mountable.ok)(`a disk${why}`, { timeout: 30_000 }, () => {
  test('that is full: everything is sent, promoted and marked all the same', async () => {
    const disk = await smallDisk()
    leaveSet(disk.path, { seq: 0, kind: 'near-death' })
    leaveSet(disk.path, { seq: 1 })
    leaveSet(disk.path, { seq: 2, kind: 'on_oom' })
    await disk.fill()
    const { agent, store, delivery, troubles } = await deliveryOn(disk.path)
    const near = store.nearDeath(RUN)
    if (!near) throw new Error('no set')
    store.promote(near, 'on_oom')
    delivery.wake()
    await waitFor(() => agent.profiles().length === 3, { what: 'three profiles' })
    await waitFor(() => store.waiting().length === 0, { what: 'the marks' })
    expect(store.sets().map(({ seq, mark }) => [seq, mark])).toEqual([
      [0, 'uploaded'],
      [2, 'uploaded'],
    ])
    expect(troubles()).toEqual([])
  })

  test('that is read-only from the start: one line, and nothing is sent', async () => {
    const disk = await smallDisk()
    leaveSet(disk.path)
    const { agent, store, delivery, lines } = await deliveryOn(disk.path)
    await disk.remount('ro')
    for (let n = 0; n < 3; n++) delivery.wake()
    await delivery.stop(1000)
    expect([store.sets().length, agent.requests('profiling')]).toEqual([1, []])
    expect(lines.map(({ level }) => level)).toEqual(['error'])
  })

  test('that is read-only: one line; nothing is sent that would be sent again; all is, later', async () => {
    const disk = await smallDisk()
    leaveSet(disk.path, { seq: 0, kind: 'near-death' })
    for (const seq of [1, 2]) leaveSet(disk.path, { seq })
    const { agent, store, delivery, lines } = await deliveryOn(disk.path)
    const near = store.nearDeath(RUN)
    if (!near) throw new Error('no set')
    await disk.remount('ro')
    store.promote(near, 'on_oom')
    for (let n = 0; n < 3; n++) delivery.wake()
    expect(store.sets()[0]).toMatchObject({ seq: 0, kind: 'on_oom' })
    expect(lines).toMatchObject([{ level: 'error', fields: { error: expect.stringContaining('EROFS') } }])
    expect(store.waiting()).toEqual([])
    await disk.remount('rw')
    delivery.wake()
    await waitFor(() => agent.profiles().length === 3, { what: 'the profiles' })
    await delivery.stop(1000)
    expect(agent.requests('profiling')).toHaveLength(3)
    expect(store.sets()).toMatchObject([{ seq: 0, mark: 'uploaded' }])
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info'])
  })
})

test('a mark that cannot be made: nothing more is sent until it can, and that set never again', async () => {
  const dataFolder = temporaryFolder()
  const { agent, store, delivery, lines } = await deliveryOn(dataFolder)
  const { id } = leaveSet(dataFolder, { seq: 0, kind: 'on_oom' })
  for (const seq of [1, 2]) leaveSet(dataFolder, { seq })
  const inTheWay = join(dataFolder, 'profiles', `${id}.uploaded.json`)
  mkdirSync(join(inTheWay, 'x'), { recursive: true })
  delivery.wake()
  await waitFor(() => lines.length > 0, { what: 'the line' })
  for (let n = 0; n < 3; n++) delivery.wake()
  expect(store.sets()[0]).toMatchObject({ mark: 'uploaded' })
  expect([store.waiting(), agent.requests('profiling').length]).toEqual([[], 1])
  rmSync(inTheWay, { recursive: true })
  delivery.wake()
  await waitFor(() => agent.profiles().length === 3, { what: 'the other profiles' })
  await delivery.stop(1000)
  expect(agent.requests('profiling')).toHaveLength(3)
  expect(store.sets()).toMatchObject([{ seq: 0, mark: 'uploaded' }])
  expect(lines.map(({ level }) => level)).toEqual(['error', 'info'])
})

test('a file in the place of the folder is moved aside, one in the place of the data folder is one line', () => {
  const dataFolder = temporaryFolder()
  writeFileSync(join(dataFolder, 'profiles'), 'x')
  const open = (folder: string) => {
    const { log, lines } = captureLog()
    const store = new ProfileStore({ dataFolder: folder, log, now: Date.now, backendPid: () => null })
    store.open()
    store.tidy()
    return { sets: store.sets(), lines }
  }
  expect(open(dataFolder)).toMatchObject({ sets: [], lines: [{ level: 'warn' }] })
  expect(readdirSync(dataFolder).sort()).toEqual(['profiles', expect.stringContaining('profiles.damaged-')])
  const file = join(dataFolder, 'file')
  writeFileSync(file, 'x')
  const { sets, lines } = open(file)
  expect(sets).toEqual([])
  expect(lines.map(({ level }) => level)).toEqual(['error', 'error'])
})

const asNobody = `
  import { ProfileStore } from '../../records/profiles/profile-store'
  const lines: string[] = []
  const log = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) =>
    [level, (message: string, fields: object) => lines.push([level, message, JSON.stringify(fields)].join(' '))]))
  process.getuid?.() === 0 && process.setuid?.(65534)
  const store = new ProfileStore({ dataFolder: process.argv[2], log: log as never, now: Date.now, backendPid: () => null })
  store.open()
  console.log(JSON.stringify({ sets: store.sets().map(({ seq }) => seq), lines }))
`

describe.skipIf(process.platform === 'win32')('without permission', { timeout: 30_000 }, () => {
  const setUp = () => {
    const dataFolder = temporaryFolder()
    for (const seq of [0, 1]) leaveSet(dataFolder, { seq })
    const folder = join(dataFolder, 'profiles')
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
    chmodSync(dataFolder, 0o755)
    return { dataFolder, folder }
  }
  const run = async (dataFolder: string) => {
    const { stdout, stderr } = await runProgram(asNobody, { from: __dirname, args: [dataFolder] })
    return JSON.parse(stdout || stderr) as { sets: number[]; lines: string[] }
  }

  test('one set that cannot be read is set aside, the others are read', async () => {
    const { dataFolder, folder } = setUp()
    chmodSync(folder, 0o777)
    chmodSync(join(folder, `${RUN}-000000.json`), 0)
    const { sets, lines } = await run(dataFolder)
    expect([sets, lines]).toEqual([[1], [expect.stringMatching(/warn .*damaged.*EACCES/)]])
  })

  test('a folder that cannot be read is one line', async () => {
    const { dataFolder, folder } = setUp()
    chmodSync(folder, 0)
    const { sets, lines } = await run(dataFolder)
    chmodSync(folder, 0o700)
    expect([sets, lines]).toEqual([[], [expect.stringMatching(/error .*cannot be read.*EACCES/)]])
  })
})
