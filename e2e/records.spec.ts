import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataFolderIn } from '../src/common/storage/data-folder'
import { encodeLine } from '../src/main/records/jobs/journal-format'
import { readJobs } from '../src/main/records/jobs/read-only'
import { waitFor } from '../testing/waiting/wait-for'
import { isPacked } from './support/app/runtime'
import { newDataFolder } from './support/app/studio'
import { expect, test } from './support/app/test'

/** The entries that Chromium keeps in an app's user data folder. */
const CHROMIUMS = /^(Singleton|Crashpad$|Local State$)/

test('jobs that ran when the app was killed are recorded at its next start', { tag: '@packed' }, async ({
  launch,
}) => {
  const killed = launch()
  const puppet = await killed.puppet()
  await puppet.start('running', { name: 'portrait' })
  await puppet.start('done')
  await puppet.end('done')
  await waitFor(() => journal(killed.dataFolder).includes('job-ended'), {
    what: 'the journal to have all jobs',
  })
  killed.kill('SIGKILL')
  await killed.exited
  await killed.gone()

  const next = launch({ dataFolder: killed.dataFolder })
  await next.puppet()
  expect(await next.failedJobsOf(1)).toMatchObject([
    { jobId: 'running', name: 'portrait', cause: 'app-killed', oom: false, incidentId: null },
  ])
  expect(await next.quit()).toEqual({ code: 0, signal: null })
})

test('a job’s own error is a record of its own, and the backend lives', async ({ launch, agent }) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  const puppet = await studio.puppet()
  await puppet.start('a', { name: 'x'.repeat(500) })
  await puppet.progress('a', 0.5)
  await puppet.fail('a')
  const [record] = await studio.failedJobsOf(1)
  expect(record).toMatchObject({
    jobId: 'a',
    name: 'x'.repeat(200),
    cause: 'job-error',
    oom: false,
    incidentId: null,
    progress: 0.5,
    error: { name: 'RangeError', message: 'the image is too large' },
  })
  const span = await agent.waitForSpan(({ name }) => name === 'studio.job')
  expect(span).toMatchObject({ error: true, traceId: record?.traceId, spanId: record?.spanId })
  await puppet.ping()
  expect(studio.incidents()).toEqual([])
})

test('malformed job contexts are ignored with one warning', async ({ launch }) => {
  const studio = launch()
  const puppet = await studio.puppet()
  await puppet.malformed()
  await puppet.malformed()
  await puppet.start('a')
  await puppet.fail('a')
  expect(await studio.failedJobsOf(1)).toHaveLength(1)
  expect(studio.stderr.match(/a studio\.job context was ignored/g)).toHaveLength(1)
})

test('a second app with the same data folder says so and ends, whatever its temporary folder', async ({
  launch,
}) => {
  const first = launch()
  const puppet = await first.puppet()
  const TMPDIR = mkdtempSync(path.join(os.tmpdir(), 'studio-tmp-'))
  const second = launch({ dataFolder: first.dataFolder, env: { TMPDIR } })
  expect(await second.exited).toEqual({ code: 1, signal: null })
  expect(second.stderr).toContain(
    `Studio runs already with the data folder ${first.dataFolder}: this second one ends (process ${first.pid} on `,
  )
  await puppet.ping()
})

