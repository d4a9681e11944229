import { rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from './support/app/test'
import { embeddedIn, inMain, PUPPET } from './support/embedding-app'
import { installPackage } from './support/installed-app'

let app: string
test.beforeAll(() => {
  app = installPackage(path.join(__dirname, 'embedding-life-app'))
})
test.afterAll(() => rmSync(app, { recursive: true, force: true }))

test('all that follows carries the user and the tags of the app, until it names others', async ({
  launch,
  agent,
}) => {
  test.setTimeout(120_000)
  const env = {
    DD_TRACE_AGENT_URL: agent.url,
    DD_TAGS: 'team:core',
    STUDIO_LOGS: 'send',
    DD_PROFILING_UPLOAD_PERIOD: '2',
  }
  const options = { backend: { entry: PUPPET }, settings: { STUDIO_HEAP_LIMIT: '128MiB' } }
  const studio = launch(embeddedIn(app, options, { env }))
  const puppet = await studio.puppet(1)
  await puppet.work('nobody')
  expect(
    await inMain(studio, "try { monitor.setUser('u-1') } catch (error) { return error.message }"),
  ).toMatch(/^setUser is string; accepted: null, or/)
  await inMain(studio, "monitor.setTags({ plan: 'free' }); monitor.setUser({ id: 'u-1' })")
  await puppet.hasTags({ plan: 'free', 'usr.id': 'u-1' })
  await puppet.work('worked')
  await puppet.start('failed')
  await puppet.fail('failed')
  await puppet.start('died')
  await puppet.die('heap-out-of-memory')
  const second = await studio.puppet(2)
  await second.work('after the death')
  await inMain(studio, "monitor.setUser(null); monitor.setTags({ plan: 'paid' })")
  await second.hasTags({ plan: 'paid' })
  await second.work('anonymous')
  await second.start('failed too')
  await second.fail('failed too')
  await agent.waitForProfile(({ event }) => event.tags_profiler.includes('usr.id:u-1'), { timeout: 30_000 })
  await agent.waitForMetric(
    ({ name, tags }) =>
      name === 'studio.jobs.failed' && tags.includes('usr.id:u-1') && tags.includes('plan:free'),
    { timeout: 30_000 },
  )
  expect(await studio.quit()).toEqual({ code: 0, signal: null })

  const jobs = agent
    .spans()
    .filter(({ name }) => name === 'studio.job')
    .map(({ meta }) => [meta['studio.job.id'], { user: meta['usr.id'], plan: meta.plan, team: meta.team }])
  const free = { user: 'u-1', plan: 'free', team: 'core' }
  const paid = { user: undefined, plan: 'paid', team: 'core' }
  expect(Object.fromEntries(jobs)).toEqual({
    nobody: { user: undefined, plan: undefined, team: 'core' },
    worked: free,
    failed: free,
    died: free,
    'after the death': free,
    anonymous: paid,
    'failed too': paid,
  })
  const [incident] = agent.spans().filter(({ name }) => name === 'studio.backend.incident')
  expect(incident?.meta).toMatchObject({ 'usr.id': 'u-1', plan: 'free', team: 'core' })
  expect(studio.incidents()[0]).toMatchObject({ tags: { 'usr.id': 'u-1', plan: 'free' } })
  expect(studio.failedJobs().map(({ jobId, tags }) => [jobId, tags])).toEqual([
    ['failed', { plan: 'free', 'usr.id': 'u-1' }],
    ['died', { plan: 'free', 'usr.id': 'u-1' }],
    ['failed too', { plan: 'paid' }],
  ])
})
