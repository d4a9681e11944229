import { expect, test } from 'vitest'
import { lateNames } from './late-names'

const used = { DD_ENV: 'production', DD_SERVICE: 'app' }

test('what was set too late is one line, by name and not by value', () => {
  const now = { PATH: '/bin', DD_ENV: 'staging', DD_TAGS: 'a:canary', STUDIO_RESTART: 'oom', OTHER: 'x' }
  const lines = lateNames({ PATH: '/bin' }, now, used)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/not used: DD_ENV, DD_TAGS, STUDIO_RESTART; accepted: /)
  expect(lines[0]).not.toMatch(/canary|staging|OTHER/)
})

test('a value that was changed too late is told of too', () => {
  expect(lateNames({ DD_ENV: 'a' }, { DD_ENV: 'b' }, { DD_ENV: 'a' })).toHaveLength(1)
})

test('nothing is said of what was there, of the value in use, of what nobody reads, of what is gone', () => {
  const now = { DD_ENV: 'staging', DD_SERVICE: 'app', STUDIO_UNKNOWN: 'x', dd_tags: 'x' }
  expect(lateNames({ DD_ENV: 'staging', DD_TAGS: 'x' }, now, used)).toEqual([])
})
