import { expect, it } from 'vitest'
import { incidentCommand } from './incident-command'

const DEV = {
  isPackaged: false,
  executable: '/opt/electron/electron',
  defaultUserData: '/home/ada/.config/Studio',
  offersCommands: false,
}
const PACKAGED = { ...DEV, isPackaged: true, executable: '/opt/Studio/hanzo-studio' }
const USUAL = '/home/ada/.config/Studio/studio-monitor'

it.each([
  ['a developer', USUAL, DEV, 'studio-monitor incidents 3f9a'],
  [
    'an installed app that answers',
    USUAL,
    { ...PACKAGED, offersCommands: true },
    'hanzo-studio incidents 3f9a',
  ],
  ['an installed app that does not', USUAL, PACKAGED, null],
  ['another folder', '/tmp/x/studio-monitor', DEV, 'studio-monitor --user-data-dir=/tmp/x incidents 3f9a'],
  [
    'another folder with a space',
    '/tmp/x y/studio-monitor',
    DEV,
    'studio-monitor "--user-data-dir=/tmp/x y" incidents 3f9a',
  ],
  ['a folder that no switch names', '/tmp/x/records', DEV, null],
])('for %s', (_, dataFolder, app, command) => {
  expect(incidentCommand('20261123-201300-3f9a', dataFolder, app)).toBe(command)
})
