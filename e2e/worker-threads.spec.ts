import { expect, test } from './support/app/test'

const backend = 'threads.cjs'

test('jobs in worker threads count as those of the main thread do', async ({ launch, agent }) => {
  test.setTimeout(120_000)
  const studio = launch({ backend, env: { DD_TRACE_AGENT_URL: agent.url } })
  const [, port] = await studio.said(/threads at (\d+)/)
  const run = async (way: string) =>
    (await fetch(`http://127.0.0.1:${port}/${encodeURIComponent(way)}`, { method: 'POST' })).text()
  for (const way of ['file', 'ES module', 'text', 'nested', 'queued', 'nothing'])
    expect([way, await run(way)]).toEqual([way, 'exit 0 true Worker'])
  expect(await run('exit')).toBe('exit 7 true Worker')
  for (const way of ['throws', 'progress']) await run(way)
  for (const way of ['uncaught', 'terminated', 'nested and terminated'])
    expect([way, await run(way)]).toEqual([way, 'exit 1 true Worker'])
  expect(await run('nested and ended')).toBe('exit 0 true Worker')
  expect(await run('hangs')).toBe('hangs')

  const failed = () =>
    Object.fromEntries(
      studio.failedJobs().map(({ jobId, error, oom, progress }) => [jobId, { error, oom, progress }]),
    )
  await expect.poll(() => Object.keys(failed()).length, { timeout: 15_000 }).toBe(7)
  const died = (code: number) => ({
    name: 'Error',
    message: `the worker thread that the job ran in has ended with code ${code}`,
  })
  expect(failed()).toEqual({
    exit: { error: died(7), oom: false, progress: null },
    throws: { error: { name: 'RangeError', message: 'no such model' }, oom: false, progress: null },
    progress: { error: { name: 'Error', message: 'half done' }, oom: false, progress: 0.5 },
    uncaught: { error: { name: 'TypeError', message: 'out of its depth' }, oom: false, progress: null },
    terminated: { error: died(1), oom: false, progress: null },
    'nested and terminated': { error: died(1), oom: false, progress: null },
    'nested and ended': { error: died(7), oom: false, progress: null },
  })

  // What runs when the backend dies is lost with it.
  await run('crash').catch(() => {})
  await expect.poll(() => studio.incidents().length, { timeout: 15_000 }).toBe(1)
  expect(studio.incidents()[0]?.jobIds).toEqual(['hangs'])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  const done = agent
    .spans()
    .filter(({ name, meta }) => name === 'studio.job' && meta['studio.job.state'] === 'done')
    .map(({ meta }) => meta['studio.job.id'])
  expect(done.sort()).toEqual(['ES module', 'file', 'nested', 'queued', 'text'])
})

test('jobs in worker threads are told under a heap limit too', async ({ launch }) => {
  const studio = launch({ backend, env: { STUDIO_HEAP_LIMIT: '512MB' } })
  const [, port] = await studio.said(/threads at (\d+)/)
  await fetch(`http://127.0.0.1:${port}/throws`, { method: 'POST' })
  await expect
    .poll(() => studio.failedJobs().map(({ jobId, error }) => [jobId, error?.name]))
    .toEqual([['throws', 'RangeError']])
})
