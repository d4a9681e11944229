import { existsSync } from 'node:fs'
import { waitFor } from '../testing/waiting/wait-for'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()
test.slow()
test.skip(process.platform !== 'linux', 'did not run: processes are looked at in /proc')

const LONG = [['Nap', { seconds: 120 }]] as const

/** The process of the engine's `n`th start, waited for. */
const enginePid = (studio: Studio, n: number) => pidOf(studio, /the engine is process (\d+)/g, n)
/** The process of the `n`th spare that waits. */
const sparePid = (studio: Studio, n: number) =>
  pidOf(studio, /a spare engine waits: process (\d+), \d{2,} modules imported/g, n)

async function pidOf(studio: Studio, line: RegExp, n: number): Promise<number> {
  const found = () => [...studio.output.matchAll(line)][n - 1]?.[1]
  const pid = await waitFor(found, {
    what: () => `${line} number ${n}:\n${studio.output}`,
    timeout: 60_000,
  })
  return Number(pid)
}

const lives = (pid: number) => existsSync(`/proc/${pid}`)

test('after a death the spare is the engine: jobs come back, are recorded as ever, and quit leaves nothing', async ({
  launch,
}) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { ...engine.settings(), STUDIO_STANDBY: 'true' } })
  const first = await enginePid(studio, 1)
  const spare = await sparePid(studio, 1)
  await studio.said(/the engine answers at /)
  const running = await engine.submit(LONG)
  const waiting = await engine.submit([['Note', { text: 'waited' }]], { prompt_id: 'job-a' })
  await studio.seenJobs(running, waiting)
  process.kill(first, 'SIGKILL')
  expect(await enginePid(studio, 2)).toBe(spare)
  await studio.said(new RegExp(`the engine is process ${spare}; .*; it is the spare that waited`))
  expect(await engine.ended(waiting)).toBe('success')
  expect(engine.notes().map(({ text }) => text)).toEqual(['waited'])

  // It has a spare of its own, for a death with no job that comes back as well.
  const next = await sparePid(studio, 2)
  expect(next).not.toBe(spare)
  process.kill(spare, 'SIGKILL')
  expect(await enginePid(studio, 3)).toBe(next)
  await engine.ready()
  expect(await engine.ended(await engine.submit([['Note', { text: 'afterwards' }]]))).toBe('success')
  const failing = await engine.submit([['Fail', {}]])
  expect(await engine.ended(failing)).toBe('error')

  const last = await sparePid(studio, 3)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect([first, spare, next, last].filter(lives)).toEqual([])
  expect(studio.incidents()).toHaveLength(2)
  expect(studio.failedJobs().map(({ jobId, resubmitted }) => [jobId, resubmitted])).toEqual([
    [running, false],
    [waiting, true],
    [failing, false],
  ])
})

test('a spare that has died is made anew, and one whose app is killed ends by itself', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { ...engine.settings(), STUDIO_STANDBY: 'true' } })
  const first = await sparePid(studio, 1)
  process.kill(first, 'SIGKILL')
  await studio.said(/the spare engine has ended: it was ended by SIGKILL; another is made/)
  const second = await sparePid(studio, 2)
  expect(studio.incidents()).toEqual([])
  const left = await enginePid(studio, 1)
  studio.kill('SIGKILL')
  await waitFor(() => !lives(second), { what: `the end of the spare ${second}` })
  // The engine itself is ended by the next start of the app.
  process.kill(left, 'SIGKILL')
  await studio.gone()
})

test('a replacement between two jobs takes the spare', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({
    backend: null,
    env: {
      ...engine.settings(),
      STUDIO_STANDBY: 'true',
      STUDIO_ADMISSION: 'prevent',
      STUDIO_MEMORY_LIMIT: '1300MiB',
    },
  })
  const spare = await sparePid(studio, 1)
  await studio.said(/the engine answers at /)
  const sized = [['Sized', { width: 2_048, height: 2_048, seconds: 0.3 }]] as const
  for (const seed of [1, 2]) {
    const id = await engine.submit([['Sized', { ...sized[0][1], seed }]])
    expect(await engine.ended(id)).toBe('success')
  }
  expect(await engine.ended(await engine.submit([['Leak', { mib: 700 }]]))).toBe('success')
  const id = await engine.submit([['Sized', { ...sized[0][1], seed: 3 }]])
  await studio.said(/the engine is recycled/)
  expect(await enginePid(studio, 2)).toBe(spare)
  expect(await engine.ended(id)).toBe('success')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toEqual([])
})

test('a Python behind another program has no spare, and that is said', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({
    backend: null,
    env: { ...engine.settings('env', engine.python), STUDIO_STANDBY: 'true' },
  })
  await studio.said(/no spare engine waits: its command starts the Python by way of another program/)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
