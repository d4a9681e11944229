import type { ProfileSet, ProfileSetKind } from '../../../common/protocol/profile-set'

/**
 * The kinds that are uploaded, in dd-trace's terms (`profiling/constants.js`). It has none for an
 * unresponsive backend, whose time the periodic profile covers too. A near-death profile is not classified
 * yet.
 */
const UPLOADED = ['periodic', 'on_shutdown', 'on_oom'] as const satisfies readonly ProfileSetKind[]

export type UploadedKind = (typeof UPLOADED)[number]

export function isUploaded(kind: ProfileSetKind): kind is UploadedKind {
  return UPLOADED.some((uploaded) => uploaded === kind)
}

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
    tags_profiler: [tags_profiler, `snapshot:${kind}`, `profile_seq:${set.seq}`]
      .filter((tags) => tags !== '')
      .join(','),
    endpoint_counts,
    ...rest,
  })
}
