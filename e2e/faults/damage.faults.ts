import { strict as assert } from 'node:assert'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { readIncidents } from '../../src/main/incidents/read-incidents'
import { readJobs } from '../../src/main/jobs/read-only'
import { waitFor } from '../support/wait-for'
import { DAMAGES, type Damage, FOLDER_DAMAGES, isKept, trace } from './support/damage'
import { dataFolder } from './support/data-folder'
import { type Fault, fault } from './support/fault'
import { asUser, canRunAsUser, giveToUser } from './support/other-user'

const group = 'Damaged files'

/** Of a job there are two copies, the journal's and the list's: they are not damaged at one time. */
const SETS = [
  {
    what: 'the list of failed jobs, incidents, profile sets, settings, the monitor’s log',
    files: /^(failed-jobs|studio-monitor|incidents\/.+|profiles\/.+)\.json$|^logs\/monitor|^Crashpad\//,
  },
  { what: 'the journal, profiles, the backend’s log', files: /^journal\/|\.pprof$|^logs\/backend/ },
] as const

const FOLDERS = ['journal', 'incidents', 'profiles', 'logs']

/** What holds nothing that anybody wrote: room that is kept, a number that Chromium throws like dice. */
const HOLDS_NOTHING = /(journal\/reserve|Crashpad\/client_id)$/
/** The end of a journal that was cut off is what a crash leaves: what can be read of it goes on in a new one. */
const isTorn = (file: string, { what }: Damage) =>
  what === 'cut off in the middle' && /journal\/\d+\.jsonl$/.test(file)

for (const damage of DAMAGES)
  for (const { what, files } of SETS)
    damaged(damage, what, (folder) => {
      const all = filesOf(folder)
      // What is new in the data folder has its place here.
      assert.deepEqual(
        all.filter((file) => SETS.filter((set) => set.files.test(file)).length !== 1),
        [],
      )
      return all.filter((file) => files.test(file))
    })

for (const damage of FOLDER_DAMAGES)
  damaged(damage, 'the folders of the journal, incidents, profiles, logs', () => FOLDERS)

function damaged(damage: Damage, what: string, of: (folder: string) => readonly string[]): void {
  fault(row(damage, what), async ({ start }) => {
    const available = damage.closed ? await canRunAsUser() : null
    if (available?.ok === false) return { skip: available.reason }
    const folder = await dataFolder(start)
    if (damage.closed) giveToUser(folder)
    const files = of(folder).map((name) => path.join(folder, name))
    for (const file of files) damage.inflict(file)
    const were = files
      .filter((file) => !HOLDS_NOTHING.test(file) && !isTorn(file, damage))
      .map((file) => [file, trace(file)] as const)
      .filter(([, was]) => was !== '')
    const app = start({
      dataFolder: folder,
      env: { STUDIO_JOBS_KEEP: '100', ...(damage.closed && { HOME: folder }) },
      ...(damage.closed && { wrap: asUser }),
    })
    const puppet = await app.studio.puppet()
    app.settled()
    await puppet.start('new')
    await puppet.fail('new')
    const recorded = () => readJobs(folder).jobs.map(({ jobId }) => jobId)
    await waitFor(() => recorded().includes('new'), {
      what: () => `the new record: ${recorded()}\n${app.studio.stderr}`,
    })
    assert.deepEqual(recorded().toSorted(), ['died', 'failed', 'new'])
    process.kill(await app.studio.backendPid(), 'SIGKILL')
    const [, incident] = await app.studio.said(/; incident ([\w-]+)/)
    await waitFor(() => readIncidents(folder).incidents.some(({ id }) => id === incident), {
      what: () => `incident ${incident}:\n${app.studio.stderr}`,
    })
    const figure = await app.holds({ backend: 2 })
    for (const [file, was] of were) assert.ok(isKept(file, was), `${file} is not kept:\n${app.studio.stderr}`)
    await app.end()
    app.expectOneEach()
    return `${files.length} of them, 3 of 3 records; ${figure}`
  })
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

function row({ what, how }: Damage, files: string): Fault {
  return {
    group,
    fault: `${files}: ${what}`,
    how,
    holds: 'both records, a new one and a new incident; what cannot be read is still there',
  }
}
