import path from 'node:path'
import { expect, test } from '../support/app/test'
import { packedApp } from '../support/packed-app'

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
