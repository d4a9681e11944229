import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../../testing/disk/tmpfs'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { incident } from '../../cli/testing/incident-sample'
import { INCIDENTS_KEPT, IncidentStore } from './incident-store'
import { readIncidents } from './read-incidents'

const mountable = await canMount()
const why = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`
const T0 = Date.UTC(2026, 10, 23, 20, 13)

/** Incidents a second apart. */
function numbered(n: number) {
  const at = new Date(T0 + n * 1_000).toISOString()
  const [date, time] = at.slice(0, 19).replaceAll(/[-:]/g, '').split('T')
  return incident({ id: `${date}-${time}-00ff`, at })
}

function openStore(dataFolder: string) {
  const { log, lines } = captureLog()
  return {
    store: new IncidentStore({ dataFolder, log, now: Date.now }),
    said: () => lines.map(({ message }) => message),
  }
}

const files = (dataFolder: string) => readdirSync(path.join(dataFolder, 'incidents')).sort()

describe('an incident', () => {
  it('is on disk when write returns, as the subcommand reads it', () => {
    const dataFolder = temporaryFolder()
    const { store, said } = openStore(dataFolder)
    store.write(numbered(2))
    store.write(numbered(1))
    expect(readIncidents(dataFolder)).toEqual({ incidents: [numbered(1), numbered(2)], problems: [] })
    expect(said()).toEqual([])
  })

  it('replaces the one of the same id', () => {
    const dataFolder = temporaryFolder()
    const { store } = openStore(dataFolder)
    store.write(numbered(1))
    store.write({ ...numbered(1), reported: true })
    expect(readIncidents(dataFolder).incidents).toEqual([{ ...numbered(1), reported: true }])
  })

  it('is written once', () => {
    const dataFolder = temporaryFolder()
    const { store } = openStore(dataFolder)
    store.write(numbered(1))
    rmSync(path.join(dataFolder, 'incidents'), { recursive: true })
    store.retry()
    store.write(numbered(2))
    expect(readIncidents(dataFolder).incidents).toEqual([numbered(2)])
  })

  it.skipIf(process.platform === 'win32')('is for its owner alone', () => {
    const dataFolder = temporaryFolder()
    chmodSync(dataFolder, 0o755)
    openStore(dataFolder).store.write(numbered(1))
    expect(statSync(path.join(dataFolder, 'incidents')).mode & 0o777).toBe(0o700)
    expect(statSync(path.join(dataFolder, 'incidents', `${numbered(1).id}.json`)).mode & 0o777).toBe(0o600)
  })
})

describe('the folder', () => {
  it('keeps the newest 200, and what is not an incident', () => {
    const dataFolder = temporaryFolder()
    const folder = path.join(dataFolder, 'incidents')
    mkdirSync(folder)
    for (let n = 0; n < INCIDENTS_KEPT + 5; n++)
      writeFileSync(path.join(folder, `${numbered(n).id}.json`), JSON.stringify(numbered(n)))
    writeFileSync(path.join(folder, '00000000-notes.json'), '')
    openStore(dataFolder).store.write(numbered(1_000))
    expect(files(dataFolder)).toHaveLength(INCIDENTS_KEPT + 1)
    expect(files(dataFolder)[0]).toBe('00000000-notes.json')
    const { incidents } = readIncidents(dataFolder)
    expect(incidents[0]).toEqual(numbered(6))
    expect(incidents.at(-1)).toEqual(numbered(1_000))
  })

  it('drops none that cannot be read: it is set aside', () => {
    const dataFolder = temporaryFolder()
    const folder = path.join(dataFolder, 'incidents')
    mkdirSync(folder)
    for (let n = 0; n < INCIDENTS_KEPT + 2; n++)
      writeFileSync(path.join(folder, `${numbered(n).id}.json`), JSON.stringify(numbered(n)))
    writeFileSync(path.join(folder, `${numbered(0).id}.json`), 'null')
    rmSync(path.join(folder, `${numbered(1).id}.json`))
    mkdirSync(path.join(folder, `${numbered(1).id}.json`))
    const { store, said } = openStore(dataFolder)
    store.write(numbered(1_000))
    const aside = files(dataFolder).filter((name) => name.includes('.damaged-'))
    expect(aside.map((name) => name.slice(0, 20))).toEqual([0, 1].map((n) => numbered(n).id))
    expect(said()).toEqual(Array(2).fill('an incident file was damaged: moved aside'))
    expect(readIncidents(dataFolder).incidents).toHaveLength(INCIDENTS_KEPT)
  })

  it('takes the place of what is none, which is set aside', () => {
    const dataFolder = temporaryFolder()
    writeFileSync(path.join(dataFolder, 'incidents'), 'a file of that name')
    const { store, said } = openStore(dataFolder)
    store.write(numbered(1))
    expect(readIncidents(dataFolder).incidents).toEqual([numbered(1)])
    expect(readdirSync(dataFolder)).toEqual(['incidents', expect.stringContaining('incidents.damaged-')])
    expect(said()).toEqual(['incidents/ was not a folder: moved aside'])
  })

  it('is cleared of what a killed app had half written, and of nothing else', () => {
    const dataFolder = temporaryFolder()
    const folder = path.join(dataFolder, 'incidents')
    mkdirSync(folder)
    const orphan = `${numbered(1).id}.json.tmp-0123456789abcdef`
    for (const name of [orphan, 'notes.json.tmp-0123456789abcdef'])
      writeFileSync(path.join(folder, name), '{')
    openStore(dataFolder)
    expect(files(dataFolder)).toEqual(['notes.json.tmp-0123456789abcdef'])
  })

  it('is not made before there is something to keep', () => {
    const dataFolder = temporaryFolder()
    openStore(dataFolder).store.retry()
    expect(existsSync(path.join(dataFolder, 'incidents'))).toBe(false)
  })
})

describe('where there are too many', () => {
  const silence = (n: number) =>
    ({ ...numbered(n), cause: 'unresponsive', oom: false, uptimeMs: null }) as const
  const kept = (dataFolder: string) => readIncidents(dataFolder).incidents.map(({ id }) => id)

  it('silences go before deaths, whichever run they are of', () => {
    const dataFolder = temporaryFolder()
    const first = openStore(dataFolder).store
    for (let n = 0; n < 5; n++) first.write(numbered(n))
    for (let n = 5; n < INCIDENTS_KEPT; n++) first.write(silence(n))
    const second = openStore(dataFolder).store
    for (let n = INCIDENTS_KEPT; n < INCIDENTS_KEPT + 10; n++) second.write(silence(n))
    second.write(numbered(INCIDENTS_KEPT + 10))
    const ids = kept(dataFolder)
    expect(ids).toHaveLength(INCIDENTS_KEPT)
    expect(ids.slice(0, 6)).toEqual([...[0, 1, 2, 3, 4].map((n) => numbered(n).id), silence(16).id])
    expect(ids.at(-1)).toBe(numbered(INCIDENTS_KEPT + 10).id)
  })

  it('what this run wrote stays, although by the clock it is the oldest', () => {
    const dataFolder = temporaryFolder()
    const first = openStore(dataFolder).store
    for (let n = 0; n < INCIDENTS_KEPT; n++) first.write(numbered(1_000 + n))
    const { store } = openStore(dataFolder)
    for (const n of [3, 2, 1]) store.write(numbered(n))
    const [oldest = ''] = kept(dataFolder).slice(3)
    store.markReported(oldest)
    store.write(numbered(0))
    const ids = kept(dataFolder)
    expect(ids.slice(0, 4)).toEqual([0, 1, 2, 3].map((n) => numbered(n).id))
    expect(ids).toHaveLength(INCIDENTS_KEPT)
    expect(ids).not.toContain(oldest)
  })

  it('deaths stay in memory too, while nothing can be written', () => {
    const dataFolder = path.join(temporaryFolder(), 'data')
    writeFileSync(dataFolder, 'a file of that name')
    const { store } = openStore(dataFolder)
    store.write(numbered(0))
    for (let n = 1; n < INCIDENTS_KEPT + 5; n++) store.write(silence(n))
    rmSync(dataFolder)
    store.retry()
    expect(kept(dataFolder)[0]).toBe(numbered(0).id)
  })
})

describe('a folder that cannot be written', () => {
  function blocked() {
    // The data folder itself is a file.
    const inTheWay = path.join(temporaryFolder(), 'data')
    writeFileSync(inTheWay, 'a file of that name')
    const dataFolder = inTheWay
    return { dataFolder, ...openStore(dataFolder), unblock: () => rmSync(inTheWay) }
  }

  it('is told of once, not with each attempt, and once when it can be', () => {
    const { dataFolder, store, said, unblock } = blocked()
    for (let n = 0; n < 3; n++) store.write(numbered(n))
    for (let n = 0; n < 3; n++) store.retry()
    expect(said()).toEqual([
      expect.stringMatching(/cannot be written to .* \((EEXIST|ENOTDIR).*\): kept in memory/),
    ])
    unblock()
    for (let n = 0; n < 3; n++) store.retry()
    expect(said().slice(1)).toEqual([expect.stringContaining('written again')])
    expect(readIncidents(dataFolder).incidents).toEqual([0, 1, 2].map(numbered))
  })

  it('gets what waited with the next incident', () => {
    const { dataFolder, store, said, unblock } = blocked()
    store.write(numbered(1))
    unblock()
    store.write(numbered(2))
    expect(readIncidents(dataFolder).incidents).toEqual([1, 2].map(numbered))
    expect(said()).toHaveLength(2)
  })

  it('does not fill the memory: the newest 200 are kept', () => {
    const { dataFolder, store, unblock } = blocked()
    for (let n = 0; n < INCIDENTS_KEPT + 50; n++) store.write(numbered(n))
    unblock()
    store.retry()
    const { incidents } = readIncidents(dataFolder)
    expect(incidents).toHaveLength(INCIDENTS_KEPT)
    expect(incidents[0]).toEqual(numbered(50))
  })
})

describe.skipIf(!mountable.ok)(`a full disk${why}`, { timeout: 30_000 }, () => {
  async function smallDisk(): Promise<Tmpfs> {
    const disk = await Tmpfs.mount(1 << 20)
    onTestFinished(() => disk.unmount())
    return disk
  }

  it('gets the incidents when it has room, and holds no half ones until then', async () => {
    const disk = await smallDisk()
    const { store, said } = openStore(disk.path)
    store.write(numbered(0))
    await disk.fill()
    store.write(numbered(1))
    store.write(numbered(2))
    expect(files(disk.path)).toEqual([`${numbered(0).id}.json`])
    expect(readIncidents(disk.path)).toEqual({ incidents: [numbered(0)], problems: [] })
    await disk.free()
    store.retry()
    expect(readIncidents(disk.path).incidents).toEqual([0, 1, 2].map(numbered))
    expect(said()).toEqual([expect.stringContaining('(ENOSPC'), expect.stringContaining('written again')])
  })

  it('with room for one of two is still full: it is not told of again', async () => {
    const disk = await smallDisk()
    const { store, said } = openStore(disk.path)
    store.write(numbered(0))
    await disk.fill()
    store.write(numbered(1))
    await disk.free()
    await disk.fill({ leave: 4096 })
    store.write(numbered(2))
    expect(readIncidents(disk.path).incidents).toEqual([0, 1].map(numbered))
    expect(said()).toHaveLength(1)
  })
})
