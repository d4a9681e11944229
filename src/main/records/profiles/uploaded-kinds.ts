import type { ProfileSetKind } from '../../../common/protocol/profile-set'

/**
 * The kinds that are uploaded, in dd-trace's words (`profiling/constants.js`). It has none for a backend that is stuck, whose time
 * the periodic profile counts too. Near death nobody knows yet what a profile shows; a `local` one
 * is of an engine whose own tracer uploads another.
 */
const UPLOADED = ['periodic', 'on_shutdown', 'on_oom'] as const satisfies readonly ProfileSetKind[]

export type UploadedKind = (typeof UPLOADED)[number]

export function isUploaded(kind: ProfileSetKind): kind is UploadedKind {
  return UPLOADED.some((uploaded) => uploaded === kind)
}
