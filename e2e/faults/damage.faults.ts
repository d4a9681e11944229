import { strict as assert } from 'node:assert'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readJobs } from '../../src/main/jobs/read-only'
import { waitFor } from '../support/wait-for'
import { DAMAGES, type Damage, isKept, trace } from './support/damage'
import { type Fault, fault } from './support/fault'

const group = 'Damaged files'
const SETTINGS = 'studio-monitor.json'

type Start = Parameters<Parameters<typeof fault>[1]>[0]['start']

/** A data folder with one of everything in it, made once. */
let template: string | null = null
async function dataFolder(start: Start): Promise<string> {
  template ??= await makeTemplate(start)
  const copy = mkdtempSync(path.join(os.tmpdir(), 'studio-damage-'))
  cpSync(template, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

async function makeTemplate(start: Start): Promise<string> {
  const kept = mkdtempSync(path.join(os.tmpdir(), 'studio-template-'))
  const app = start({ env: { STUDIO_HEAP_LIMIT: '96MiB' } })
  writeFileSync(path.join(app.studio.dataFolder, SETTINGS), '{ "DD_ENV": "staging" }')
  const puppet = await app.studio.puppet()
  await puppet.start('failed')
  await puppet.start('died')
  await puppet.fail('failed')
  await puppet.die('heap-out-of-memory')
  const incident = await app.studio.incident()
  assert.notEqual(incident.profiles.heap, null)
  await app.studio.failedJobsOf(2)
  await app.end()
  for (const name of ['failed-jobs.json', SETTINGS, 'journal', 'incidents', 'profiles', 'logs'])
    cpSync(path.join(app.studio.dataFolder, name), path.join(kept, name), { recursive: true })
  process.once('exit', () => rmSync(kept, { recursive: true, force: true }))
  return kept
}

const first = (folder: string, pattern: RegExp) => {
  const name = readdirSync(folder).find((one) => pattern.test(one))
  if (name === undefined) throw new Error(`no ${pattern} in ${folder}`)
  return path.join(folder, name)
}

/** Of a job there are two copies, the journal's and the list's: they are not damaged at one time. */
const FILES: readonly { readonly what: string; readonly of: (folder: string) => readonly string[] }[] = [
  {
    what: 'the list of failed jobs, an incident, a profile set, a log and the settings',
    of: (folder) => [
      path.join(folder, 'failed-jobs.json'),
      first(path.join(folder, 'incidents'), /\.json$/),
      first(path.join(folder, 'profiles'), /\.json$/),
      path.join(folder, 'logs/monitor.jsonl'),
      path.join(folder, SETTINGS),
    ],
  },
  {
    what: 'the journal, a profile and the log of the backend',
    of: (folder) => [
      first(path.join(folder, 'journal'), /\.jsonl$/),
      first(path.join(folder, 'profiles'), /\.pprof$/),
      path.join(folder, 'logs/backend.jsonl'),
    ],
  },
]

for (const damage of DAMAGES)
  for (const { what, of } of FILES)
    fault(row(damage, what), async ({ start }) => {
      const folder = await dataFolder(start)
      const files = of(folder)
      for (const file of files) damage.inflict(file)
      const were = files.map((file) => [file, trace(file)] as const)
      const app = start({ dataFolder: folder, env: { STUDIO_JOBS_KEEP: '100' } })
      const puppet = await app.studio.puppet()
      app.settled()
      await puppet.start('new')
      await puppet.fail('new')
      const recorded = () => readJobs(folder).jobs.map(({ jobId }) => jobId)
      await waitFor(() => recorded().includes('new'), { what: () => `the new record: ${recorded()}` })
      assert.deepEqual(recorded().toSorted(), ['died', 'failed', 'new'])
      const figure = await app.holds({ backend: 1 })
      if (damage.unreadable)
        for (const [file, was] of were) assert.ok(isKept(file, was), `${file} is not kept`)
      await app.end()
      app.expectOneEach()
      return `${files.length} files, 3 of 3 records; ${figure}`
    })

function row({ what, how, unreadable }: Damage, files: string): Fault {
  return {
    group,
    fault: `${files}: ${what}`,
    how,
    holds: `both records, and a new one${unreadable ? '; what cannot be read is still there' : ''}`,
  }
}
