import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { TreePeak } from './tree-peak'

const MIB = 2 ** 20
const series = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 60 })

function peakOf(mib: readonly number[]): number | null {
  const peak = new TreePeak()
  for (const each of mib) peak.add({ allBytes: each * MIB, otherBytes: each * MIB })
  return peak.all === null ? null : peak.all / MIB
}

describe('the peak of a tree', () => {
  it('is the rise above the low before it, whatever was held at the start', () => {
    expect(peakOf([900, 300, 800])).toBe(500)
    expect(peakOf([300, 800, 100])).toBe(500)
    expect(peakOf([900, 500])).toBe(0)
    expect(peakOf([900])).toBeNull()
  })

  it('is the most by which any reading is above one before', () => {
    fc.assert(
      fc.property(series, (mib) => {
        const rises = mib.flatMap((one, n) => mib.slice(n + 1).map((other) => other - one))
        expect(peakOf(mib)).toBe(mib.length < 2 ? null : Math.max(0, ...rises))
      }),
    )
  })

  it('does not change with what others hold all the while', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 9_000 }), (mib, more) => {
        expect(peakOf(mib.map((each) => each + more))).toBe(peakOf(mib))
      }),
    )
  })
})
