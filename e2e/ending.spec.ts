import { expect, test } from './support/app/test'

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test(`${signal} in the middle of a job ends everything, spans sent, nothing called lost`, async ({
    launch,
    agent,
  }) => {
    const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
    const puppet = await studio.puppet()
    await puppet.work('done')
    await puppet.start('open')
    await puppet.queue('waiting')
    studio.kill(signal)
    expect(await studio.exited).toEqual({ code: 0, signal: null })
    await studio.gone()
    const job = agent.spans().find(({ name }) => name === 'studio.job')
    expect(job).toBeDefined()
    // Children attach: the file read and the request that the job made are below it.
    const children = agent.spans().filter(({ parentId }) => parentId === job?.spanId)
    expect(children.map(({ name }) => name)).toEqual(expect.arrayContaining(['fs.operation', 'http.request']))
    expect(studio.incidents()).toEqual([])
    expect(studio.failedJobs()).toEqual([])
  })
}

test('a signal to the whole process group ends it cleanly too', async ({ launch }) => {
  const studio = launch()
  await studio.puppet()
  process.kill(-studio.pid, 'SIGTERM')
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  await studio.gone()
  expect(studio.incidents()).toEqual([])
})

test('a backend that ignores every request is killed, with no process left', async ({ launch }) => {
  const studio = launch({ backend: 'deaf.cjs' })
  await studio.said(/deaf runs/)
  await studio.backendPid()
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.stdout.match(/deaf hears nothing/g)).toHaveLength(2)
  expect(studio.incidents()).toEqual([])
})

test('quitting cancels a pending restart', async ({ launch }) => {
  const studio = launch({ backend: 'throws-at-load.cjs', env: { STUDIO_RESTART_LIMIT: '50/10m' } })
  await studio.said(/started again in \d/)
  const deaths = studio.incidents().length
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toHaveLength(deaths)
})

test('spans of a dying backend reach the Agent through the app', async ({ launch, agent }) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  const puppet = await studio.puppet()
  await puppet.work('last')
  await puppet.die('exit')
  await agent.waitForSpan(({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === 'last')
})
