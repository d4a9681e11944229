import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { profileSet } from '../../profiling/testing/sets'
import type { UploadedKind } from '../../records/profiles/uploaded-kinds'
import { eventJson } from './event'

interface ExportSpec {
  readonly profiles: object
  readonly start: Date
  readonly end: Date
  readonly tags: object
  readonly endpointCounts: object
  readonly infos?: object
  readonly customAttributes?: readonly string[]
}
const {
  EventSerializer,
}: { EventSerializer: new (config: object) => { getEventJSON(spec: ExportSpec): string } } = createRequire(
  __filename,
)('dd-trace/packages/dd-trace/src/profiling/exporters/event_serializer')

const start = new Date('2026-01-02T03:04:05.678Z')
const end = new Date('2026-01-02T03:05:10.000Z')
const serializer = new EventSerializer({ env: 'testing', service: 'studio', version: '1.2.3' })

function ofTracer(tags: object, profiles: object = {}, more: Partial<ExportSpec> = {}): string {
  return serializer.getEventJSON({ profiles, start, end, tags, endpointCounts: {}, ...more })
}

/** The part of dd-trace's event that the profiler thread keeps. */
function kept(json: string) {
  const { attachments: _, start: __, end: ___, ...event } = JSON.parse(json)
  return event
}

const TAGS = { service: 'studio', 'runtime-id': '0b0c' }

test.each<UploadedKind>(['periodic', 'on_shutdown', 'on_oom'])(
  "%s: byte for byte dd-trace's own event",
  (kind) => {
    const more = { infos: { serverless: false }, customAttributes: ['job'] }
    const set = {
      ...profileSet({ seq: 7, event: kept(ofTracer(TAGS, {}, more)) }),
      start: start.toISOString(),
      end: end.toISOString(),
    }
    const theirs = ofTracer({ ...TAGS, snapshot: kind, profile_seq: 7 }, { wall: 1, space: 1 }, more)
    expect(eventJson(set, kind, ['wall.pprof', 'space.pprof'])).toBe(theirs)
  },
)

test('an event that lacks what dd-trace may leave out still has its tags and counts', () => {
  const set = profileSet({ seq: 3, event: { tags_profiler: '' } })
  expect(JSON.parse(eventJson(set, 'periodic', ['space.pprof']))).toEqual({
    attachments: ['space.pprof'],
    start: set.start,
    end: set.end,
    tags_profiler: 'snapshot:periodic,profile_seq:3',
    endpoint_counts: {},
  })
})
