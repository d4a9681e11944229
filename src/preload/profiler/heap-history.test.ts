import { expect, it } from 'vitest'
import { HeapHistory } from './heap-history'

const sample = (at: number, usedBytes = at) => ({ at, usedBytes, limitBytes: 1_000_000 })

it('keeps looks 100 ms apart at least, and the present one in any case', () => {
  const course = new HeapHistory()
  for (const at of [0, 50, 99, 100, 150, 210]) course.add(sample(at))
  expect(course.with(sample(215)).map(({ at }) => at)).toEqual([0, 100, 210, 215])
})

it('names the present look once', () => {
  const course = new HeapHistory()
  const now = sample(100)
  course.add(sample(0))
  course.add(now)
  expect(course.with(now)).toEqual([sample(0), now])
})

it('is bounded, and keeps the newest', () => {
  const course = new HeapHistory()
  for (let i = 0; i < 10_000; i++) course.add(sample(i * 250))
  const kept = course.with(sample(9_999 * 250))
  expect(kept.length).toBeLessThanOrEqual(241)
  expect(kept.at(-1)?.at).toBe(9_999 * 250)
  expect(kept[0]?.at).toBeGreaterThan(9_700 * 250)
})

it('knows a look old enough to tell the speed by', () => {
  const course = new HeapHistory()
  expect(course.before(sample(0))).toBeNull()
  course.add(sample(0))
  course.add(sample(100))
  expect(course.before(sample(119))?.at).toBe(0)
  expect(course.before(sample(120))?.at).toBe(100)
})

it('tells the speed of what was looked at again and again', () => {
  const course = new HeapHistory()
  for (let at = 0; at <= 200; at++) course.add(sample(at))
  expect(course.before(sample(201))?.at).toBe(100)
})

it('hands out a copy', () => {
  const course = new HeapHistory()
  course.add(sample(0))
  course.with(sample(0)).push(sample(999))
  expect(course.with(sample(500)).map(({ at }) => at)).toEqual([0, 500])
})
