import { strict as assert } from 'node:assert'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataPaths } from '../../src/common/storage/data-folder'
import { readJobs } from '../../src/main/records/jobs/read-only'
import { canMount, Tmpfs } from '../../testing/disk/tmpfs'
import { waitFor } from '../../testing/waiting/wait-for'
import type { Studio, StudioOptions } from '../support/app/studio'
import { copyTo, newFolder, seeded } from './support/data-folder'
import { fault } from './support/fault'
import { freeze, thaw } from './support/frozen-folder'

const group = 'The data folder'
const RUNS_ALREADY = /runs already/

const recorded = (folder: string) => readJobs(folder).jobs.map(({ jobId }) => jobId)

/** A job fails and one dies with the backend, which comes back. */
async function loseJobs(studio: Studio): Promise<void> {
  const puppet = await studio.puppet()
  await puppet.start('failed')
  await puppet.start('died')
  await puppet.fail('failed')
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.said(/jobs lost: 1/)
  await studio.puppet(2)
  assert.doesNotMatch(studio.output, RUNS_ALREADY)
}

for (const trouble of ['read-only', 'without room for a file'] as const) {
  fault(
    {
      group,
      fault: `${trouble} from the start`,
      how: 'a disk of its own; jobs fail, the backend dies; then it takes files',
      holds:
        'the app runs and says why it has no lock; what it records is kept in memory, and is on disk once that takes it',
    },
    async ({ start, launch }) => {
      const available = await canMount()
      if (!available.ok) return { skip: available.reason }
      const disk = await Tmpfs.mount(64 * 2 ** 20)
      const dataFolder = copyTo(disk.path, await seeded(launch))
      rmSync(dataPaths(dataFolder).lock, { force: true })
      const [begin, heal] =
        trouble === 'read-only'
          ? [() => freeze(disk.path), () => thaw(disk.path)]
          : [() => disk.fill(), () => disk.free()]
      await begin()
      let troubled = true
      const { studio } = start({ dataFolder })
      try {
        await loseJobs(studio)
        await studio.said(/cannot be locked \((EROFS|ENOSPC)/)
        await heal()
        troubled = false
        await (await studio.puppet(2)).say(1)
        await waitFor(() => recorded(dataFolder).length === 3 && studio.incidents().length === 1, {
          what: () => `the records: ${recorded(dataFolder)}\n${studio.stderr}`,
          timeout: 30_000,
        })
        assert.deepEqual(await studio.quit(), { code: 0, signal: null })
        return '3 of 3 records and the incident'
      } finally {
        await studio.destroy()
        if (troubled) await heal()
        await disk.unmount().catch(() => {})
      }
    },
  )
}

interface Unlockable {
  readonly what: string
  readonly how: string
  readonly options: (dataFolder: string) => StudioOptions
}

const UNLOCKABLE: readonly Unlockable[] = [
  {
    what: 'something else in the place of Chromium’s lock',
    how: 'a plain file `SingletonLock`, as a copy to a FAT disk leaves it',
    options: (dataFolder) => {
      writeFileSync(path.join(path.dirname(dataFolder), 'SingletonLock'), 'host-1')
      return {}
    },
  },
  {
    what: 'a temporary folder whose path is too long for a socket',
    how: 'a TMPDIR of more than 107 bytes: Chromium would end the process with SIGTRAP',
    options: () => {
      const folder = path.join(os.tmpdir(), 't'.repeat(120))
      mkdirSync(folder, { recursive: true })
      return { env: { TMPDIR: folder } }
    },
  },
]

for (const { what, how, options } of UNLOCKABLE) {
  fault(
    { group, fault: what, how, holds: 'the app runs, and a second one is refused' },
    async ({ launch }) => {
      const dataFolder = newFolder(await seeded(launch))
      const given = { dataFolder, ...options(dataFolder) }
      const studio = launch(given)
      await loseJobs(studio)
      const second = launch(given)
      assert.deepEqual(await second.exited, { code: 1, signal: null })
      assert.match(second.stderr, RUNS_ALREADY)
      assert.deepEqual(await studio.quit(), { code: 0, signal: null })
      assert.equal(recorded(dataFolder).length, 3)
      return 'refused; 3 of 3 records'
    },
  )
}

fault(
  {
    group,
    fault: 'Chromium’s lock is gone while the app runs',
    how: 'a cleaner of temporary files takes its socket, the links to it are removed; a second app is started',
    holds: 'the second is refused by our own lock, and says which process has it; no job is taken for lost',
  },
  async ({ launch }) => {
    const dataFolder = newFolder(await seeded(launch))
    const studio = launch({ dataFolder })
    const puppet = await studio.puppet()
    await puppet.start('runs')
    await studio.seenJobs('runs')
    const links = readdirSync(studio.userData).filter((one) => one.startsWith('Singleton'))
    assert.notEqual(links.length, 0)
    for (const name of links) rmSync(path.join(studio.userData, name))
    const second = launch({ dataFolder })
    assert.deepEqual(await second.exited, { code: 1, signal: null })
    assert.match(second.stderr, new RegExp(`runs already .*\\(process ${studio.pid} on `))
    await puppet.end('runs')
    assert.deepEqual(await studio.quit(), { code: 0, signal: null })
    assert.deepEqual(recorded(dataFolder), ['earlier'])
    return 'refused'
  },
)
