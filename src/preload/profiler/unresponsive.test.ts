import { expect, it } from 'vitest'
import { HEARTBEAT_INTERVAL_MS, UNRESPONSIVE_AFTER_MS } from '../../common/protocol/heartbeat'
import { RECORD_AFTER_MS, Silence, type SilenceStep, WRITE_AFTER_MS } from './unresponsive'

/**
 * Checks once a second; `beats` is the counter at each.
 * @returns the steps due, by second
 */
function follow(beats: readonly number[], everyMs = 1_000): [number, SilenceStep][] {
  const silence = new Silence()
  return beats
    .map((beat, i): [number, SilenceStep] => [i, silence.look(beat, 10_000 + i * everyMs)])
    .filter(([, step]) => step !== 'none')
}

const still = (seconds: number, beat = 1) => Array<number>(seconds).fill(beat)

it('is quiet while the heart beats', () => {
  expect(follow(Array.from({ length: 100 }, (_, i) => i))).toEqual([])
})

it('records and ends once for each silence, and is to be written at each look from a time on', () => {
  const recordAt = RECORD_AFTER_MS / 1_000
  const writeAt = WRITE_AFTER_MS / 1_000
  const written = Array.from({ length: 30 - writeAt }, (_, i) => [writeAt + i, 'write'])
  expect(follow([...still(30), 2, 3])).toEqual([[recordAt, 'record'], ...written, [30, 'over']])
})

it('has all written down before main can take the silence for one, whenever the last heartbeat was', () => {
  for (const lateBy of [0, 500, 999]) {
    const silence = new Silence()
    // The last beat, at 0 s, is seen late, and no other after it.
    const looks = Array.from({ length: 20 }, (_, second) => lateBy + second * 1_000)
    const written = looks.find((now) => silence.look(1, now) === 'write')
    const heardLast = -HEARTBEAT_INTERVAL_MS
    const verdict = heardLast + UNRESPONSIVE_AFTER_MS
    expect(written).toBeLessThanOrEqual(verdict - 3_000)
  }
})

it('ends a recording of a silence that was too short to be written', () => {
  expect(follow([...still(4), 2, 3])).toEqual([
    [3, 'record'],
    [4, 'over'],
  ])
})

it('does not mind a beat that is a little late', () => {
  expect(follow([1, 1, 1, 2, 2, 2, 3, 3, 3])).toEqual([])
})

it('begins anew with the second silence', () => {
  expect(follow([...still(4), ...still(4, 2)]).map(([, step]) => step)).toEqual(['record', 'over', 'record'])
})

it('takes a computer that slept for one that slept', () => {
  expect(follow(still(4), 60_000)).toEqual([])
  const silence = new Silence()
  expect([1_000, 2_000, 3_600_000, 3_601_000].map((now) => silence.look(1, now))).toEqual(
    still(4).map(() => 'none'),
  )
})
