import { describe, expect, it } from 'vitest'
import { decideSpare, OLD_MS, QUIET_MS, ROOM_BYTES, SHORT_BYTES, type SpareFacts } from './spare-policy'

const NOW = 10_000_000
const MINUTE = 60_000

const facts = (over: Partial<SpareFacts> = {}): SpareFacts => ({
  state: 'running',
  hopeless: null,
  spare: null,
  freeBytes: 4 * 2 ** 30,
  now: NOW,
  runningSince: NOW - 10 * MINUTE,
  busyAt: 0,
  notBefore: 0,
  ...over,
})
const waiting = (over: Partial<NonNullable<SpareFacts['spare']>> = {}) => ({
  madeAt: NOW - MINUTE,
  isCurrent: true,
  ...over,
})

describe('without a spare', () => {
  it('one is made once the backend has been quiet for long enough', () => {
    expect(decideSpare(facts({ runningSince: NOW - QUIET_MS, busyAt: NOW - QUIET_MS }))).toEqual({
      to: 'make',
    })
    expect(decideSpare(facts({ runningSince: NOW - QUIET_MS + 1 })).to).toBe('wait')
    expect(decideSpare(facts({ runningSince: NOW - 30_000, busyAt: NOW - QUIET_MS + 1 }))).toEqual({
      to: 'wait',
      why: 'the backend is not quiet yet',
    })
  })

  it('a backend that is never quiet gets one all the same, later', () => {
    expect(decideSpare(facts({ runningSince: NOW - MINUTE, busyAt: NOW })).to).toBe('make')
  })

  it.each(['idle', 'starting', 'backing-off', 'gave-up', 'stopping', 'stopped'] as const)(
    'none is made while the backend is %s',
    (state) => expect(decideSpare(facts({ state })).to).toBe('wait'),
  )

  it('none is made while memory is short, after one that died, or where nothing can be started', () => {
    expect(decideSpare(facts({ freeBytes: ROOM_BYTES - 1 }))).toEqual({ to: 'wait', why: 'memory is short' })
    expect(decideSpare(facts({ freeBytes: ROOM_BYTES })).to).toBe('make')
    expect(decideSpare(facts({ freeBytes: null })).to).toBe('make')
    expect(decideSpare(facts({ notBefore: NOW + 1 }))).toEqual({ to: 'wait', why: 'the last one died' })
    expect(decideSpare(facts({ hopeless: 'updated' }))).toEqual({ to: 'wait', why: 'updated' })
  })
})

describe('a spare', () => {
  it.each(['running', 'backing-off', 'starting', 'stopping'] as const)(
    'waits on while the backend is %s: a start may follow',
    (state) => expect(decideSpare(facts({ state, spare: waiting() }))).toEqual({ to: 'keep' }),
  )

  it.each(['gave-up', 'stopped'] as const)('is ended when the backend is %s', (state) => {
    expect(decideSpare(facts({ state, spare: waiting() })).to).toBe('end')
  })

  it.each<[string, Partial<SpareFacts>]>([
    ['what it was made from has changed', { spare: waiting({ isCurrent: false }) }],
    ['it is old', { spare: waiting({ madeAt: NOW - OLD_MS - 1 }) }],
    ['memory is short', { spare: waiting(), freeBytes: SHORT_BYTES - 1 }],
    ['nothing can be started', { spare: waiting(), hopeless: 'updated' }],
  ])('is ended when %s', (_why, over) => {
    expect(decideSpare(facts(over)).to).toBe('end')
  })

  it('stays between the memory that ends it and that which makes one: neither by turns', () => {
    expect(decideSpare(facts({ spare: waiting(), freeBytes: SHORT_BYTES })).to).toBe('keep')
    expect(decideSpare(facts({ freeBytes: SHORT_BYTES })).to).toBe('wait')
  })
})
