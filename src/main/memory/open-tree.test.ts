import { expect, it } from 'vitest'
import { row } from './memory-watch.test-support'
import { whileItLives } from './open-tree'

const BACKEND = 10
const reading = (...processes: ReturnType<typeof row>[]) =>
  whileItLives(
    { read: () => ({ processes, rssBytes: processes.reduce((sum, { rssBytes }) => sum + rssBytes, 0) }) },
    BACKEND,
  ).read()

it('a tree is as it is read while the backend lives', async () => {
  const processes = [row(100, BACKEND), row(50, 11)]
  expect(await reading(...processes)).toEqual({ processes, rssBytes: 150 * 2 ** 20 })
})

it.each([
  ['is gone', []],
  ['has ended, and nobody asked after it yet,', [row(0, BACKEND)]],
])('what a backend that %s has left is not its memory', async (_, left) => {
  expect(await reading(...left, row(50, 11))).toEqual({ processes: [], rssBytes: 0 })
})

it('a machine whose processes cannot be listed is no tree without a backend', async () => {
  expect(await whileItLives({ read: () => null }, BACKEND).read()).toBeNull()
})
