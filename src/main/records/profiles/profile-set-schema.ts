import * as v from 'valibot'
import { PROFILE_SET_KINDS, type ProfileSet } from '../../../common/protocol/profile-set'
import { finite, isoTime } from '../../../common/storage/schema'

const bytes = v.pipe(finite, v.minValue(0))
const fileName = v.nullable(v.string())

const PROFILES = ['wall', 'space', 'profile'] as const

/** Parses a set from disk. Its file names derive from its id: a set cannot name files of others. */
export const ProfileSetSchema: v.GenericSchema<unknown, ProfileSet> = v.pipe(
  v.object({
    schema: v.literal(1),
    id: v.string(),
    run: v.string(),
    seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    kind: v.picklist(PROFILE_SET_KINDS),
    start: isoTime,
    end: isoTime,
    files: v.object({ wall: fileName, space: fileName, profile: v.optional(fileName) }),
    heap: v.nullable(v.object({ usedBytes: bytes, limitBytes: bytes })),
    worker: v.optional(v.pipe(v.number(), v.safeInteger())),
    samples: v.optional(v.array(v.object({ at: finite, usedBytes: bytes, limitBytes: bytes })), []),
    event: v.looseObject({ tags_profiler: v.string() }),
  }),
  v.check(({ id, run, seq }) => id === `${run}-${String(seq).padStart(6, '0')}`, 'the id is not of its run'),
  v.check(({ event }) => canBeSent(event), 'nested too deeply'),
  v.check(
    ({ id, files }) => PROFILES.every((profile) => isOf(id, profile, files[profile] ?? null)),
    'foreign files',
  ),
)

function isOf(id: string, profile: (typeof PROFILES)[number], name: string | null): boolean {
  return name === null || name === `${id}-${profile}.pprof`
}

/**
 * True if the event can be written as JSON; otherwise it would block everything behind it from being
 * delivered.
 */
function canBeSent(event: object): boolean {
  try {
    JSON.stringify(event)
    return true
  } catch {
    return false
  }
}