test('everything is in the data folder, and what else lies there is left alone', async ({ launch }) => {
  const dataFolder = newDataFolder()
  const userData = path.dirname(dataFolder)
  const foreign = ['', 'journal', 'incidents', 'profiles', 'logs', 'unsent'].flatMap((folder) =>
    ['notes.txt', 'app.json', 'app.jsonl', 'app.pprof', 'app.tmp'].map((name) =>
      path.join(dataFolder, folder, name),
    ),
  )
  const beside = ['failed-jobs.json', 'incidents', 'studio-monitor.json'].map((name) =>
    path.join(userData, name),
  )
  for (const file of [...foreign, ...beside]) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, `{"of":"the app"}`)
  }
  const before = new Set(readdirSync(userData))
  const studio = launch({ dataFolder, env: { STUDIO_HEAP_LIMIT: '96MiB', DD_PROFILING_UPLOAD_PERIOD: '1' } })
  const puppet = await studio.puppet()
  await puppet.start('a')
  await puppet.die('heap-out-of-memory')
  await studio.incident()
  await studio.puppet(2)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.failedJobs()).toMatchObject([{ jobId: 'a', oom: true }])
  for (const file of [...foreign, ...beside])
    expect(readFileSync(file, 'utf8'), file).toBe('{"of":"the app"}')
  const made = readdirSync(userData).filter((name) => !before.has(name) && !CHROMIUMS.test(name))
  expect(made).toEqual([])
  expect(statSync(dataFolder).mode & 0o777).toBe(0o700)
})

test('an app whose data folder cannot be made says so and ends', async ({ launch }) => {
  test.skip(process.platform === 'win32', 'there is no /dev/null there')
  const studio = launch({ userData: '/dev/null/studio', env: { HOME: '/dev/null' } })
  expect(await studio.exited).toEqual({ code: 2, signal: null })
  expect(studio.stderr).toMatch(
    /^studio-monitor: the user data folder \/dev\/null\/studio is not there.*ENOTDIR.*$/m,
  )
  expect(studio.stderr).not.toContain('    at ')
})

test('the backend’s parentPort and its output are its own', { tag: '@packed' }, async ({ launch }) => {
  const studio = launch({ backend: 'esm.mjs', env: { STUDIO_BACKEND_ARGS: '["a b", "ü"]' } })
  await studio.said(/esm backend runs with \["a b","ü"\]/)
  await studio.backendPid()
  const lines = readFileSync(path.join(studio.dataFolder, 'logs/backend.jsonl'), 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { stream: 'stdout', message: 'esm backend runs with ["a b","ü"]' },
  ])
})

function journal(dataFolder: string): string {
  return readFileSync(path.join(dataFolder, 'journal/00000001.jsonl'), 'utf8')
}

test('what a newer version wrote is left untouched, with one line, and nothing is lost', async ({
  launch,
}) => {
  test.skip(isPacked(), 'its output is in the other folder, where the puppet is not looked for')
  const newer = launch()
  await (await newer.puppet()).die('exit')
  await newer.incident()
  expect(await newer.quit()).toEqual({ code: 0, signal: null })
  const header = encodeLine({ type: 'segment', at: Date.now(), schema: 2 })
  writeFileSync(path.join(newer.dataFolder, 'journal/00000009.jsonl'), header)
  const contents = () =>
    ['failed-jobs.json', 'incidents', 'journal', 'profiles', 'logs'].flatMap((part) => {
      const place = path.join(newer.dataFolder, part)
      if (!existsSync(place)) return []
      const files = statSync(place).isDirectory()
        ? readdirSync(place).map((one) => path.join(place, one))
        : [place]
      return files.map((one) => [one, readFileSync(one, 'base64')])
    })
  const before = contents()

  const older = launch({ dataFolder: newer.dataFolder })
  await (await older.puppet()).start('a')
  await (await older.puppet()).die('exit')
  await older.said(/was written by a newer version \(schema 2, known 1\): it is left untouched/)
  const own = dataFolderIn(path.join(newer.dataFolder, 'schema-1'))
  await waitFor(() => readJobs(own).jobs.length > 0, {
    what: 'the records of the older app',
  })
  expect(await older.quit()).toEqual({ code: 0, signal: null })
  const jobs = launch({ dataFolder: newer.dataFolder, backend: null, args: ['jobs'] })
  expect((await jobs.exited).code).toBe(0)
  expect(jobs.stderr).toContain(`kept in ${own}`)
  expect(jobs.stdout).toContain('exited with an error')
  expect(contents()).toEqual(before)
})
