import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { scriptPath } from './script-path'

it('is the path of a file', () => {
  expect(scriptPath(pathToFileURL(__filename).href)).toBe(__filename)
})

it.each(['', 'node:fs', 'evalmachine.<anonymous>', 'file://host name/a.js', 'file:///a%2Fb.js', 'file://%'])(
  '%j stays what it is',
  (url) => {
    expect(scriptPath(url)).toBe(url)
  },
)
