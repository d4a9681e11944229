import { expect, it } from 'vitest'
import { isElectronSwitch } from './electron-switches'

it.each([
  '--ozone-platform=headless',
  '--no-sandbox',
  '--user-data-dir=/srv/a=b',
  '--inspect=0',
  '--inspect',
  '--inspect-brk=0',
  '--remote-debugging-port=0',
  '--disable-gpu',
  '--enable-features=A,B',
  '--js-flags=--max-old-space-size=200',
  '--lang=de',
])('leaves %s to Electron', (argument) => {
  expect(isElectronSwitch(argument)).toBe(true)
})

it.each([
  '--json',
  '--since=1h',
  '--limit',
  '--help',
  '-h',
  '--jsno',
  '--sicne=1h',
  '--limits',
  'no-sandbox',
  '--no',
  '--',
])('does not leave %s to Electron', (argument) => {
  expect(isElectronSwitch(argument)).toBe(false)
})
