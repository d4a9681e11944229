import { expect, test } from 'vitest'
import { appEnvironment, chromiumSwitches, electronArguments, workingFolder } from './launch.mjs'

const HEADLESS = ['--ozone-platform=headless', '--disable-gpu']

test.each([
  { env: {}, isRoot: false, expected: [...HEADLESS, '--log-level=3'] },
  { env: {}, isRoot: true, expected: [...HEADLESS, '--no-sandbox', '--log-level=3'] },
  { env: { DISPLAY: '' }, isRoot: false, expected: [...HEADLESS, '--log-level=3'] },
  { env: { DISPLAY: ':0' }, isRoot: false, expected: ['--log-level=3'] },
  { env: { WAYLAND_DISPLAY: 'wayland-0' }, isRoot: true, expected: ['--no-sandbox', '--log-level=3'] },
])('Linux with $env, root: $isRoot', ({ env, isRoot, expected }) => {
  expect(chromiumSwitches({ platform: 'linux', env, isRoot })).toEqual(expected)
})

test.each(['darwin', 'win32'] as const)('%s needs no switches', (platform) => {
  expect(chromiumSwitches({ platform, env: {}, isRoot: true })).toEqual([])
})

test("the app's folder and the person's arguments come last", () => {
  const electron = { executable: '/e', appArgs: ['/app'], version: null, origin: '' }
  const machine = { platform: 'linux', env: { DISPLAY: ':0' }, isRoot: true } as const
  const args = electronArguments(electron, ['jobs', '--json'], machine)
  expect(args).toEqual(['--no-sandbox', '--log-level=3', '/app', 'jobs', '--json'])
})

test('the app is never started as a plain Node', () => {
  expect(appEnvironment({ ELECTRON_RUN_AS_NODE: '1', PORT: '1' })).toEqual({ PORT: '1' })
})

const NPM_START = { npm_lifecycle_event: 'start', INIT_CWD: '/project/sub' }

test.each([
  ['npm start from a subfolder', NPM_START, '/project', '/project/sub'],
  ['no npm', {}, '/elsewhere', '/elsewhere'],
  ['another script that starts it', { ...NPM_START, npm_lifecycle_event: 'demo' }, '/project', '/project'],
  ['another project’s npm start', NPM_START, '/project/other', '/project/other'],
  ['an npm that does not tell', { npm_lifecycle_event: 'start' }, '/project', '/project'],
])('paths are meant from where the person stands: %s', (_, env, current, expected) => {
  expect(workingFolder(env, current, '/project/')).toBe(expected)
})
