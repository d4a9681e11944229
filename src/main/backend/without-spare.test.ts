import { expect, it } from 'vitest'
import { withoutSpare } from './without-spare'

const row = (pid: number, rssBytes: number) => ({ pid, ppid: 1, name: 'python', rssBytes, startTime: 0 })
const tree = { read: () => ({ processes: [row(1, 10), row(2, 200), row(3, 3_000)], rssBytes: 3_210 }) }

it('leaves out the spare and what it holds, as long as there is one', async () => {
  let spare: number | null = null
  const reader = withoutSpare(tree, () => spare)
  expect(await reader.read()).toEqual(tree.read())
  spare = 2
  expect(await reader.read()).toEqual({ processes: [row(1, 10), row(3, 3_000)], rssBytes: 3_010 })
  spare = 9
  expect(await reader.read()).toEqual(tree.read())
})

it('says that nothing can be read where nothing can', async () => {
  expect(await withoutSpare({ read: () => null }, () => 2).read()).toBeNull()
})
