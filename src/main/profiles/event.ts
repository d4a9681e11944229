import type { ProfileSet, ProfileSetKind } from '../../profile-set'

/** What is uploaded: near death nobody knows yet what a profile shows. */
export type UploadedKind = Exclude<ProfileSetKind, 'near-death'>

/** dd-trace's words for it (`profiling/constants.js`); it has none for a backend that is stuck. */
const SNAPSHOT = {
  periodic: 'periodic',
  on_shutdown: 'on_shutdown',
  on_oom: 'on_oom',
  unresponsive: 'periodic',
} as const satisfies Record<UploadedKind, string>

type SetFacts = Pick<ProfileSet, 'start' | 'end' | 'seq' | 'event'>

/**
 * The `event.json` of an upload, byte for byte as dd-trace 5.132 makes it (`EventSerializer.getEventJSON`).
 * @param attachments file names, in the order of the upload's parts
 */
export function eventJson(set: SetFacts, kind: UploadedKind, attachments: readonly string[]): string {
  const { family, version, tags_profiler, endpoint_counts = {}, ...rest } = set.event
  return JSON.stringify({
    attachments,
    start: set.start,
    end: set.end,
    family,
    version,
    tags_profiler: [tags_profiler, `snapshot:${SNAPSHOT[kind]}`, `profile_seq:${set.seq}`]
      .filter((tags) => tags !== '')
      .join(','),
    endpoint_counts,
    ...rest,
  })
}
