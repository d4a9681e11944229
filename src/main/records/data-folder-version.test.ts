import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { captureLog } from '../../../testing/log/capture-log'
import { dataFolderIn } from '../../common/storage/data-folder'
import { run } from '../cli/testing/run'
import { ownDataFolder } from './data-folder-version'
import { readIncidents } from './incidents/read-incidents'
import { Journal } from './jobs/journal'
import { JOURNAL_SCHEMA } from './jobs/journal-entry'
import { newestSchema } from './jobs/journal-folder'
import { encodeLine } from './jobs/journal-format'
import { readJobs } from './jobs/read-only'

/** The data folder as version 0.1.0 left it. */
const FIXTURE = path.join(__dirname, '../../common/storage/testing/data-schema-1')
const NEWER = 2

let folder: string
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'studio-schema-')), 'data')
  cpSync(FIXTURE, folder, { recursive: true })
})
afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }))

const segment = (number = 1) => path.join(folder, 'journal', `0000000${number}.jsonl`)
const header = (schema: number) => encodeLine({ type: 'segment', at: 1, schema })
const contents = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => [file, readFileSync(file, 'base64')])

describe('a data folder of schema 1', () => {
  it('is this version’s own, and all in it is read', () => {
    expect(ownDataFolder(folder)).toEqual({ folder, refusal: null, notes: [] })
    expect(newestSchema(path.join(folder, 'journal'))).toBe(1)
    const jobs = readJobs(folder)
    expect(jobs.problems).toEqual([])
    expect(jobs.jobs.length).toBeGreaterThan(0)
    const { incidents, problems } = readIncidents(folder)
    expect(problems).toEqual([])
    expect(incidents.map(({ id }) => id)).toEqual(jobs.jobs.map(({ incidentId }) => incidentId))
  })

  it('is not taken for a newer one for a flipped digit, in any file', () => {
    for (const [file = ''] of contents()) {
      const text = readFileSync(file, 'utf8')
      writeFileSync(file, text.replace(/"schema":(\s*)1/, '"schema":$13'))
      expect(ownDataFolder(folder).refusal, file).toBeNull()
      writeFileSync(file, text)
    }
  })

  it.each<[string, () => void]>([
    ['a pipe', () => execFileSync('mkfifo', [segment(2)])],
    ['a folder', () => mkdirSync(segment(2))],
    ['a link to a newer one', () => symlinkSync(path.join(folder, 'newer.jsonl'), segment(2))],
    ['a newer header that is not the first line', () => writeFileSync(segment(2), header(1) + header(NEWER))],
    [
      'a file of 100 GB',
      () => {
        writeFileSync(segment(2), '')
        truncateSync(segment(2), 1e11)
      },
    ],
  ])('is looked at without a stop or a refusal, whatever lies in it: %s', (_what, make) => {
    writeFileSync(path.join(folder, 'newer.jsonl'), header(NEWER))
    make()
    expect(ownDataFolder(folder).refusal).toBeNull()
  })

  it('with older records in it says where they are', () => {
    const older = path.join(folder, 'schema-1')
    mkdirSync(older)
    expect(ownDataFolder(folder)).toEqual({
      folder,
      refusal: null,
      notes: [
        `records of an older version lie in ${dataFolderIn(older)}: --user-data-dir=${older} shows and sends them`,
      ],
    })
  })
})

describe('a newer one', () => {
  beforeEach(() => writeFileSync(segment(2), header(NEWER)))

  it('is left as it is', () => {
    const before = contents()
    const { folder: own, refusal } = ownDataFolder(folder)
    expect(own).toBe(path.join(folder, 'schema-1/studio-monitor'))
    expect(refusal).toMatch(/was written by a newer version \(schema 2, known 1\): it is left untouched/)
    expect(contents()).toEqual(before)
  })

  it('is not what the commands show: they read this version’s own, and say so', async () => {
    const empty = await run(folder, ['jobs'])
    expect(empty).toMatchObject({ code: 0, stdout: 'No failed jobs on record.\n' })
    const own = path.join(folder, 'schema-1/studio-monitor')
    cpSync(FIXTURE, own, { recursive: true })
    const { code, stdout, stderr } = await run(folder, ['jobs', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toHaveLength(readJobs(own).jobs.length)
    expect(stderr).toMatch(
      /^studio-monitor: the data folder .* newer version .* kept in .*\/schema-1\/studio-monitor\n$/,
    )
  })
})

it('an older journal is begun anew: its header speaks for the whole folder', () => {
  writeFileSync(
    segment(),
    header(JOURNAL_SCHEMA - 1) + readFileSync(segment(), 'utf8').split('\n').slice(1).join('\n'),
  )
  const journal = Journal.read({
    folder: path.join(folder, 'journal'),
    keep: 100,
    log: captureLog().log,
    now: Date.now,
  })
  const ids = [...journal.state.failed.keys()]
  journal.start([])
  journal.stop()
  expect(newestSchema(path.join(folder, 'journal'))).toBe(JOURNAL_SCHEMA)
  expect(readJobs(folder).jobs.map(({ id }) => id)).toEqual(ids)
})

it('a folder that is not there, or holds other things, is one’s own', () => {
  expect(ownDataFolder(path.join(folder, 'none')).refusal).toBeNull()
  rmSync(path.join(folder, 'journal'), { recursive: true })
  writeFileSync(path.join(folder, 'journal'), 'no folder at all')
  expect(ownDataFolder(folder).refusal).toBeNull()
})
