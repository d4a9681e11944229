import { strict as assert } from 'node:assert'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readIncidents } from '../../src/main/records/incidents/read-incidents'
import { readJobs } from '../../src/main/records/jobs/read-only'
import { waitFor } from '../../testing/waiting/wait-for'
import { DAMAGES, type Damage, FOLDER_DAMAGES, isKept, trace } from './support/damage'
import { full, newFolder } from './support/data-folder'
import { type Fault, fault } from './support/fault'
import { asUser, canRunAsUser, giveToUser } from './support/other-user'

const group = 'Damaged files'

/**
 * Files damaged together. A job has two copies, in the journal and in the list, which are not damaged at one
 * time.
 */
const SETS = [
  {
    what: 'the list of failed jobs, incidents, profile sets, minidumps, settings, the monitor’s log',
    files:
      /^(failed-jobs|settings|effective-settings|consent|needs|status|incidents\/.+|profiles\/.+)\.json$|^logs\/monitor|^crashes\/|^\.\.\/Crashpad\/|^(lock|installation-id)$/,
    says: [/failed-jobs\.json was damaged/],
    // A bit may flip in the middle of a text.
    unsaid: ['with a flipped bit'],
  },
  {
    what: 'the journal, profiles, the backend’s log',
    files: /^journal\/|\.pprof$|^logs\/backend/,
    says: [/the journal lacked records: took them from failed-jobs\.json/],
    // Half a journal may have all the records.
    unsaid: ['cut off in the middle', 'with a flipped bit'],
  },
] as const

const FOLDERS = ['journal', 'incidents', 'profiles', 'logs']
const FOLDERS_SAY = [
  /journal\/ was not a folder/,
  /incidents\/ was not a folder/,
  /profiles\/ was not a folder/,
]

/** Files that are made afresh: reserved room, the lock, the status, the effective settings, a random number of Chromium's, and Crashpad's own that it makes anew. */
const HOLDS_NOTHING =
  /(journal\/reserve|\/(status|effective-settings)\.json|\/lock|Crashpad\/(client_id|settings\.dat))$/
/**
 * True for a journal whose end was cut off, as a crash leaves it: its readable part continues in a new one.
 */
const isTorn = (file: string, { what }: Damage) =>
  what === 'cut off in the middle' && /journal\/\d+\.jsonl$/.test(file)

/** True for a list of failed jobs in which the bit flipped within a text: it can be read, and the journal sets it right. */
function isReadAsBefore(file: string, { what }: Damage): boolean {
  if (what !== 'with a flipped bit' || path.basename(file) !== 'failed-jobs.json') return false
  try {
    JSON.parse(trace(file))
    return true
  } catch {
    return false
  }
}

for (const [index, damage] of DAMAGES.entries())
  for (const [setIndex, { what, files, says, unsaid }] of SETS.entries()) {
    const lines = (unsaid as readonly string[]).includes(damage.what) ? [] : says
    // The short form does each damage to one of the sets, in turn.
    damaged({ ...row(damage, what), isLong: index % SETS.length !== setIndex }, damage, lines, (folder) => {
      const all = filesOf(folder)
      // Anything new in the data folder must be listed here.
      assert.deepEqual(
        all.filter((file) => SETS.filter((set) => set.files.test(file)).length !== 1),
        [],
      )
      return all.filter((file) => files.test(file))
    })
  }

for (const damage of FOLDER_DAMAGES) {
  const shown = row(damage, 'the folders of the journal, incidents, profiles, logs')
  damaged({ ...shown, isLong: damage.what.includes('link') }, damage, FOLDERS_SAY, () => FOLDERS)
}

function damaged(
  shown: Fault,
  damage: Damage,
  says: readonly RegExp[],
  of: (folder: string) => readonly string[],
): void {
  fault(shown, async ({ start, launch }) => {
    const available = damage.closed ? await canRunAsUser() : null
    if (available?.ok === false) return { skip: available.reason }
    const folder = newFolder(await full(launch))
    for (const log of ['monitor', 'backend']) rotate(path.join(folder, 'logs', log))
    if (damage.closed) giveToUser(path.dirname(folder))
    const files = of(folder).map((name) => path.join(folder, name))
    for (const file of files) damage.inflict(file)
    const were = files
      .filter((file) => !HOLDS_NOTHING.test(file) && !isTorn(file, damage) && !isReadAsBefore(file, damage))
      .map((file) => [file, trace(file)] as const)
      .filter(([, was]) => was !== '')
    const app = start({
      dataFolder: folder,
      env: { STUDIO_JOBS_KEEP: '100', ...(damage.closed && { HOME: path.dirname(folder) }) },
      ...(damage.closed && { wrap: asUser }),
    })
    const puppet = await app.studio.puppet()
    await app.settled()
    await puppet.start('new')
    await puppet.fail('new')
    await waitFor(() => app.recorded().includes('new'), {
      what: () => `the new record: ${app.recorded()}\n${app.studio.stderr}`,
    })
    assert.deepEqual(jobsOf(folder), ['died', 'earlier', 'failed', 'new'])
    process.kill(await app.studio.backendPid(), 'SIGKILL')
    const [, incident] = await app.studio.said(/; incident ([\w-]+)/)
    await waitFor(() => readIncidents(folder).incidents.some(({ id }) => id === incident), {
      what: () => `incident ${incident}:\n${app.studio.stderr}`,
    })
    const figure = await app.holds({ backend: 2, lines: says })
    for (const [file, was] of were) assert.ok(isKept(file, was), `${file} is not kept:\n${app.studio.stderr}`)
    await app.end()
    return `${files.length} of them, 4 of 4 records; ${figure}`
  })
}

