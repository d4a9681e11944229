import type { Tracer } from 'dd-trace'
import { expect, test } from 'vitest'
import { reportIdentity } from './identity'

const settings = { DD_SERVICE: 'studio', DD_ENV: 'testing', DD_VERSION: '1.2.3' }
const tags = { team: 'images', service: 'x', 'runtime-id': 'main', 'studio.process': 'main', odd: 7 }
const tracer = { _tracer: { _config: { tags } } } as unknown as Tracer

test('reports are of the same service as all spans, with the user’s own tags and nothing of this process', () => {
  expect(reportIdentity(settings, tracer, {}, true)).toEqual({
    service: 'studio',
    env: 'testing',
    version: '1.2.3',
    isAppVersion: true,
    tags: { team: 'images' },
  })
  expect(reportIdentity(settings, null, {}, true)?.tags).toEqual({})
})

test.each(['false', '0', ' False '])('who turned tracing off has no spans of ours either: %j', (value) => {
  expect(reportIdentity(settings, tracer, { DD_TRACE_ENABLED: value }, true)).toBeNull()
  expect(reportIdentity(settings, tracer, { DD_TRACE_ENABLED: 'true' }, true)).not.toBeNull()
})
