import { expect, it } from 'vitest'
import { isDisplayMissing } from './display'

const LISTENING = '/tmp/.X11-unix/X1'
const asked = (env: Record<string, string>, platform: NodeJS.Platform = 'linux', isChosen = false) =>
  isDisplayMissing({ platform, env, isChosen, listens: (socket) => socket === LISTENING })

it.each<[string, Record<string, string>, boolean]>([
  ['an SSH session, a service', {}, true],
  ['one that is named by nothing', { DISPLAY: ' ' }, true],
  ['Wayland without X11', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['an X server that is there', { DISPLAY: ':1' }, false],
  ['a screen of it', { DISPLAY: 'unix:1.0' }, false],
  ['an X server that is gone', { DISPLAY: ':0' }, true],
  ['one that begins the same', { DISPLAY: ':11' }, true],
  ['a forwarded one, on TCP', { DISPLAY: 'localhost:10.0' }, false],
  ['another machine’s', { DISPLAY: 'there:0' }, false],
])('%s', (_, env, missing) => {
  expect(asked(env)).toBe(missing)
  expect(asked(env, 'linux', true)).toBe(false)
  expect(asked(env, 'darwin')).toBe(false)
  expect(asked(env, 'win32')).toBe(false)
})
