import { describe, expect, it } from 'vitest'
import { type MembershipOptions, type ProcessRow, TreeMembership } from './process-tree'

const row = (pid: number, ppid: number, startTime = pid, rssBytes = pid): ProcessRow => ({
  pid,
  ppid,
  name: `p${pid}`,
  rssBytes,
  startTime,
})
const membership = (options?: MembershipOptions) => {
  const tree = new TreeMembership(10, options)
  return (...rows: ProcessRow[]) => tree.update(rows).processes.map(({ pid }) => pid)
}
const INIT = row(1, 0)
const APP = row(5, 1)
const ROOT = row(10, 5)

describe('TreeMembership', () => {
  it('knows children and their children in any order, the root first', () => {
    const update = membership()
    expect(update(row(13, 12), row(12, 11), row(11, 10), INIT, APP, ROOT, row(14, 5))).toEqual([
      10, 11, 12, 13,
    ])
  })

  it('sums resident memory', () => {
    expect(new TreeMembership(10).update([ROOT, row(11, 10), row(14, 5)]).rssBytes).toBe(21)
  })

  it('keeps who has left the tree, with what it starts', () => {
    const update = membership()
    update(INIT, ROOT, row(11, 10), row(12, 11))
    expect(update(INIT, ROOT, row(12, 1))).toEqual([10, 12])
    expect(update(INIT, row(12, 1), row(13, 12))).toEqual([12, 13])
  })

  it('does not take another process for one that had its pid', () => {
    const update = membership()
    update(ROOT, row(11, 10))
    expect(update(ROOT, row(11, 1, 99))).toEqual([10])
  })

  it('takes nobody for the root that has gone', () => {
    const update = membership()
    update(ROOT, row(11, 10))
    expect(update(row(10, 1, 99), row(11, 1), row(12, 10, 100))).toEqual([11])
    expect(update(row(10, 1, 99))).toEqual([])
  })

  it('does not take an older process for a child of one that has got its late parent’s pid', () => {
    expect(membership()(ROOT, row(12, 10, 3))).toEqual([10])
  })

  it('is empty while there is no root', () => {
    const update = membership({ claims: () => true })
    expect(update(INIT, row(12, 10))).toEqual([])
    expect(update(INIT, ROOT, row(12, 1))).toEqual([10, 12])
  })

  it('takes in who is claimed, but nobody who is older than the root', () => {
    const update = membership({ claims: ({ pid }) => pid !== 30 })
    expect(update(INIT, APP, ROOT, row(20, 1), row(21, 20), row(30, 1), row(31, 30))).toEqual([
      10, 20, 21, 31,
    ])
  })

  it('takes start times that differ by less than the tolerance for the same', () => {
    const update = membership({ startTolerance: 2 })
    update(ROOT, row(11, 10, 100))
    expect(update(row(10, 5, 9), row(11, 1, 102))).toEqual([10, 11])
    expect(update(row(10, 5, 13), row(11, 1, 103))).toEqual([])
  })
})