function jobsOf(folder: string): string[] {
  return readJobs(folder)
    .jobs.map(({ jobId }) => jobId)
    .toSorted()
}

/** Rotates a log, as if it had become too large. */
function rotate(log: string): void {
  cpSync(`${log}.jsonl`, `${log}.1.jsonl`)
}

/** Those of Chromium beside the data folder too. */
function filesOf(folder: string): string[] {
  const entries = readdirSync(path.dirname(folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

fault(
  {
    group,
    fault: 'the list of failed jobs and the journal, while the app runs',
    how: 'the list is replaced by `[]`, then the journal is cut off in the middle; a job fails after each',
    holds: 'all records, in both: also when the app has started again',
  },
  async ({ start }) => {
    const app = start()
    const { dataFolder } = app.studio
    const puppet = await app.studio.puppet()
    await app.settled()
    const failed: string[] = []
    const fail = async (id: string) => {
      await puppet.start(id)
      await puppet.fail(id)
      failed.push(id)
      await waitFor(() => app.recorded().includes(id), {
        what: () => `the record of ${id}: ${app.recorded()}\n${app.studio.stderr}`,
      })
    }
    await fail('before')
    app.acknowledge()
    writeFileSync(path.join(dataFolder, 'failed-jobs.json'), '[]')
    await fail('without-a-list')
    const newest = readdirSync(path.join(dataFolder, 'journal'))
      .filter((name) => /^\d+\.jsonl$/.test(name))
      .sort()
      .at(-1)
    const segment = path.join(dataFolder, 'journal', newest ?? '')
    truncateSync(segment, Math.floor(statSync(segment).size / 2))
    await fail('without-a-journal')
    process.kill(await app.studio.backendPid(), 'SIGKILL')
    const figure = await app.holds({ backend: 2 })
    await app.end()
    const again = start({ dataFolder })
    await again.studio.puppet()
    assert.deepEqual(jobsOf(dataFolder), ['earlier', ...failed].toSorted())
    await again.end()
    return `${failed.length + 1} of ${failed.length + 1} records; ${figure}`
  },
)

const ROTATED_BYTES = 5 * 2 ** 20

fault(
  {
    group,
    fault: 'the oldest of the rotated logs: replaced by a folder',
    how: 'the newest is full, and has to make room',
    holds: 'what the backend writes is in a new one; the folder is still there',
  },
  async ({ start }) => {
    const dataFolder = newFolder()
    const logs = path.join(dataFolder, 'logs')
    mkdirSync(path.join(logs, 'backend.4.jsonl'), { recursive: true })
    writeFileSync(path.join(logs, 'backend.4.jsonl/inside'), 'kept')
    for (const name of ['backend', 'backend.1', 'backend.2', 'backend.3'])
      writeFileSync(path.join(logs, `${name}.jsonl`), '{}\n'.repeat(ROTATED_BYTES / 3))
    const app = start({ dataFolder })
    const puppet = await app.studio.puppet()
    await app.settled()
    await puppet.say(64)
    const newest = path.join(logs, 'backend.jsonl')
    await waitFor(
      () => statSync(newest).size < ROTATED_BYTES && readFileSync(newest, 'utf8').includes('63 -'),
      {
        what: () => `a new log: ${readdirSync(logs)}\n${app.studio.stderr}`,
      },
    )
    const figure = await app.holds({ backend: 1 })
    await app.end()
    const folders = readdirSync(logs, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    assert.deepEqual(
      folders.map(({ name }) => readdirSync(path.join(logs, name))),
      [['inside']],
    )
    return `it is called ${folders[0]?.name.replace(/\d{8}T\d{6}Z/, '...')}; ${figure}`
  },
)

function row({ what, how }: Damage, files: string): Fault {
  return {
    group,
    fault: `${files}: ${what}`,
    how,
    holds: 'all three records, a new one and a new incident; what cannot be read is still there',
  }
}
