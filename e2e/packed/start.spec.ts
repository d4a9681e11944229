import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '../support/app/test'
import { copyOfPackedApp, packedApp } from '../support/packed-app'

test('both processes take dd-trace from its code cache, with a heap limit too', async ({ launch }) => {
  for (const limit of ['', '512MiB']) {
    const studio = launch({ env: { STUDIO_HEAP_LIMIT: limit } })
    await studio.puppet()
    const traced = studio.log().filter(({ message }) => message.endsWith('is traced'))
    expect(traced.map(({ message, codeCache }) => [message, codeCache])).toEqual([
      ['the app is traced', true],
      ['the backend is traced', true],
    ])
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  }
})

test('what of dd-trace is loaded later comes from its code cache too', async ({ launch }) => {
  const folder = path.join(packedApp().resources, 'app.asar/dist/dd-trace')
  const studio = launch({
    backend: 'dd-trace-later.cjs',
    env: { STUDIO_BACKEND_ARGS: JSON.stringify([folder]) },
  })
  expect((await studio.said(/all from code caches: (\w+)/))[1]).toBe('true')
})

test('the jobs of worker threads are tracked, by a file inside the archive', async ({ launch }) => {
  const studio = launch({ backend: 'threads.cjs' })
  const [, port] = await studio.said(/threads at (\d+)/)
  const run = await fetch(`http://127.0.0.1:${port}/throws`, { method: 'POST' })
  expect(await run.text()).toBe('exit 0 true Worker')
  await expect.poll(() => studio.failedJobs().map(({ jobId }) => jobId)).toEqual(['throws'])
})

test('it needs no display, and ends with whatever it was started by', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'a display can be missing on Linux alone')
  const studio = launch({
    env: { DISPLAY: '', WAYLAND_DISPLAY: '' },
    wrap: (command, args) => ({
      command,
      args: args.filter((arg) => !arg.startsWith('--ozone-platform') && arg !== '--disable-gpu'),
    }),
  })
  await studio.puppet()
  expect(studio.stderr).not.toContain('ERROR')
  // As a service manager does it, which ends the first process at once: the app that it started follows.
  expect(await studio.quit()).toEqual({ code: null, signal: 'SIGTERM' })
  expect(studio.log().at(-1)?.message).toBe('ended; no job was cancelled')
})

test('an update under the running app is told as such, and no start is tried from its files', async ({
  launch,
}) => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'studio-update-'))
  try {
    const { executable, resources } = copyOfPackedApp(scratch)
    const studio = launch({ wrap: (_command, args) => ({ command: executable, args }) })
    await studio.puppet()
    // As dpkg does it: the new file takes the place of the one that is in use.
    const archive = path.join(resources, 'app.asar')
    process.noAsar = true
    cpSync(archive, `${archive}.new`)
    renameSync(`${archive}.new`, archive)
    process.kill(await studio.backendPid(), 'SIGKILL')
    await studio.said(/not restarting the backend: the app's files were replaced while it ran/)
    expect(studio.incidents().map(({ restart }) => restart.decision)).toEqual(['give-up'])
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
})
