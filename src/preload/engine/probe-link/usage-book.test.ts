import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { parseProbeMessage } from './messages'
import { UsageBook } from './usage-book'

function book(...messages: readonly object[]) {
  const usage = new UsageBook()
  for (const each of messages) {
    const message = parseProbeMessage(JSON.stringify({ at: 1, ...each }))
    if (!message) throw new Error(`no message of the probe's: ${JSON.stringify(each)}`)
    usage.hear(message)
  }
  return usage
}

const HELLO = { type: 'hello', protocol: 1, token: 't', pid: 42, again: false }
const GPU = { allocated: 1, reserved: 2, peak: 3 }
const node = (id: string, pack: string | null) => ({ type: 'node', job: 1, id, class: 'Any', pack })
const nodeEnd = (id: string, growth: number | null, peak: number | null, more: object = {}) => ({
  type: 'node-end',
  job: 1,
  id,
  state: 'done',
  growth,
  peak,
  top: [],
  gpu: null,
  ...more,
})
const ended = (growth: number, peak: number, gpu: object | null = null) => ({
  type: 'ended',
  job: 1,
  id: 'a',
  state: 'done',
  growth,
  peak,
  top: [],
  gpu,
})

describe('what jobs and nodes took', () => {
  it('is the largest of each pack and of the jobs, and is told once', () => {
    const usage = book(
      HELLO,
      node('1', 'x'),
      nodeEnd('1', 5, 50),
      node('2', null),
      nodeEnd('2', -7, 40),
      node('3', 'x'),
      nodeEnd('3', 9, 45),
      ended(7, 60),
      ended(3, 70, GPU),
    )
    expect(usage.take()).toEqual({
      jobs: { peakBytes: 70, growthBytes: 7 },
      nodes: [
        { pack: 'x', peakBytes: 50, growthBytes: 9 },
        { pack: null, peakBytes: 40, growthBytes: -7 },
      ],
      gpu: { allocatedBytes: 1, reservedBytes: 2, peakBytes: 3 },
    })
    expect(usage.take()).toBeNull()
  })

  it('is of a job that dies what it had taken by then', () => {
    const usage = book(HELLO, { ...ended(8, 80), type: 'growth', resident: 80 })
    expect(usage.take()?.jobs).toEqual({ peakBytes: 80, growthBytes: 8 })
  })

  it('is nothing of a node that was cached, or whose beginning nobody heard', () => {
    expect(
      book(HELLO, node('1', 'x'), nodeEnd('1', 0, 50, { cached: true }), nodeEnd('9', 1, 1)).take(),
    ).toBeNull()
  })

  it('has the GPU also while nothing runs', () => {
    expect(book(HELLO, { type: 'beat', gpu: GPU }, { type: 'beat', gpu: null }).take()).toEqual({
      jobs: null,
      nodes: [],
      gpu: { allocatedBytes: 1, reservedBytes: 2, peakBytes: 3 },
    })
    expect(book(HELLO, { type: 'beat', gpu: null }).take()).toBeNull()
  })

  it('is null where no memory could be read', () => {
    expect(book(HELLO, node('1', 'x'), nodeEnd('1', null, null)).take()?.nodes).toEqual([
      { pack: 'x', peakBytes: null, growthBytes: null },
    ])
  })

  it('is the maximum, whatever was taken in which order', () => {
    const took = fc.record({ growth: fc.integer(), peak: fc.nat() })
    fc.assert(
      fc.property(fc.array(took, { minLength: 1 }), (all) => {
        const usage = book(HELLO, ...all.map(({ growth, peak }) => ended(growth, peak))).take()
        expect(usage?.jobs).toEqual({
          growthBytes: Math.max(...all.map(({ growth }) => growth)),
          peakBytes: Math.max(...all.map(({ peak }) => peak)),
        })
      }),
    )
  })
})
