import { mkdtempSync, readdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from './support/app/test'

test('jobs and incidents tell what happened, while the app runs and after', { tag: '@packed' }, async ({
  launch,
}) => {
  const app = launch()
  const puppet = await app.puppet()
  await puppet.start('a', { name: 'portrait' })
  await puppet.die('exit')
  const incident = await app.incident()
  await app.failedJobsOf(1)

  const ask = async (...args: string[]) => {
    const command = launch({ dataFolder: app.dataFolder, args })
    const { code } = await command.exited
    return { code, stdout: command.stdout, stderr: command.stderr }
  }
  await expect(async () => {
    const { code, stdout } = await ask('status', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      up: true,
      ok: true,
      state: 'running',
      pid: await app.backendPid(2),
      deaths: 1,
      restarts: 1,
      today: { failed: 1 },
      lastIncident: { id: incident.id },
    })
    expect(code).toBe(0)
  }).toPass()
  const before = readdirSync(app.dataFolder, { recursive: true }).toSorted()
  const jobs = await ask('jobs')
  expect(jobs).toMatchObject({ code: 0, stderr: `studio-monitor: data folder ${app.dataFolder}\n` })
  expect(jobs.stdout).toMatch(/portrait[\s\S]*exited with an error/)
  const asJson = await ask('jobs', '--json')
  expect(JSON.parse(asJson.stdout)).toEqual(app.failedJobs())
  const one = await ask('incidents', incident.id.slice(0, 12), '--json')
  expect(JSON.parse(one.stdout)).toEqual(incident)
  expect((await ask('incidents')).stdout).toContain(incident.id)
  expect(await ask('jobs', '--jsno')).toMatchObject({ code: 2, stdout: '' })
  expect(await ask('job')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean jobs?') })
  const monitored = (names: unknown[]) =>
    names.filter((name) => /^(journal|incidents|failed|logs)/.test(String(name)))
  expect(monitored(readdirSync(app.dataFolder, { recursive: true }).toSorted())).toEqual(monitored(before))

  expect(await app.quit()).toEqual({ code: 0, signal: null })
  expect(JSON.parse((await ask('jobs', '--json')).stdout)).toHaveLength(1)
  const ended = await ask('status', '--json')
  expect(ended.code).toBe(1)
  expect(JSON.parse(ended.stdout)).toMatchObject({ up: false, pid: null, last: { state: 'stopped' } })
  expect(JSON.parse(ended.stdout).last.endedAt).not.toBeNull()
})

for (const args of [[], ['--json']])
  test(`a data folder that is not there is an error, and is not made: jobs ${args}`, async ({ launch }) => {
    const parent = mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
    const command = launch({ userData: path.join(parent, 'a/b'), args: ['jobs', ...args] })
    expect(await command.exited).toEqual({ code: 2, signal: null })
    expect(command.stdout).toBe('')
    expect(command.stderr).toBe(
      `studio-monitor: jobs: the data folder ${parent}/a/b/studio-monitor does not exist: the first start makes it\n`,
    )
    expect(readdirSync(parent)).toEqual([])
  })

test('the folder that an app has by default is not made either', async ({ launch }) => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
  const env = { HOME: home, DD_TRACE_AGENT_URL: 'http://127.0.0.1:9' }
  for (const [name, code] of [
    ['jobs', 2],
    ['incidents', 2],
    ['doctor', 1],
  ] as const) {
    const command = launch({ userDataDir: false, args: [name], env })
    expect(await command.exited).toEqual({ code, signal: null })
    expect(command.output).toMatch(/\.config\/Hanzo Studio\/studio-monitor (does not exist|is not there yet)/)
    expect(readdirSync(home)).toEqual([])
  }
})
