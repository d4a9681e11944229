import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { LeavingJobs } from './leaving-jobs'
import { type ProbeMessage, parseProbeMessage } from './messages'

const MIB = 2 ** 20

const PLACE = {
  bytes: 10 * MIB,
  node: { id: '2', class: 'Grow', pack: 'test_pack' },
  function: 'fill',
  file: '/studio/custom_nodes/test_pack/nodes.py',
  line: 57,
}

function message(of: object): ProbeMessage {
  const parsed = parseProbeMessage(JSON.stringify({ at: 1, ...of }))
  if (!parsed) throw new Error(`no message of the probe's: ${JSON.stringify(of)}`)
  return parsed
}

/** Jobs that leave these resident sets, in MiB, one after the other; returns what was told. */
function told(
  leftMib: readonly number[],
  { collected = true, top = [PLACE] as readonly object[] } = {},
): string[] {
  const jobs = new LeavingJobs()
  return leftMib.flatMap((mib, job) => {
    const ended = { type: 'ended', job, id: 'x', state: 'done', growth: 0, peak: 0, top }
    const left = { type: 'left', job, id: 'x', resident: mib * MIB, gpu: null, collected }
    return [ended, left].flatMap((each) => jobs.hear(message(each)) ?? [])
  })
}

describe('jobs that leave more and more', () => {
  it('are told once, with the node, its pack and the place, when five in a row have done so', () => {
    const growing = Array.from({ length: 30 }, (_, job) => 500 + 10 * job)
    expect(told(growing.slice(0, 5))).toEqual([])
    expect(told(growing)).toEqual([
      'each of 5 jobs in a row left more memory than the one before, 50 MiB together; what they took came most from Grow (node 2) of pack test_pack, in fill (/studio/custom_nodes/test_pack/nodes.py:57): it may keep what it should free',
    ])
    expect(told(growing.slice(0, 6))).toHaveLength(1)
  })

  it('are told without a place where none was seen', () => {
    const growing = Array.from({ length: 6 }, (_, job) => 500 + 10 * job)
    expect(told(growing, { top: [] })).toEqual([
      'each of 5 jobs in a row left more memory than the one before, 50 MiB together',
    ])
  })

  it('are not told of what waits to be collected', () => {
    expect(
      told(
        Array.from({ length: 30 }, (_, job) => 500 + 10 * job),
        { collected: false },
      ),
    ).toEqual([])
  })

  it('are told again of another engine', () => {
    const jobs = new LeavingJobs()
    const left = (job: number) =>
      message({ type: 'left', job, id: 'x', resident: job * 10 * MIB, gpu: null, collected: true })
    const all = Array.from({ length: 12 }, (_, job) => left(job + 1))
    const hello = message({ type: 'hello', protocol: 1, token: 't', pid: 2, again: true })
    expect([...all, hello, ...all].flatMap((each) => jobs.hear(each) ?? [])).toHaveLength(2)
  })

  it('are told exactly where five steps in a row are steps up', () => {
    const steps = fc.array(fc.constantFrom(-20, -1, 0, 1, 3, 4, 7, 50), { maxLength: 40 })
    fc.assert(
      fc.property(steps, (ups) => {
        const sets = [1_000]
        for (const up of ups) sets.push((sets.at(-1) ?? 0) + up)
        const isUp = ups.map((up) => (up >= 4 ? 'u' : '-')).join('')
        expect(told(sets)).toHaveLength(isUp.includes('uuuuu') ? 1 : 0)
      }),
    )
  })
})
