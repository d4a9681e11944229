import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()
test.slow()

/** Twenty seconds of grace at the start, fifteen without a word, and a busy machine. */
const FOUND_WITHIN = { timeout: 90_000 }

test('an engine whose lock is held is unresponsive, with place and stacks, and is restarted where that is wanted, for the jobs that wait', async ({
  launch,
}) => {
  const engine = await PublishedEngine.create()
  const studio = launch({
    backend: null,
    env: { ...engine.settings(), STUDIO_UNRESPONSIVE: 'restart' },
  })
  await studio.said(/the engine answers at /)
  // A job before it, as nothing can be submitted once the lock is held.
  await engine.submit([['Nap', { seconds: 5 }]])
  const id = await engine.submit([['Hold', { seconds: 100 }]])
  const waiting = await engine.submit([['Note', { text: 'waits' }]])
  await studio.seenJobs(id, waiting)
  await expect.poll(() => studio.incidents().length, FOUND_WITHIN).toBe(1)
  const [incident] = studio.incidents()
  expect(incident).toMatchObject({ cause: 'unresponsive', oom: false, restart: { decision: 'restart' } })
  expect(incident?.uptimeMs).not.toBeNull()
  expect(incident?.evidence.join('\n')).toMatch(
    /holding Python's lock for \d+ s in run \(custom_nodes\/test_pack\/__init__\.py:\d+\), in Hold \(node 1\) of pack test_pack/,
  )
  const worker = incident?.stacks.find(({ thread }) => thread === 'prompt_worker')
  expect(worker?.frames[0]).toMatchObject({
    function: 'run',
    file: expect.stringMatching(/test_pack\/__init__\.py$/),
  })
  expect(incident?.stacks.map(({ thread }) => thread)).toContain('MainThread')
  expect(await engine.ended(waiting)).toBe('success')
  expect(await studio.failedJobsOf(2)).toMatchObject([
    { jobId: id, state: 'running', cause: 'unresponsive', resubmitted: false },
    { jobId: waiting, state: 'queued', cause: 'unresponsive', resubmitted: true },
  ])
})

test('an engine whose worker has ended is unresponsive at once, and lives on', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await studio.said(/the engine answers at /)
  const id = await engine.submit([['Leave']])
  await expect.poll(() => studio.incidents().length, FOUND_WITHIN).toBe(1)
  const [incident] = studio.incidents()
  expect(incident).toMatchObject({ cause: 'unresponsive', uptimeMs: null, jobIds: [id] })
  expect(incident?.evidence[0]).toMatch(
    /prompt worker \(.+\) has ended \(SystemExit: 1\), in Leave \(node 1\) of pack test_pack: its API answers, and no job runs any more/,
  )
  expect(incident?.stacks.find(({ thread }) => thread === 'MainThread')).toBeDefined()
  await engine.ready()
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toHaveLength(1)
})
