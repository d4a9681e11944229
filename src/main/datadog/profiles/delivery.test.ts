import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import type { Mode } from '../../../../testing/agent/mode'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { leaveSet, RUN } from '../../profiling/testing/sets'
import { ProfileStore, type StoredSet } from '../../records/profiles/profile-store'
import { DELIVERY_BACKOFF } from '../delivery/delivery'
import { ProfileDelivery, type ProfileDeliveryOptions } from './delivery'
import { sendTo } from './testing/send-to'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** In milliseconds: an Agent that answers may take its time on a slow machine. */
const PATIENCE_MS = 30_000
/** For one that does not answer in time, in milliseconds. */
const TIMEOUT_MS = 1_000

function openDelivery(dataFolder = temporaryFolder(), more: Partial<ProfileDeliveryOptions> = {}) {
  const { log, lines } = captureLog()
  const store = new ProfileStore({ dataFolder, log, now: Date.now, backendPid: () => null })
  store.open()
  const backoff = { firstMs: 30, lastMs: 60 }
  const options = {
    store,
    send: sendTo(agent.url),
    log,
    random: () => 0.5,
    timeoutMs: PATIENCE_MS,
    backoff,
    ...more,
  }
  const delivery = new ProfileDelivery(options)
  onTestFinished(() => delivery.stop(0))
  const names = () => readdirSync(join(dataFolder, 'profiles'))
  const leave = (from: number, to: number) => {
    for (let seq = from; seq <= to; seq++) leaveSet(dataFolder, { seq })
  }
  const levels = () => lines.map(({ level }) => level)
  return { delivery, store, dataFolder, names, leave, lines, levels }
}

/** The `profile_seq` of what the Agent accepted, in order. */
const taken = () =>
  agent.profiles().map(({ event }) => Number(/profile_seq:(\d+)/.exec(event.tags_profiler)?.[1]))
const takes = (...seqs: number[]) =>
  waitFor(() => taken().length >= seqs.length, { what: () => `${seqs}; came ${taken()}` }).then(() =>
    expect(taken()).toEqual(seqs),
  )
const attempts = (count: number) =>
  waitFor(() => agent.requests('profiling').length >= count, { what: `${count} attempts` })
const settled = (store: ProfileStore) =>
  waitFor(() => store.waiting().length === 0, { what: 'nothing to wait' })

describe('what waits', () => {
  test('is delivered oldest first when it appears, and is gone then', async () => {
    const { delivery, leave, names, store, lines } = openDelivery()
    leave(0, 2)
    delivery.wake()
    await takes(0, 1, 2)
    leave(3, 3)
    delivery.wake()
    await takes(0, 1, 2, 3)
    await settled(store)
    expect([names(), lines]).toEqual([[], []])
  })

  test('appears while another is on its way', async () => {
    await agent.setMode({ slow: 50 })
    const { delivery, leave } = openDelivery()
    leave(0, 0)
    delivery.wake()
    await attempts(1)
    leave(1, 1)
    delivery.wake()
    await takes(0, 1)
  })

  test('carries its event and its profiles', async () => {
    const { delivery, dataFolder, store } = openDelivery()
    const set = leaveSet(dataFolder, { seq: 5, kind: 'near-death' })
    const near = store.nearDeath(RUN) as StoredSet
    const attachments = await store.load(near)
    store.promote(near, 'on_oom')
    delivery.wake()
    await takes(5)
    const [profile] = agent.profiles()
    expect(profile?.event).toMatchObject({
      start: set.start,
      end: set.end,
      family: 'node',
      endpoint_counts: {},
    })
    expect(profile?.event.tags_profiler).toBe(`${set.event.tags_profiler},snapshot:on_oom,profile_seq:5`)
    expect([...(profile?.attachments ?? [])]).toEqual(attachments.map(({ name, data }) => [name, data]))
    await settled(store)
    expect(store.sets()).toMatchObject([{ seq: 5, kind: 'on_oom', mark: 'uploaded' }])
  })

  test('goes without a profile that is missing, and not at all without any', async () => {
    const { delivery, leave, dataFolder, names, store, lines } = openDelivery()
    leave(0, 1)
    leaveSet(dataFolder, { seq: 2, kind: 'on_oom' })
    const file = (seq: number, type: string) =>
      join(dataFolder, 'profiles', `${RUN}-00000${seq}-${type}.pprof`)
    for (const seq of [0, 1, 2]) rmSync(file(seq, 'wall'))
    for (const seq of [0, 2]) rmSync(file(seq, 'space'))
    delivery.wake()
    await takes(1)
    await settled(store)
    expect(agent.profiles()[0]?.event.attachments).toEqual(['space.pprof'])
    expect([names(), lines]).toEqual([[`${RUN}-000002.rejected.json`], []])
  })
})

