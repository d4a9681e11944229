import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseOptions } from './options'

test('without settings', () => {
  expect(parseOptions([], {})).toEqual({
    port: 8188,
    folders: {
      input: path.join(os.tmpdir(), 'hanzo-studio-input'),
      output: path.join(os.tmpdir(), 'hanzo-studio-output'),
    },
    problems: [],
  })
})

test('port and folders', () => {
  const options = parseOptions(['--output', 'out', `--input=${os.tmpdir()}`], { PORT: '0' })
  expect(options).toEqual({
    port: 0,
    folders: { input: os.tmpdir(), output: path.resolve('out') },
    problems: [],
  })
})

test.each(['x', '65536', '-1', '80.5', '1e3', ' 80'])('PORT=%s is refused', (PORT) => {
  const { port, problems } = parseOptions([], { PORT })
  expect(port).toBe(8188)
  expect(problems).toEqual([`PORT is ${JSON.stringify(PORT)}, accepted is 0 to 65535: using 8188`])
})

test.each([
  [
    ['--colour', 'blue'],
    ['argument --colour is unknown', 'argument blue is unknown'],
  ],
  [['--output'], ['argument --output is not followed by a folder']],
  [['--output', '--input'], ['argument --output is not followed by a folder']],
  [['-x'], ['argument -x is unknown']],
])('arguments %j', (args, expected) => {
  const { problems } = parseOptions(args, {})
  expect(problems).toHaveLength(expected.length)
  for (const [index, start] of expected.entries()) expect(problems[index]).toContain(start)
})
