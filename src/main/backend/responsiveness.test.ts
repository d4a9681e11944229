import { describe, expect, it } from 'vitest'
import { Responsiveness } from './responsiveness'

/** Checks once a second from `from` to `to`, in seconds; returns the changes. */
function checks(watch: Responsiveness, from: number, to: number): string[] {
  const changes: string[] = []
  for (let second = from; second <= to; second++) {
    const change = watch.check(second * 1_000)
    if (change) changes.push(`${change} at ${second}`)
  }
  return changes
}

describe('Responsiveness', () => {
  it('gives a start 20 seconds of grace', () => {
    expect(checks(new Responsiveness(0), 1, 40)).toEqual(['unresponsive at 20'])
  })

  it('keeps the grace when the first heartbeat comes early and the entry then blocks', () => {
    const watch = new Responsiveness(0)
    watch.beat(500)
    expect(checks(watch, 1, 40)).toEqual(['unresponsive at 20'])
  })

  it('tells of three missing heartbeats, once', () => {
    const watch = new Responsiveness(0)
    expect(checks(watch, 1, 60).length).toBe(1)
    expect(watch.beat(60_000)).toBe('responsive-again')
    expect(checks(watch, 61, 120)).toEqual(['unresponsive at 75'])
  })

  it('stays silent while heartbeats come', () => {
    const watch = new Responsiveness(0)
    const changes: unknown[] = []
    for (let second = 1; second < 600; second++) {
      if (second % 5 === 0) changes.push(watch.beat(second * 1_000))
      changes.push(watch.check(second * 1_000))
    }
    expect(changes.filter(Boolean)).toEqual([])
  })

  it('takes a computer that slept for one that slept', () => {
    const watch = new Responsiveness(0)
    watch.beat(25_000)
    expect(checks(watch, 26, 30)).toEqual([])
    // Eight hours later, on a clock that kept running.
    expect(checks(watch, 28_830, 28_840)).toEqual([])
    expect(checks(watch, 28_841, 28_850)).toEqual(['unresponsive at 28845'])
  })

  it('counts from the end of a sleep that the system tells of', () => {
    const watch = new Responsiveness(0)
    expect(checks(watch, 1, 19)).toEqual([])
    watch.resume(19_500)
    expect(checks(watch, 20, 40)).toEqual(['unresponsive at 35'])
  })

  it('says how long it has been silent', () => {
    const watch = new Responsiveness(0)
    watch.beat(30_000)
    expect(watch.unresponsiveMs(47_000)).toBe(17_000)
  })
})
