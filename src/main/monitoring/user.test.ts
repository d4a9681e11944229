import { describe, expect, it } from 'vitest'
import { StartError } from '../startup/start-error'
import { checkTags, checkUser } from './user'

describe('a user', () => {
  it('is an id, or nobody', () => {
    expect(checkUser({ id: 'u-4711' })).toEqual({ id: 'u-4711' })
    expect(checkUser({ id: 'ü 1', name: 'is dropped' })).toEqual({ id: 'ü 1' })
    expect(checkUser(null)).toBe(null)
  })

  it.each([undefined, 'u-1', 4711, {}, { id: '' }, { id: 7 }, { id: 'a\nb' }, { id: 'x'.repeat(191) }, []])(
    'is not %j, and the error has nothing of it',
    (user) => {
      expect(() => checkUser(user)).toThrow(StartError)
      expect(() => checkUser(user)).toThrow(/^setUser is \w+; accepted: null, or \{ id \}/)
    },
  )
})

describe("the app's tags", () => {
  it('are texts by name', () => {
    expect(checkTags({})).toEqual({})
    expect(checkTags({ plan: 'free', 'shop.id': '17' })).toEqual({ plan: 'free', 'shop.id': '17' })
  })

  it.each([
    undefined,
    null,
    'plan:free',
    { plan: 1 },
    { plan: '' },
    { Plan: 'free' },
    { '1st': 'x' },
    { 'a:b': 'x' },
    { plan: 'a\u0007' },
    Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`tag${n}`, 'x'])),
  ])('are not %j', (tags) => {
    expect(() => checkTags(tags)).toThrow(/^setTags is .*; accepted: an object of at most 20 texts/)
  })

  it.each(['service', 'env', 'version', 'host', 'runtime-id', 'usr.id', 'studio.process', 'error.type'])(
    'leave %s to those whose it is',
    (name) => {
      expect(() => checkTags({ [name]: 'x' })).toThrow(`setTags is a tag ${name}; accepted: names that`)
    },
  )
})
