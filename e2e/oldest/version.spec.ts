import { expect, test } from '../support/app/test'

test('an Electron older than promised is told of in one line, and starts', async ({ launch }) => {
  const studio = launch()
  await studio.puppet()
  expect(studio.stderr.match(/^.*needs Electron 31 or newer.*$/gm)).toEqual([
    expect.stringContaining('this is 27.3.10: it starts all the same'),
  ])
})
