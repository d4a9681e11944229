import { strict as assert } from 'node:assert'
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { readJobs } from '../../src/main/records/jobs/read-only'
import { canMount, Tmpfs } from '../../testing/disk/tmpfs'
import { waitFor } from '../../testing/waiting/wait-for'
import { copyTo, newFolder, seeded } from './support/data-folder'
import { fault } from './support/fault'
import { freeze, thaw } from './support/frozen-folder'
import type { WatchedStudio } from './support/watched-studio'

const group = 'The disk'
const MIB = 2 ** 20

interface Place {
  readonly what: string
  /** The folder within the data folder; empty for the data folder itself. */
  readonly folder: string
  readonly bytes: number
  /** The lines expected in the log, by the trouble. */
  readonly full: readonly RegExp[]
  readonly readOnly: readonly RegExp[]
  /** True for a death that leaves profiles: the others do not. */
  readonly outOfMemory?: boolean
}

const PLACES: readonly Place[] = [
  {
    what: 'everything: the data folder',
    folder: '',
    bytes: 64 * MIB,
    full: [/failed-jobs.json cannot be written/, /failed-jobs.json can be written again/],
    readOnly: [/incidents cannot be written/, /failed-jobs.json cannot be written/],
  },
  {
    what: 'the journal',
    folder: 'journal',
    bytes: MIB / 4,
    full: [/the job journal cannot be written/],
    readOnly: [/the job journal cannot be written/],
  },
  {
    what: 'the incidents',
    folder: 'incidents',
    bytes: MIB,
    full: [/incidents cannot be written/],
    readOnly: [/incidents cannot be written/],
  },
  {
    what: 'the profiles',
    folder: 'profiles',
    bytes: MIB,
    full: [/a profile could not be taken: .*ENOSPC/],
    readOnly: [/profiles in .* cannot be changed/],
    outOfMemory: true,
  },
  {
    what: 'the logs',
    folder: 'logs',
    bytes: MIB,
    full: [/backend\.jsonl cannot be written/, /backend\.jsonl is written again/],
    readOnly: [/monitor\.jsonl cannot be written/, /monitor\.jsonl is written again/],
  },
]

/** A write that a read-only disk refuses there goes the way of one that a full disk refuses. */
const LIKE_FULL = ['incidents', 'logs']

/** Enough for more than what is left in a file's last page on a full disk. */
const [FAILED, LINES] = [24, 64]
/** Records of all jobs, of the death, and of the earlier run. */
const RECORDS = FAILED + 2
const recorded = (folder: string) => readJobs(folder).jobs.length

for (const trouble of ['full', 'readOnly'] as const) {
  for (const place of PLACES) {
    fault(
      {
        group,
        fault: `${trouble === 'full' ? 'full' : 'read-only'}, and back: ${place.what}`,
        how:
          trouble === 'full'
            ? 'a disk of its own is filled to the last page; jobs fail, the backend dies; room is made'
            : 'its mount is set read-only; jobs fail, the backend dies; it can be written again',
        holds: 'all records and the incident are on disk once it takes them',
        isLong: trouble === 'readOnly' && LIKE_FULL.includes(place.folder),
      },
      async ({ start, launch }) => {
        const available = await canMount()
        if (!available.ok) return { skip: available.reason }
        const disk = await Tmpfs.mount(place.bytes)
        const seed = await seeded(launch)
        const dataFolder = place.folder === '' ? copyTo(disk.path, seed) : newFolder(seed)
        if (place.folder !== '') moveOnto(disk.path, path.join(dataFolder, place.folder))
        const started: WatchedStudio[] = []
        let troubled = false
        const begin = async () => {
          await (trouble === 'full' ? disk.fill() : freeze(disk.path))
          troubled = true
        }
        const heal = async () => {
          if (troubled) await (trouble === 'full' ? disk.free() : thaw(disk.path))
          troubled = false
        }
        try {
          // Open files can still be written: so the disk is read-only from the start, if Electron allows
          // that.
          const early = trouble === 'readOnly' && place.folder !== ''
          if (early) await begin()
          const app = start({ dataFolder, ...(place.outOfMemory && { env: { STUDIO_HEAP_LIMIT: '96MiB' } }) })
          started.push(app)
          const puppet = await app.studio.puppet()
          const ids = Array.from({ length: FAILED }, (_, index) => `failed-${index}`)
          for (const id of [...ids, 'died']) await puppet.start(id)
          await app.settled()
          if (!early) await begin()
          for (const id of ids) await puppet.fail(id)
          await puppet.say(LINES)
          // The backend's output may be lost with it.
          await app.studio.said(new RegExp(`^${LINES - 1} -+$`, 'm'))
          if (place.outOfMemory) await puppet.die('heap-out-of-memory-in-steps')
          else process.kill(await app.studio.backendPid(), 'SIGKILL')
          await app.studio.said(/jobs lost: 1/)
          const again = await app.studio.puppet(2)
          await heal()
          await again.say(1)
          const healedAt = performance.now()
          await waitFor(() => recorded(dataFolder) === RECORDS && app.studio.incidents().length === 1, {
            what: () => `the records: ${recorded(dataFolder)}\n${app.studio.stderr}`,
          })
          const seconds = ((performance.now() - healedAt) / 1_000).toFixed(1)
          const figure = await app.holds({ backend: 2, lines: place[trouble] })
          assert.equal((await app.records(FAILED + 1)).length, FAILED + 1)
          if (place.outOfMemory) assert.equal(app.studio.incidents()[0]?.profiles.heap, null)
          await app.end()
          return `${RECORDS} of ${RECORDS} records, ${seconds} s after it is back; ${figure}`
        } finally {
          // After a failure it still runs, and keeps the disk busy.
          for (const { studio } of started)
            for (const { pid } of studio.processes()) process.kill(pid, 'SIGKILL')
          for (const { studio } of started) await studio.gone()
          await heal()
          // It fails if somebody still uses the disk, which is gone all the same.
          await disk.unmount().catch(() => {})
        }
      },
    )
  }
}

/** Moves a folder of the data folder to the disk, and links to it. */
function moveOnto(disk: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  // The journal's reserve must fit the room on its own disk.
  cpSync(folder, disk, { recursive: true, filter: (source) => path.basename(source) !== 'reserve' })
  rmSync(folder, { recursive: true })
  symlinkSync(disk, folder)
}
