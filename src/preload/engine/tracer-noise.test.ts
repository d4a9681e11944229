import { expect, it } from 'vitest'
import { TracerNoise } from './tracer-noise'

/** Lines that ddtrace 4.16 writes into the published engine's stderr. */
const LINES = [
  'failed to send, dropping 1 traces to intake at http://127.0.0.1:9/v0.5/traces: Network error: client error (Connect)',
  'Error submitting packet: [Errno 111] Connection refused, dropping the packet and closing the socket [11 skipped]',
  'Error uploading (ddog_prof_Exporter_send_blocking failed: Failed to send HTTP request: error sending request for url (http://127.0.0.1:9/profiling/v1/input): client error (Connect): tcp connect error: Connection refused (os error 111))',
]

it.each(LINES)('what ddtrace says again and again is told once: %s', (line) => {
  const noise = new TracerNoise()
  expect(noise.isRepeated(line)).toBe(false)
  expect(noise.isRepeated(line)).toBe(true)
  expect(
    noise.isRepeated(line.replace('dropping 1 traces', 'dropping 5 traces').replace(' [11 skipped]', '')),
  ).toBe(true)
  expect(noise.isRepeated(line.replaceAll('onnect', 'ertific'))).toBe(false)
})

it('nothing else is left out, however often it is said', () => {
  const noise = new TracerNoise()
  for (const line of [
    'got prompt',
    'got prompt',
    'dropping 5 frames',
    'dropping 5 frames',
    'Connection refused',
    'Connection refused',
  ])
    expect(noise.isRepeated(line)).toBe(false)
})
