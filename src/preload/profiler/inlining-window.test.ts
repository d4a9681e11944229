import type { HeapProfiler } from 'node:inspector'
import { expect, it } from 'vitest'
import type { HeapProfile } from './heap-sampler'
import { InliningWindow } from './inlining-window'

const MB = 2 ** 20

/** A loop that retains some bytes itself, or through a function that may be inlined into it. */
function profile(loop: number, keep: number): HeapProfile['profile'] {
  const node = (
    functionName: string,
    selfSize: number,
    ...children: HeapProfiler.SamplingHeapProfileNode[]
  ) => ({
    callFrame: { functionName, scriptId: '1', url: '', lineNumber: 0, columnNumber: 0 },
    selfSize,
    children,
  })
  return { head: node('(root)', 0, node('loop', loop, node('keep', keep))) }
}

const kept = ({ head }: HeapProfile['profile']) => head.children[0]?.children[0]?.selfSize

async function opened() {
  const state = { inlines: true, now: 0, next: profile(0, 0) }
  const heap = {
    endInlining: async () => {
      state.inlines = false
    },
    allowInlining: async () => {
      state.inlines = true
    },
    profile: async () => ({ profile: state.next, pauseMs: 0 }),
  }
  const window = new InliningWindow(heap, () => state.now)
  const open = (before: HeapProfile['profile']) => window.open(Promise.resolve(before))
  await open(profile(80 * MB, 0))
  return { state, window, open }
}

it('corrects what comes after it was opened', async () => {
  const { state, window } = await opened()
  expect(state.inlines).toBe(false)
  expect(kept(window.correct(profile(80 * MB, 20 * MB)))).toBe(100 * MB)
})

it('stays open for a minute, and what it has shown goes for later', async () => {
  const { state, window } = await opened()
  state.next = profile(80 * MB, 20 * MB)
  state.now = 59_999
  await window.look()
  expect(state.inlines).toBe(false)
  state.now = 60_000
  await window.look()
  expect(state.inlines).toBe(true)
  expect(kept(window.correct(profile(180 * MB, 20 * MB)))).toBe(200 * MB)
})

it('does not stop the main thread for what a profile has shown meanwhile', async () => {
  const { state, window } = await opened()
  window.correct(profile(80 * MB, 20 * MB))
  state.next = profile(80 * MB, 0)
  state.now = 60_000
  await window.look()
  expect(kept(window.correct(profile(180 * MB, 20 * MB)))).toBe(200 * MB)
})

it('opens once for each time that a heap is nearly full', async () => {
  const { state, window, open } = await opened()
  await window.reset()
  expect(state.inlines).toBe(true)
  expect(kept(window.correct(profile(80 * MB, 20 * MB)))).toBe(20 * MB)
  await open(profile(80 * MB, 0))
  await open(profile(80 * MB, 19 * MB))
  expect(kept(window.correct(profile(80 * MB, 20 * MB)))).toBe(100 * MB)
})

it('ends inlining right behind the profile, before that is there', () => {
  const calls: string[] = []
  const heap = {
    endInlining: async () => void calls.push('end inlining'),
    allowInlining: async () => {},
    profile: async () => ({ profile: profile(0, 0), pauseMs: 0 }),
  }
  void new InliningWindow(heap, () => 0).open(new Promise(() => {}))
  expect(calls).toEqual(['end inlining'])
})

it('that was closed before it was quite open stays closed', async () => {
  const { state, window, open } = await opened()
  await window.reset()
  const opening = open(profile(80 * MB, 0))
  await window.reset()
  await opening
  expect(state.inlines).toBe(true)
  expect(kept(window.correct(profile(80 * MB, 20 * MB)))).toBe(20 * MB)
})
