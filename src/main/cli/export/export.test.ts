import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../../testing/disk/tmpfs'
import { failedJob } from '../../records/jobs/testing/samples'
import { incident } from '../testing/incident-sample'
import { NOW, run, writeFailedJobs, writeIncident } from '../testing/run'
import { exportIncident } from './export-incident'
import { takeExportOption } from './export-option'

const HOME = os.homedir()
/** A made-up key of Datadog's. */
const SECRET = 'DD_API_KEY=0123456789abcdef0123456789abcdef'
const DEATH = incident({
  lastWords: [`loading ${HOME}/models/x.safetensors`, SECRET],
  profiles: { heap: '../heap-1.pprof', cpu: null },
})

const mountable = await canMount()
const whyNot = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-export-'))
  for (const name of ['profiles', 'logs']) mkdirSync(path.join(folder, name))
  const line = (time: string, message: string) => `${JSON.stringify({ time, level: 'info', message })}\n`
  writeFileSync(
    path.join(folder, 'logs/monitor.jsonl'),
    [
      line('2026-11-23T20:00:00.000Z', 'long before'),
      line('2026-11-23T20:12:00.000Z', `just before, ${SECRET}`),
      line('2026-11-23T20:14:30.000Z', 'just after'),
      line('2026-11-23T20:30:00.000Z', 'long after'),
    ].join(''),
  )
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function exported(file: string | null, over = {}) {
  let [stdout, stderr] = ['', '']
  const code = await exportIncident(
    file,
    {
      dataFolder: folder,
      incident: DEATH,
      failedJobs: [failedJob(1, { incidentId: DEATH.id }), failedJob(2, { incidentId: null })],
      doctor: async () => ({ state: 'ok', checks: [{ check: 'settings', summary: `in ${HOME}` }] }),
      now: NOW,
      script: '0',
      ...over,
    },
    {
      stdout: (text) => {
        stdout += text
      },
      stderr: (text) => {
        stderr += text
      },
    },
  )
  return { code, stdout, stderr }
}

/** Unpacks with Python's own zipfile: another implementation. @returns the content of each file */
function unzipped(file: string): Record<string, string> {
  const program = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: archive.read(name).decode('latin-1') for name in archive.namelist()}))`
  return JSON.parse(execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }))
}

it('writes one archive that others unpack, with all that belongs to the incident', async () => {
  const file = path.join(folder, 'a.zip')
  const { code, stdout, stderr } = await exported(file)
  expect(code).toBe(0)
  expect(stderr).toMatch(/^studio-monitor: the profile \.\.\/heap-1\.pprof is left out: ENOENT.*\n$/)
  const files = unzipped(file)
  expect(Object.keys(files)).toEqual([
    'incident.html',
    'incident.txt',
    'incident.json',
    'jobs.json',
    'logs/monitor.jsonl',
    'doctor.json',
  ])
  expect(JSON.parse(files['incident.json'] ?? '')).toMatchObject({ id: DEATH.id, cause: DEATH.cause })
  expect(JSON.parse(files['jobs.json'] ?? '')).toHaveLength(1)
  expect(JSON.parse(files['doctor.json'] ?? '')).toMatchObject({ state: 'ok' })
  const messages = (files['logs/monitor.jsonl'] ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).message)
  expect(messages).toEqual([expect.stringContaining('just before'), 'just after'])
  for (const name of Object.keys(files)) expect(stdout).toContain(`  ${name} `)
  expect(stdout.indexOf('doctor.json')).toBeLessThan(stdout.indexOf(`Written: ${file}`))
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('has no secret in it, and no home folder', async () => {
  const file = path.join(folder, 'a.zip')
  await exported(file)
  for (const content of Object.values(unzipped(file))) {
    expect(content).not.toContain('0123456789abcdef')
    expect(content).not.toContain(`${HOME}/`)
  }
})

it('never writes over a file that is there', async () => {
  const file = path.join(folder, 'a.zip')
  writeFileSync(file, 'mine')
  expect(await exported(file)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('there already'),
  })
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const late = path.join(folder, 'b.zip')
  const { code } = await exported(late, {
    doctor: async () => {
      writeFileSync(late, 'mine')
    },
  })
  expect(code).toBe(1)
  expect(readFileSync(late, 'utf8')).toBe('mine')
})

describe.skipIf(!mountable.ok)(`a full disk${whyNot}`, () => {
  it('leaves no half of an archive', async () => {
    const disk = await Tmpfs.mount(1 << 20)
    onTestFinished(() => disk.unmount())
    const file = path.join(disk.path, 'a.zip')
    expect((await exported(file)).code).toBe(0)
    rmSync(file)
    await disk.fill({ leave: 4096 })
    await expect(exported(file)).rejects.toThrow('ENOSPC')
    expect(existsSync(file)).toBe(false)
  })
})

it('is written without what doctor says, and tells so, where doctor cannot be asked', async () => {
  const file = path.join(folder, 'a.zip')
  const { code, stderr } = await exported(file, {
    doctor: async () => {
      throw new Error('no Electron')
    },
  })
  expect(code).toBe(0)
  expect(stderr).toContain('what doctor says is left out: no Electron')
  expect(Object.keys(unzipped(file))).not.toContain('doctor.json')
})

it('is refused where the command line asks for something else as well', async () => {
  writeIncident(folder, DEATH)
  writeFailedJobs(folder, [])
  for (const words of [
    ['--export', '--html'],
    ['--export', '--json'],
    ['--export', 'a.zip', '--follow'],
  ])
    expect(await run(folder, ['incidents', 'last', ...words])).toMatchObject({ code: 2, stdout: '' })
  expect(existsSync('a.zip')).toBe(false)
})

it.each([
  [['last', '--export'], { file: null }, ['last']],
  [['--export', 'a.zip', 'last'], { file: 'a.zip' }, ['last']],
  [['--export', 'last'], { file: null }, ['last']],
  [['--export=b', 'last'], { file: 'b' }, ['last']],
  [['last', '--', '--export'], null, ['last', '--', '--export']],
])('reads %j', (args, wanted, rest) => {
  expect(takeExportOption(args)).toEqual({ wanted, rest })
})
