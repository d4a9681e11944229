import { expect, test } from '../support/app/test'

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
