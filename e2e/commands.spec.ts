import { readdirSync } from 'node:fs'
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
  const before = readdirSync(app.dataFolder, { recursive: true }).toSorted()
  const jobs = await ask('jobs')
  expect(jobs).toMatchObject({ code: 0, stderr: '' })
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
})

test('a data folder that is not there yet has no failed jobs, and is not made', async ({ launch }) => {
  const dataFolder = path.join(launch({ args: ['jobs'] }).dataFolder, 'none')
  const command = launch({ dataFolder, args: ['jobs', '--json'] })
  expect(await command.exited).toEqual({ code: 0, signal: null })
  expect(command.stdout.trim()).toBe('[]')
})
