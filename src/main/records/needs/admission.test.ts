import { beforeEach, describe, expect, it } from 'vitest'
import { Admission, type Decision, type Room, type Turn, WAITS_MOST_MS } from './admission'

const MIB = 2 ** 20

let clock: number
let admission: Admission

beforeEach(() => {
  clock = 1_000
  admission = new Admission(() => clock)
})

/** Below a limit of 1,000 MiB, of which an engine that has just begun takes 300. */
function below(boundBy: Room['boundBy'], freeMib: number, emptyMib = 700): Room {
  return { boundBy, freeBytes: freeMib * MIB, emptyBytes: emptyMib * MIB }
}

function turnOf(change: Partial<Turn> = {}): Turn {
  return {
    neededBytes: 400 * MIB,
    neededAfreshBytes: 400 * MIB,
    leftBytes: 0,
    rooms: [below('limit', 700)],
    isFreed: false,
    isBusy: false,
    canReplace: true,
    ...change,
  }
}

const decide = (change: Partial<Turn> = {}, key = 1): Decision => admission.decide(key, turnOf(change))

describe('a job whose turn it is', () => {
  it('begins where nothing is known of it, no end of the memory is known, or it fits', () => {
    const fits = { verdict: 'run', reason: 'fits' }
    expect(admission.decide(1, null)).toEqual(fits)
    expect(decide({ rooms: [] })).toEqual(fits)
    expect(decide()).toEqual(fits)
  })

  it('begins where it would not fit into an empty machine, whatever could be done', () => {
    const huge = { neededBytes: 900 * MIB, neededAfreshBytes: 900 * MIB, leftBytes: 500 * MIB }
    expect(decide({ ...huge, rooms: [below('limit', 200)] })).toEqual({ verdict: 'run', reason: 'too-large' })
    // One end of several is enough.
    expect(decide({ ...huge, rooms: [below('limit', 2_000, 9_000), below('machine', 200)] })).toEqual({
      verdict: 'run',
      reason: 'too-large',
    })
  })

  it('has the engine free first what earlier jobs left, once', () => {
    const turn = { leftBytes: 500 * MIB, rooms: [below('limit', 200)] }
    expect(decide(turn)).toEqual({ verdict: 'free', reason: 'frees' })
    expect(decide({ ...turn, isFreed: true }).verdict).not.toBe('free')
    expect(decide({ leftBytes: 0, isFreed: true, rooms: [below('limit', 700)] }).verdict).toBe('run')
  })

  it('has the engine replaced where its leftovers are in the way, at most once', () => {
    const turn = { leftBytes: 500 * MIB, rooms: [below('limit', 200)], isFreed: true }
    expect(decide(turn)).toEqual({ verdict: 'leave', reason: 'leftovers' })
    admission.replaced(1)
    expect(decide(turn)).toEqual({ verdict: 'run', reason: 'in-vain' })
    // Another job may have one of its own.
    expect(decide(turn, 2).verdict).toBe('leave')
    admission.replaced(2)
    admission.backendEnded(new Set([2]))
    expect(decide(turn, 2)).toEqual({ verdict: 'run', reason: 'in-vain' })
  })

  it('has it replaced all the same where something was brought to it just before it was to end, within 2 minutes', () => {
    const turn = { leftBytes: 500 * MIB, rooms: [below('limit', 200)], isFreed: true }
    expect(decide(turn).verdict).toBe('leave')
    expect(decide({ ...turn, isBusy: true })).toEqual({ verdict: 'wait', reason: 'busy' })
    expect(decide(turn)).toEqual({ verdict: 'leave', reason: 'leftovers' })
    clock += WAITS_MOST_MS
    expect(decide(turn)).toEqual({ verdict: 'run', reason: 'in-vain' })
  })

  it('has none replaced that cannot be without a loss, or while something is brought to it', () => {
    const turn = { leftBytes: 500 * MIB, rooms: [below('limit', 200)], isFreed: true }
    expect(decide({ ...turn, canReplace: false })).toEqual({ verdict: 'run', reason: 'in-vain' })
    expect(decide({ ...turn, isBusy: true }, 2)).toEqual({ verdict: 'wait', reason: 'busy' })
    expect(decide(turn, 2)).toEqual({ verdict: 'leave', reason: 'leftovers' })
  })

  it('has none replaced for what it needs as the first job of an engine alone', () => {
    // Its models would have to be loaded again.
    const turn = { leftBytes: 150 * MIB, rooms: [below('limit', 350, 900)], isFreed: true }
    expect(decide({ ...turn, neededAfreshBytes: 600 * MIB })).toEqual({ verdict: 'run', reason: 'in-vain' })
  })

  it('waits for memory that another program holds, for 2 minutes, and begins then', () => {
    const turn = { rooms: [below('limit', 700), below('machine', 100, 9_000)] }
    expect(decide(turn)).toEqual({ verdict: 'wait', reason: 'others' })
    clock += WAITS_MOST_MS - 1
    expect(decide(turn).verdict).toBe('wait')
    clock += 1
    expect(decide(turn)).toEqual({ verdict: 'run', reason: 'in-vain' })
  })

  it('waits for nobody where the limit alone is in the way: only its own processes take from that', () => {
    expect(decide({ rooms: [below('limit', 100)] })).toEqual({ verdict: 'run', reason: 'in-vain' })
    expect(decide({ rooms: [below('limit', 100), below('cgroup', 100, 9_000)] }).verdict).toBe('run')
  })
})

describe('whatever is told', () => {
  /** Mulberry32, public domain. */
  function chance(seed: number): () => number {
    let state = seed
    return () => {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    }
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'no job is held for ever, or has two engines replaced (seed %i)',
    (seed) => {
      const next = chance(seed)
      const mib = () => Math.floor(next() * 2_000) * MIB
      for (let key = 0; key < 400; key += 1) {
        const began = clock
        let replaced = 0
        let isFreed = false
        for (let asked = 0; ; asked += 1) {
          expect(asked).toBeLessThan(1_000)
          const needed = mib()
          const decision = admission.decide(key, {
            neededBytes: needed,
            neededAfreshBytes: next() < 0.5 ? needed : mib(),
            leftBytes: next() < 0.3 ? 0 : mib(),
            rooms: (['limit', 'machine', 'cgroup'] as const)
              .filter(() => next() < 0.6)
              .map((boundBy) => ({ boundBy, freeBytes: mib() - 500 * MIB, emptyBytes: 1_500 * MIB + mib() })),
            isFreed,
            isBusy: next() < 0.3,
            canReplace: next() < 0.8,
          })
          if (decision.verdict === 'run') break
          if (decision.verdict === 'free') {
            expect(isFreed).toBe(false)
            isFreed = true
          }
          if (decision.verdict === 'leave' && next() < 0.7) {
            replaced += 1
            admission.replaced(key)
          }
          clock += 500
        }
        expect(replaced).toBeLessThanOrEqual(1)
        expect(clock - began).toBeLessThanOrEqual(WAITS_MOST_MS + 3 * 500)
        admission.forget(key)
      }
    },
  )
})
