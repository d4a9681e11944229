import { expect, test } from 'vitest'
import { npmCommand } from './npm.mjs'
import { showProgress } from './progress.mjs'
import { placeInRuntime } from './stock.mjs'

test.each([
  ['Cypress/Cypress', 'electron'],
  ['Cypress/locales/de.pak', 'locales/de.pak'],
  ['Cypress/v8_context_snapshot.bin', 'v8_context_snapshot.bin'],
  ['Cypress/browser_v8_context_snapshot.bin', null],
  ['Cypress/resources/app/package.json', null],
  ['Cypress/resources/app-update.yml', null],
  ['elsewhere/file', null],
])('%s belongs to %s', (name, place) => {
  expect(placeInRuntime(name)).toBe(place)
})

test('the npm that runs us is the npm that is asked', () => {
  expect(npmCommand({ npm_execpath: '/npm/bin/npm-cli.js' })).toEqual([
    process.execPath,
    '/npm/bin/npm-cli.js',
  ])
  expect(npmCommand({ npm_execpath: '/yarn/bin/yarn.js' })).toEqual(['npm'])
  expect(npmCommand({})).toEqual(['npm'])
})

function shown(isTTY: boolean, percents: number[]): string {
  let text = ''
  const write = (part: string) => {
    text += part
  }
  const progress = showProgress({ label: 'E', totalBytes: 2e8, terminal: { isTTY, write } })
  for (const percent of percents) progress.update(percent * 2e6)
  progress.end()
  return text
}

test('a terminal has one line that is rewritten, a log a line for every quarter', () => {
  expect(shown(true, [1, 1.2, 2])).toBe('\rE: 1 % of 200 MB\x1b[K\rE: 2 % of 200 MB\x1b[K\n')
  const everyPercent = Array.from({ length: 101 }, (_, percent) => percent)
  const quarters = [25, 50, 75, 100].map((percent) => `E: ${percent} % of 200 MB\n`).join('')
  expect(shown(false, everyPercent)).toBe(quarters)
})