describe('an Agent that does not take it', { timeout: 30_000 }, () => {
  const modes: [string, Mode][] = [
    ['refuse', 'refuse'],
    ['hang', 'hang'],
    ['reset', 'reset'],
    ['garbage', 'garbage'],
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['slow beyond the timeout', { slow: TIMEOUT_MS + 300 }],
  ]
  const timeoutFor = (mode: Mode) =>
    mode === 'hang' || (typeof mode === 'object' && 'slow' in mode) ? { timeoutMs: TIMEOUT_MS } : {}
  test.each(modes)('%s: kept, tried again, delivered once, two lines', async (_, mode) => {
    await agent.setMode(mode)
    const { delivery, leave, dataFolder, store, lines, levels } = openDelivery(undefined, timeoutFor(mode))
    leave(0, 1)
    leaveSet(dataFolder, { seq: 2, kind: 'on_oom' })
    delivery.wake()
    await waitFor(() => lines.length > 0, { what: 'the line that the Agent is away' })
    // Attempts continue without further log lines, and nothing brings them forward.
    if (mode !== 'refuse') await attempts(4)
    for (let n = 0; n < 5; n++) delivery.wake()
    expect(seqsOf(store.waiting())).toEqual([0, 1, 2])
    expect(levels()).toEqual(['warn'])
    await agent.setMode('ok')
    await takes(0, 1, 2)
    await settled(store)
    await delivery.stop(1000)
    expect(taken()).toEqual([0, 1, 2])
    expect(levels()).toEqual(['warn', 'info'])
  })

  test.each([400, 403, 404, 413])(
    '%i: given up with one line for all, files of incidents stay',
    async (status) => {
      await agent.setMode({ status })
      const { delivery, leave, dataFolder, store, lines } = openDelivery()
      leave(0, 1)
      leaveSet(dataFolder, { seq: 2, kind: 'on_oom' })
      delivery.wake()
      await settled(store)
      expect(agent.requests('profiling')).toHaveLength(3)
      expect(store.sets()).toMatchObject([{ seq: 2, mark: 'rejected' }])
      expect(lines).toMatchObject([{ level: 'warn', fields: { reason: `HTTP ${status}` } }])
    },
  )

  test('is asked less and less often', async () => {
    await agent.setMode({ status: 503 })
    const { delivery, leave } = openDelivery(undefined, { backoff: { firstMs: 40, lastMs: 100_000 } })
    leave(0, 0)
    const startedAt = performance.now()
    delivery.wake()
    await attempts(5)
    // 40 + 80 + 160 + 320
    expect(performance.now() - startedAt).toBeGreaterThan(590)
  })

  test('by default is left alone for five seconds', async () => {
    await agent.setMode({ status: 503 })
    const { log, lines } = captureLog()
    const { store, leave } = openDelivery()
    const delivery = new ProfileDelivery({ store, send: sendTo(agent.url), log, random: Math.random })
    onTestFinished(() => delivery.stop(0))
    leave(0, 0)
    delivery.wake()
    await waitFor(() => lines.length === 1, { what: 'the line' })
    for (let n = 0; n < 10; n++) delivery.wake()
    await delivery.stop(1000)
    // The first one, and the last attempt at the end.
    expect(agent.requests('profiling')).toHaveLength(2)
  })
})

describe('a restart of the app', () => {
  test('in the middle: each is delivered once', async () => {
    const first = openDelivery()
    first.leave(0, 3)
    leaveSet(first.dataFolder, { seq: 4, kind: 'on_oom' })
    first.delivery.wake()
    await takes(0, 1, 2, 3, 4)
    await agent.setMode('hang')
    first.leave(5, 10)
    first.delivery.wake()
    await attempts(6)
    await first.delivery.stop(0)
    await agent.setMode('ok')
    const second = openDelivery(first.dataFolder)
    second.delivery.wake()
    await settled(second.store)
    const third = openDelivery(first.dataFolder)
    third.delivery.wake()
    await third.delivery.stop(1000)
    expect(taken()).toEqual(Array.from({ length: 11 }, (_, n) => n))
  })
})

describe('the end', () => {
  test('gives the shutdown profile its chance before all others', async () => {
    await agent.setMode('refuse')
    const { delivery, leave, dataFolder, store, lines } = openDelivery(undefined, {
      backoff: DELIVERY_BACKOFF,
    })
    leave(0, 3)
    delivery.wake()
    await waitFor(() => lines.length > 0, { what: 'the line that the Agent is away' })
    await agent.setMode('ok')
    leaveSet(dataFolder, { seq: 4, kind: 'on_shutdown' })
    await delivery.stop(5_000)
    expect(taken()).toEqual([4, 0, 1, 2, 3])
    expect(store.waiting()).toEqual([])
    leave(5, 5)
    delivery.wake()
    await delivery.stop(5_000)
    expect(taken()).toHaveLength(5)
  })

  test('also while others are on their way', async () => {
    await agent.setMode({ slow: 50 })
    const { delivery, leave, dataFolder } = openDelivery()
    leave(0, 3)
    delivery.wake()
    await attempts(1)
    leaveSet(dataFolder, { seq: 4, kind: 'on_shutdown' })
    await delivery.stop(5_000)
    expect(taken()).toEqual([0, 4, 1, 2, 3])
  })

  test.each([1, 3])(
    'keeps its deadline with an Agent that hangs, and the %i that were not delivered',
    async (count) => {
      await agent.setMode('hang')
      const { delivery, leave, store, levels } = openDelivery(undefined, { timeoutMs: 60_000 })
      leave(1, count)
      delivery.wake()
      await attempts(1)
      const startedAt = performance.now()
      await delivery.stop(100)
      // Far from the minute that an answer is waited for.
      expect(performance.now() - startedAt).toBeLessThan(20_000)
      expect(store.waiting()).toHaveLength(count)
      expect([agent.requests('profiling').length, levels()]).toEqual([1, []])
    },
  )
})

function seqsOf(sets: readonly { seq: number }[]): number[] {
  return sets.map(({ seq }) => seq)
}
