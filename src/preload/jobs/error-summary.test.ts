import { describe, expect, it } from 'vitest'
import { MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH } from '../../common/protocol/messages'
import { summariseError, tracedError } from './error-summary'

const throwing = (field: string) =>
  Object.defineProperty(new Error('x'), field, {
    get() {
      throw new Error('hostile')
    },
  })
const UNREADABLE = { name: 'Error', message: 'an error that cannot be read' }

describe('a summary', () => {
  it.each<[what: string, thrown: unknown, name: string, message: string]>([
    ['an error', new RangeError('too large'), 'RangeError', 'too large'],
    ['an error of its own class', new (class Lost extends TypeError {})('gone'), 'TypeError', 'gone'],
    ['an error with a name of its own', Object.assign(new Error('gone'), { name: 'Lost' }), 'Lost', 'gone'],
    ['an error without a message', new Error(), 'Error', ''],
    [
      'several failed connections',
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
      'AggregateError',
      'ECONNREFUSED',
    ],
    ['odd fields', Object.assign(new Error(), { name: null, message: 7 }), 'null', '7'],
    ['a text', 'boom', 'string', 'boom'],
    ['a number', 7, 'number', '7'],
    ['nothing', undefined, 'undefined', 'undefined'],
    ['null', null, 'object', 'null'],
    ['a symbol', Symbol('s'), 'symbol', 'Symbol(s)'],
    ['bytes', Buffer.from('not looked at'), 'object', '[object Uint8Array]'],
    ['a list', ['not looked at'], 'object', '[object Array]'],
    [
      'a message of bytes',
      Object.assign(new Error(), { message: Buffer.from('x') }),
      'Error',
      '[object Uint8Array]',
    ],
    ['an object', { message: 'not looked at' }, 'object', '[object Object]'],
  ])('is made of %s', (_what, thrown, name, message) => {
    expect(summariseError(thrown)).toEqual({ name, message })
  })

  it('is cut to what a record keeps', () => {
    const long = 'x'.repeat(100_000)
    const summary = summariseError(Object.assign(new Error(long), { name: long }))
    expect(summary.name).toHaveLength(MAX_NAME_LENGTH)
    expect(summary.message).toHaveLength(MAX_MESSAGE_LENGTH)
  })

  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  it.each([
    ['a name that throws', throwing('name')],
    ['a message that throws', throwing('message')],
    ['no prototype', Object.create(null)],
    ['a revoked proxy', revoked.proxy],
    ['a name that is no text', Object.assign(new Error(), { name: Object.create(null) })],
  ])('never throws: %s', (_what, thrown) => {
    expect(summariseError(thrown)).toEqual(UNREADABLE)
  })
})

describe('an error for the tracer', () => {
  it('has the stack of the one that was thrown', () => {
    const thrown = new RangeError('too large')
    expect(tracedError(thrown)).toMatchObject({ name: 'RangeError', message: 'too large' })
    expect(tracedError(thrown).stack).toBe(thrown.stack)
  })

  it.each([undefined, 0, '', null])('is one for %j too, without a stack', (thrown) => {
    const error = tracedError(thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ message: String(thrown), stack: undefined })
  })

  it.each(['name', 'message', 'stack'])('can be read although reading the %s throws', (field) => {
    const { name, message, stack } = tracedError(throwing(field))
    expect([typeof name, typeof message]).toEqual(['string', 'string'])
    if (field === 'stack') expect(stack).toBeUndefined()
  })
})
