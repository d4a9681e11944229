import { existsSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'
import { isAlive, waitUntilGone } from './support/process'

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
    // The file read and the request that the job made are its children.
    const children = agent.spans().filter(({ parentId }) => parentId === job?.spanId)
    expect(children.map(({ name }) => name)).toEqual(expect.arrayContaining(['fs.operation', 'http.request']))
    expect(studio.incidents()).toEqual([])
    expect(studio.failedJobs()).toEqual([])
  })
}

test('a signal to the whole process group ends it cleanly too', { tag: '@packed' }, async ({ launch }) => {
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
  await studio.said(/restarting in \d/)
  const deaths = studio.incidents().length
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toHaveLength(deaths)
})

test('a death before the quit is a death, also while what it left behind is being ended', async ({
  launch,
}) => {
  const studio = launch()
  const puppet = await studio.puppet()
  const asked = path.join(studio.userData, 'asked')
  await puppet.start('lost')
  await puppet.forkDeaf(asked)
  await studio.seenJobs('lost')
  await puppet.die('abort')
  await waitFor(() => existsSync(asked), { what: 'the child to be asked to end' })
  expect(studio.incidents()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  const [incident] = studio.incidents()
  expect(incident).toMatchObject({ cause: 'crash', jobIds: ['lost'], restart: { decision: 'none' } })
  expect(studio.failedJobs()).toMatchObject([{ jobId: 'lost', incidentId: incident?.id }])
})

test('spans of a dying backend reach the Agent through the app', async ({ launch, agent }) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  const puppet = await studio.puppet()
  await puppet.work('last')
  await puppet.die('exit')
  await agent.waitForSpan(({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === 'last')
})

test('what the backend started detached stays when Studio is closed, the rest does not', async ({
  launch,
}) => {
  test.skip(process.platform !== 'linux', 'sessions are told on Linux only')
  const studio = launch({ backend: 'starter.cjs' })
  const [attached = 0, detached = 0] = (await studio.said(/attached is (\d+), detached is (\d+)\./))
    .slice(1)
    .map(Number)
  await studio.backendPid()
  studio.kill('SIGTERM')
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  await waitUntilGone([attached])
  expect(isAlive(detached)).toBe(true)
  process.kill(detached, 'SIGKILL')
})

test('what the backend started detached ends with a backend that dies', async ({ launch }) => {
  const studio = launch({ backend: 'starter.cjs' })
  const [attached = 0, detached = 0] = (await studio.said(/attached is (\d+), detached is (\d+)\./))
    .slice(1)
    .map(Number)
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.backendPid(2)
  await waitUntilGone([attached, detached])
})

test('the app ends when what started it is killed', { tag: '@packed' }, async ({ launch }) => {
  const supervise = path.join(__dirname, '../scripts/electron/supervise.mjs')
  const studio = launch({
    // `npm start` does the same.
    wrap: (command, args) => ({
      command: process.execPath,
      args: [
        '--input-type=module',
        '-e',
        `import { superviseApp } from ${JSON.stringify(supervise)}
        await superviseApp(${JSON.stringify(command)}, ${JSON.stringify(args)}, process.env)`,
      ],
    }),
  })
  await studio.puppet()
  studio.kill('SIGKILL')
  await studio.gone()
  expect(studio.incidents()).toEqual([])
})
