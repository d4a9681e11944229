import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../../testing/disk/tmpfs'
import { temporaryFolder } from '../../../../testing/program/program'
import { EngineProbe } from './engine-probe'
import { installProbe } from './probe-files'

const PACKAGED = path.join(__dirname, '../probe')
const mount = await canMount()
const why = mount.ok ? '' : ` (NOT RUN: ${mount.reason})`

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.py'))

describe('the probe in the data folder', () => {
  it('is what the package has, closed to others, and nothing else', () => {
    const folder = path.join(temporaryFolder(), 'engine-probe')
    mkdirSync(path.join(folder, 'studio_probe'), { recursive: true })
    writeFileSync(path.join(folder, 'sitecustomize.py'), 'import somebody_elses')
    writeFileSync(path.join(folder, 'studio_probe/growth.py'), 'raise SystemExit')
    writeFileSync(path.join(folder, 'json.py'), 'imported in place of the real one')
    installProbe(folder, PACKAGED)
    expect(filesIn(folder).toSorted()).toEqual(filesIn(PACKAGED).toSorted())
    for (const name of filesIn(folder)) {
      const file = path.join(folder, name)
      expect(readFileSync(file)).toEqual(readFileSync(path.join(PACKAGED, name)))
      expect(statSync(file).mode & 0o077).toBe(0)
    }
    expect(statSync(folder).mode & 0o077).toBe(0)
  })

  it('never follows a link that lies in its place', () => {
    const folder = temporaryFolder()
    const others = path.join(folder, 'others')
    mkdirSync(others)
    symlinkSync(others, path.join(folder, 'engine-probe'))
    installProbe(path.join(folder, 'engine-probe'), PACKAGED)
    expect(readdirSync(others)).toEqual([])
  })

  it.skipIf(!mount.ok)(`is given up on a full disk, with the system's reason${why}`, async () => {
    const disk = await Tmpfs.mount(16 * 1024)
    onTestFinished(() => disk.unmount())
    expect(() => installProbe(path.join(disk.path, 'engine-probe'), PACKAGED)).toThrow(/ENOSPC/)
  })

  it('is given up in a folder that cannot be written to, which the runner tells in one line', async () => {
    const options = {
      folder: '/dev/null/engine-probe',
      tracer: null,
      profiling: null,
      say: () => {},
      returning: null,
      foresees: false,
      onModules: null,
      holds: false,
      api: {
        submit: () => Promise.reject(new Error('there is no engine')),
        cancel: () => Promise.reject(new Error('there is no engine')),
      },
      onLeaving: () => {},
      onRestart: () => {},
    }
    await expect(EngineProbe.install(options)).rejects.toThrow(/ENOTDIR|ENOENT/)
  })
})
