import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { dataPaths } from '../src/common/storage/data-folder'
import { newDataFolder } from './support/app/studio'
import { expect, test } from './support/app/test'

test('wrong settings are named, one line each, and Studio runs on defaults', async ({ launch, agent }) => {
  const dataFolder = newDataFolder()
  const file = dataPaths(dataFolder).settings
  writeFileSync(
    file,
    JSON.stringify({
      DD_ENV: 'staging',
      DD_TRACE_SAMPLE_RATE: 2,
      STUDIO_RESTART: 'sometimes',
      DD_TAGS: 'team:studio',
    }),
  )
  const studio = launch({
    dataFolder,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      STUDIO_HEAP_LIMIT: 'plenty',
      STUDIO_RESTART_LIMIT: 'often',
      STUDIO_BACKEND_ARGS: '--port 1',
      STUDIO_JOBS_KEEP: '-1',
      STUDIO_MEMORY_LIMT: '2GiB',
    },
  })
  const puppet = await studio.puppet()
  for (const [source, name, value] of [
    ['environment', 'STUDIO_HEAP_LIMIT', '"plenty"'],
    ['environment', 'STUDIO_RESTART_LIMIT', '"often"'],
    ['environment', 'STUDIO_BACKEND_ARGS', '"--port 1"'],
    ['environment', 'STUDIO_JOBS_KEEP', '"-1"'],
    [file, 'STUDIO_RESTART', '"sometimes"'],
    [file, 'DD_TRACE_SAMPLE_RATE', '2'],
  ] as const) {
    const line = `studio-monitor: ${source}: ${name} is ${value}; accepted: `
    expect(studio.stderr.split(line)).toHaveLength(2)
  }
  expect(studio.stderr).toMatch(/STUDIO_MEMORY_LIMT.*STUDIO_MEMORY_LIMIT/)

  await puppet.work('a')
  const span = await agent.waitForSpan(({ name }) => name === 'studio.job')
  expect(span.meta).toMatchObject({ env: 'staging', team: 'studio' })
})

test('a settings file that is not JSON is named and ignored', async ({ launch }) => {
  const dataFolder = newDataFolder()
  writeFileSync(dataPaths(dataFolder).settings, '{ "DD_ENV": ')
  const studio = launch({ dataFolder })
  await studio.puppet()
  expect(studio.stderr).toMatch(/studio-monitor\/settings\.json.*JSON/)
})

test('the settings file in the data folder is closed to other users by the app, by no command', async ({
  launch,
}) => {
  test.skip(process.platform === 'win32', 'a mode says nothing there')
  const dataFolder = newDataFolder()
  const file = dataPaths(dataFolder).settings
  writeFileSync(file, '{}')
  chmodSync(file, 0o644)
  const mode = () => statSync(file).mode & 0o777
  const command = launch({ dataFolder, args: ['jobs'] })
  expect(await command.exited).toEqual({ code: 0, signal: null })
  expect(mode()).toBe(0o644)
  await launch({ dataFolder }).puppet()
  expect(mode()).toBe(0o600)
})

test('a missing backend entry ends the app with code 2 and one line', { tag: '@packed' }, async ({
  launch,
}) => {
  const studio = launch({ env: { STUDIO_BACKEND_ENTRY: '/nowhere/backend.js' } })
  expect(await studio.exited).toEqual({ code: 2, signal: null })
  expect(studio.stderr.trim().split('\n')).toEqual([
    'studio-monitor: there is no file /nowhere/backend.js; STUDIO_BACKEND_ENTRY must name the JavaScript file of the Studio backend',
  ])
})
