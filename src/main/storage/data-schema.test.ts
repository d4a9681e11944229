import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readIncidents } from '../incidents/read-incidents'
import { encodeLine } from '../jobs/journal-format'
import { readJobs } from '../jobs/read-only'
import { ownData, schemaOfFolder } from './data-schema'

/** As version 0.1.0 left it. */
const FIXTURE = path.join(__dirname, 'testing/data-schema-1')
const NEWER = 2

let folder: string
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'studio-schema-')), 'data')
  cpSync(FIXTURE, folder, { recursive: true })
})
afterEach(() => rmSync(path.dirname(folder), { recursive: true, force: true }))

const contents = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => [file, readFileSync(file, 'base64')])

describe('a data folder of schema 1', () => {
  it('is this version’s own, and all in it is read', () => {
    expect(ownData(folder)).toEqual({ folder, refusal: null })
    expect(schemaOfFolder(folder)).toBe(1)
    const jobs = readJobs(folder)
    expect(jobs.problems).toEqual([])
    expect(jobs.jobs.length).toBeGreaterThan(0)
    const { incidents, problems } = readIncidents(folder)
    expect(problems).toEqual([])
    expect(incidents.map(({ id }) => id)).toEqual(jobs.jobs.map(({ incidentId }) => incidentId))
  })

  it('is not taken for a newer one by what a job is called', () => {
    const file = path.join(folder, 'failed-jobs.json')
    const name = JSON.stringify({ schema: NEWER, '"schema":': NEWER })
    const { jobs } = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ jobs: jobs.map((job: object) => ({ ...job, name })) }))
    expect(ownData(folder).refusal).toBeNull()
  })
})

describe('a newer one is left as it is', () => {
  const raised = (file: string) =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"schema":(\s*)1/, `"schema":$1${NEWER}`))
  const only = (sub: string, extension: string) => {
    const name = readdirSync(path.join(folder, sub)).find((one) => one.endsWith(extension)) ?? ''
    return path.join(folder, sub, name)
  }

  it.each([
    ['the failed jobs', () => raised(path.join(folder, 'failed-jobs.json'))],
    ['an incident', () => raised(only('incidents', '.json'))],
    ['a profile', () => raised(only('profiles', '.json'))],
    [
      'the journal',
      () => writeFileSync(only('journal', '.jsonl'), encodeLine({ type: 'segment', at: 1, schema: NEWER })),
    ],
  ])('%s', (_what, raise) => {
    raise()
    const before = contents()
    const { folder: own, refusal } = ownData(folder)
    expect(own).toBe(`${folder}-schema-1`)
    expect(refusal).toMatch(/was written by a newer version \(schema 2, known 1\): it is left untouched/)
    expect(contents()).toEqual(before)
  })
})

it('a folder that is not there, or holds other things, is one’s own', () => {
  expect(ownData(path.join(folder, 'none')).refusal).toBeNull()
  mkdirSync(path.join(folder, 'incidents', 'a.json'))
  writeFileSync(path.join(folder, 'failed-jobs.json'), 'no JSON at all')
  expect(ownData(folder).refusal).toBeNull()
})
