import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from '@msgpack/msgpack'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Intake, startIntake } from '../../../../testing/intake/intake'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { DirectIntake } from '../intake/direct-intake'
import { MAX_BYTES_PER_SECOND, pauseAfter, SpanDelivery, type SpanDeliveryOptions } from './span-delivery'

let intake: Intake
beforeEach(async () => {
  intake = await startIntake()
})
afterEach(() => intake.stop())

function open(folder = join(temporaryFolder(), 'unsent'), more: Partial<SpanDeliveryOptions> = {}) {
  const { log, lines } = captureLog()
  const way = { kind: 'proxy', url: intake.url, token: null } as const
  const delivery = new SpanDelivery({
    intake: new DirectIntake({ way, env: 'test', log, environment: {} }),
    folder,
    log,
    now: Date.now,
    random: () => 0.5,
    backoff: { firstMs: 30, lastMs: 60 },
    ...more,
  })
  onTestFinished(() => delivery.stop(0))
  /** Without what is being written. */
  const names = () => readdirSync(folder).filter((name) => name.endsWith('.gz'))
  return { delivery, folder, lines, names }
}

let id = 0n
function payload(name: string, more: object = {}): Uint8Array {
  id++
  const span = {
    trace_id: 7n,
    span_id: id,
    parent_id: 0n,
    name,
    resource: name,
    service: 'studio',
    type: '',
    error: 0,
    start: BigInt(Date.now()) * 1_000_000n,
    duration: 5n,
    meta: {},
    metrics: { _sampling_priority_v1: 1 },
    ...more,
  }
  return encode([[span]], { useBigInt64: true })
}

const came = () => intake.spans.map(({ name }) => name)
const comes = (...names: string[]) =>
  waitFor(() => came().length >= names.length, { what: () => `${names}; came ${came()}` }).then(() =>
    expect(came()).toEqual(names),
  )

test('spans come in valid batches, and leave nothing on disk', async () => {
  const { delivery, names, lines } = open()
  for (const name of ['one', 'two', 'three']) delivery.take(payload(name))
  await comes('one', 'two', 'three')
  expect(intake.requests).toHaveLength(1)
  await waitFor(() => names().length === 0, { what: 'nothing on disk' })
  expect(intake.problems()).toEqual([])
  expect(lines).toEqual([])
})

test('what is sampled out stays here: with a client token nobody counts it', async () => {
  const { delivery } = open()
  delivery.take(payload('out', { metrics: { _sampling_priority_v1: 0 } }))
  delivery.take(payload('in'))
  await comes('in')
})

test('while Datadog is away spans wait on disk, through a restart, and come once, oldest first', async () => {
  intake.setMode({ status: 503 })
  const first = open()
  first.delivery.take(payload('one'))
  await waitFor(() => first.names().length === 1, { what: 'one batch on disk' })
  first.delivery.take(payload('two'))
  await first.delivery.stop(200)
  expect(first.names()).toHaveLength(2)
  // It is asked again when the test says so: between two attempts of one look the later could come first.
  const second = open(first.folder, { backoff: { firstMs: 60_000, lastMs: 60_000 } })
  second.delivery.wake()
  second.delivery.take(payload('three'))
  await waitFor(() => second.names().length === 3 && second.lines.length === 1, {
    what: 'three batches on disk, and a line that Datadog is away',
  })
  intake.setMode('ok')
  second.delivery.agentIsBack()
  await comes('one', 'two', 'three')
  await waitFor(() => second.names().length === 0, { what: 'nothing on disk' })
  await waitFor(() => second.lines.length === 2, { what: 'a line that it is back' })
  expect(second.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
})

test('how many were lost is told when Datadog is back', { timeout: 20_000 }, async () => {
  intake.setMode({ status: 503 })
  const noise = Array.from({ length: 3_000 }, () => Math.random().toString(36)).join('')
  const { delivery, folder, lines, names } = open(undefined, {
    limitBytes: 30_000,
    backoff: { firstMs: 60_000, lastMs: 60_000 },
  })
  const newest = () => (existsSync(folder) ? names().sort().at(-1) : undefined)
  for (let n = 0; n < 3; n++) {
    const before = newest()
    delivery.take(payload(`span-${n}`, { meta: { noise: `${n}${noise}` } }))
    await waitFor(() => newest() !== before && names().length === 1, { what: 'a batch of its own on disk' })
    // Spans under way are not dropped: the first attempt is over then.
    await waitFor(() => lines.length > 0, { what: 'a line that Datadog is away' })
  }
  intake.setMode('ok')
  delivery.agentIsBack()
  await waitFor(() => lines.some(({ message }) => /^2 spans were lost/.test(message)), {
    what: () => `the number of the lost; ${JSON.stringify(lines)}`,
  })
  expect(came()).toEqual(['span-2'])
})

test('what is no spans is dropped with one line, and the next come', async () => {
  const { delivery, lines } = open()
  for (let n = 0; n < 2; n++) delivery.take(Uint8Array.of(0xc1))
  delivery.take(payload('good'))
  await comes('good')
  expect(lines.map(({ level }) => level)).toEqual(['warn'])
})

describe('back online', () => {
  test.each([
    [MAX_BYTES_PER_SECOND, 0, 1_000],
    [MAX_BYTES_PER_SECOND / 4, 100, 150],
    [MAX_BYTES_PER_SECOND / 4, 400, 0],
  ])('%i bytes in %i ms are followed by %i ms of quiet', (bytes, tookMs, ms) => {
    expect(pauseAfter(bytes, tookMs)).toBe(ms)
  })

  test('no more than 1 MB leaves in a second', { timeout: 20_000 }, async () => {
    intake.setMode({ status: 503 })
    const { delivery, names, lines } = open(undefined, { backoff: { firstMs: 60_000, lastMs: 60_000 } })
    // Each is a quarter of a MiB as JSON: a batch of its own.
    for (let n = 0; n < 6; n++) delivery.take(payload(`span-${n}`, { meta: { text: 'x'.repeat(270_000) } }))
    await waitFor(() => names().length === 6 && lines.length === 1, {
      what: 'six batches on disk, and a line that Datadog is away',
    })
    intake.setMode('ok')
    delivery.agentIsBack()
    await waitFor(() => came().length >= 1, { what: 'the first' })
    const start = performance.now()
    await waitFor(() => came().length >= 6, { what: 'all', timeout: 20_000 })
    // Five pauses of 270 ms.
    expect(performance.now() - start).toBeGreaterThan(1_000)
    expect(came()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `span-${n}`))
  })
})
