import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { HeapSampler } from './heap-sampler'
import type { InspectorSession } from './inspector-session'

const PROFILE = { head: { callFrame: {}, selfSize: 0, id: 1, children: [] }, samples: [] }

/** An inspector that samples until it is stopped; each response takes `ms[method]` of its clock. */
function inspector(ms: Record<string, number> = {}) {
  const posted: string[] = []
  const state = { sampling: false, broken: false, now: 0 }
  let last: Promise<unknown> = Promise.resolve()
  const answer = (method: string) => {
    state.now += ms[method] ?? 0
    if (state.broken) throw new Error(`${method}: closed`)
    if (method === 'HeapProfiler.startSampling') state.sampling = true
    if (method === 'Runtime.getHeapUsage') return { usedSize: 12_345 }
    if (method !== 'HeapProfiler.getSamplingProfile') return {}
    if (!state.sampling) throw new Error('V8 sampling heap profiler was not started.')
    return { profile: PROFILE }
  }
  const fake: Pick<InspectorSession, 'post'> = {
    post: (method: string) => {
      posted.push(method)
      const result = last.then(() => nextTurn()).then(() => answer(method))
      last = result.catch(() => {})
      return result as Promise<never>
    },
  }
  return { session: fake as InspectorSession, posted, state, now: () => state.now }
}

it('samples from its start, every 512 KiB', async () => {
  const { session, posted, now } = inspector()
  const sampler = await HeapSampler.start(session, now)
  expect(posted).toEqual(['HeapProfiler.enable', 'HeapProfiler.startSampling'])
  expect((await sampler.profile()).profile).toBe(PROFILE)
  expect(await sampler.usedBytes()).toBe(12_345)
})

it('counts as the pause what the collection takes, not how long the main thread was away before', async () => {
  const { session, now } = inspector({ 'Runtime.getHeapUsage': 5_000, 'HeapProfiler.getSamplingProfile': 30 })
  const sampler = await HeapSampler.start(session, now)
  expect((await sampler.profile()).pauseMs).toBe(30)
})

it('samples again when the backend has stopped the sampling', async () => {
  const { session, posted, state, now } = inspector()
  const sampler = await HeapSampler.start(session, now)
  state.sampling = false
  expect((await sampler.profile()).profile).toBe(PROFILE)
  expect(posted.filter((method) => method === 'HeapProfiler.startSampling')).toHaveLength(2)
})

it('passes on what the inspector says where that does not help', async () => {
  const { session, state, now } = inspector()
  const sampler = await HeapSampler.start(session, now)
  state.broken = true
  await expect(sampler.profile()).rejects.toThrow('HeapProfiler.startSampling: closed')
  await expect(sampler.usedBytes()).rejects.toThrow('closed')
})
