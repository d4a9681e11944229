import { decode, encode } from '@msgpack/msgpack'
import { describe, expect, it } from 'vitest'
import { MAX_UNSENT_BYTES, withOwnService } from './own-service'

const OWN = 'hanzo-studio-inference'
const span = (service: unknown) => ({
  trace_id: 1n,
  span_id: 18446744073709551615n,
  parent_id: 0n,
  name: 'studio.job',
  resource: 'job',
  service,
  type: '',
  error: 0,
  start: 1_700_000_000_000_000_000n,
  duration: 5n,
  meta: { env: 'x' },
  metrics: { _sampling_priority_v1: 1 },
})
const payloadOf = (...services: readonly unknown[]) => encode([services.map(span)], { useBigInt64: true })
const services = (payload: Uint8Array | null) =>
  payload &&
  (decode(payload, { useBigInt64: true }) as { service: unknown }[][]).flat().map((one) => one.service)

describe("a backend's unsent spans", () => {
  it('with the own service, and those that dd-trace derives, are the same bytes', () => {
    const payload = payloadOf(OWN, `${OWN}-redis`)
    expect(withOwnService(payload, OWN)).toBe(payload)
  })

  it.each([['billing'], ['hanzo-studio-inferenceX'], [''], [null], [7], [{ a: 1 }]])(
    'that name %j get the own service, and keep all else',
    (service) => {
      const out = withOwnService(payloadOf(OWN, service), OWN)
      expect(services(out)).toEqual([OWN, OWN])
      expect(out && decode(out, { useBigInt64: true })).toEqual([[span(OWN), span(OWN)]])
    },
  )

  it.each([
    ['nothing', new Uint8Array()],
    ['an array that claims four thousand million items', Uint8Array.from([0xdd, 0xff, 0xff, 0xff, 0xff])],
    ['a text', encode('traces')],
    ['numbers', encode([[1, 2]])],
    ['a cut one', payloadOf(OWN).slice(0, -3)],
    ['one that is too large', new Uint8Array(MAX_UNSENT_BYTES + 1)],
  ])('are not sent: %s', (_what, payload) => {
    expect(withOwnService(payload, OWN)).toBeNull()
  })
})
