import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failedJob } from '../records/jobs/testing/samples'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { incident } from './testing/incident-sample'
import { folderWithJobs } from './testing/job-samples'
import { run, writeFailedJobs, writeIncident } from './testing/run'

describe('a record that cannot be read', () => {
  it('ends with 1 when nothing of it can', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'failed-jobs.json'), '{"jobs": [')
    const { code, stdout, stderr } = await run(folder, ['jobs'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^studio-monitor: .*failed-jobs\.json.*\n$/)
    expect(JSON.parse((await run(folder, ['jobs', '--json'])).stdout)).toEqual([])
  })

  it('is a line on stderr when the rest can be read', async () => {
    const folder = folderWithJobs()
    mkdirSync(join(folder, 'journal'))
    writeFileSync(join(folder, 'journal', '00000001.jsonl'), 'no journal\nat all\n')
    const { code, stdout, stderr } = await run(folder, ['jobs', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toHaveLength(3)
    expect(stderr).toMatch(/^studio-monitor: .*00000001\.jsonl.*\n$/)
  })
})

it('changes nothing in the data folder', async () => {
  const folder = folderWithJobs()
  writeIncident(folder, incident())
  const before = snapshot(folder)
  for (const line of [['jobs'], ['incidents'], ['incidents', incident().id]]) {
    expect(await run(folder, line)).toMatchObject({ code: 0, stderr: '' })
  }
  expect(snapshot(folder)).toEqual(before)
})

function snapshot(folder: string) {
  const names = ['.', ...readdirSync(folder, { recursive: true }).map(String)]
  return names.sort().map((name) => [name, statSync(join(folder, name)).mtimeMs])
}

describe('hostile text', () => {
  const text = 'x\u001b]0;owned\u0007\u009b2J\u202e\r\n\u001b[1A'
  it.each([[['jobs']], [['jobs', '--json']]])('never reaches the terminal raw: %j', async (line) => {
    const folder = temporaryFolder()
    const error = { name: text, message: text }
    writeFailedJobs(folder, [failedJob(1, { jobId: text, name: text, kind: text, incidentId: text, error })])
    const { code, stdout } = await run(folder, line)
    expect(code).toBe(0)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })

  it('is not echoed from the command line either', async () => {
    const { code, stderr } = await run(temporaryFolder(), ['jobs', text])
    expect(code).toBe(1)
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})
