import type { ProfileSet } from '../../../common/protocol/profile-set'
import type { Tags } from '../../../common/tracing/app-tags'
import type { UploadedKind } from '../../records/profiles/uploaded-kinds'

type SetFacts = Pick<ProfileSet, 'start' | 'end' | 'seq' | 'event'>

/**
 * The `event.json` of an upload, byte for byte as dd-trace 5.132 makes it (`EventSerializer.getEventJSON`).
 * @param attachments file names, in the order of the upload's parts
 * @param tags those of the app at that time
 */
export function eventJson(
  set: SetFacts,
  kind: UploadedKind,
  attachments: readonly string[],
  tags: Tags = {},
): string {
  const { family, version, tags_profiler, endpoint_counts = {}, ...rest } = set.event
  // Tags are separated by commas.
  const added = Object.entries(tags).map(([name, value]) => `${name}:${value.replaceAll(',', '_')}`)
  return JSON.stringify({
    attachments,
    start: set.start,
    end: set.end,
    family,
    version,
    tags_profiler: [tags_profiler, ...added, `snapshot:${kind}`, `profile_seq:${set.seq}`]
      .filter((tags) => tags !== '')
      .join(','),
    endpoint_counts,
    ...rest,
  })
}
