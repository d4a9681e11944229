import type { ProfileSet } from '../../../common/protocol/profile-set'

/** The heap profile of an engine, gzipped pprof; `at` is when its memory was read, in milliseconds since the epoch. */
export interface EngineProfile {
  /** The run of the engine's runner. */
  readonly run: string
  readonly at: number
  readonly space: Buffer
}

/** Behind all sets that a run writes itself; a run that has several engines has as many of these. */
const FIRST_SEQ = 900_000

let written = 0

/** The set of an engine's heap profile. */
export function engineSet(
  run: string,
  at: number,
): ProfileSet & { readonly files: { readonly space: string } } {
  const seq = FIRST_SEQ + (written++ % 99_999)
  const id = `${run}-${seq}`
  const time = new Date(at).toISOString()
  return {
    schema: 1,
    id,
    run,
    seq,
    kind: 'engine',
    start: time,
    end: time,
    files: { wall: null, space: `${id}-space.pprof` },
    heap: null,
    samples: [],
    event: { tags_profiler: 'language:python' },
  }
}
