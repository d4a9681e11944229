import { expect, it } from 'vitest'
import { taskkillArguments, taskkillPath } from './taskkill'

it('ends each process with all below it, by force', () => {
  expect(taskkillArguments([42, 4_711])).toEqual(['/T', '/F', '/PID', '42', '/PID', '4711'])
})

it('stays within the length of a command', () => {
  const pids = Array.from({ length: 5_000 }, (_, index) => 4_000_000_000 + index)
  expect(taskkillArguments(pids).join(' ').length).toBeLessThan(32_000)
})

it.each([
  ['D:\\WINNT', 'D:\\WINNT\\System32\\taskkill.exe'],
  [undefined, 'C:\\Windows\\System32\\taskkill.exe'],
  ['', 'C:\\Windows\\System32\\taskkill.exe'],
])('is the system’s own, with SystemRoot %j', (root, file) => {
  expect(taskkillPath(root)).toBe(file)
})
