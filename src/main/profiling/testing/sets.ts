import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Profile, StringTable, ValueType } from 'pprof-format'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { dataPaths } from '../../../common/storage/data-folder'

export const RUN = '20260102T030405Z-4242'

/** dd-trace's event, shortened. */
const EVENT = {
  family: 'node',
  version: '4',
  tags_profiler: 'language:javascript,runtime:nodejs,service:studio,runtime-id:0b0c',
  info: { application: { service: 'studio' } },
  process_tags: 'entrypoint.name:index',
}

export function profileSet(changes: Partial<ProfileSet> = {}): ProfileSet {
  const { run = RUN, seq = 0 } = changes
  const id = `${run}-${String(seq).padStart(6, '0')}`
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString()
  return {
    schema: 1,
    id,
    run,
    seq,
    kind: 'periodic',
    start: at(seq),
    end: at(seq + 1),
    files: { wall: `${id}-wall.pprof`, space: `${id}-space.pprof` },
    heap: { usedBytes: 80, limitBytes: 100 },
    samples: [{ at: 1, usedBytes: 80, limitBytes: 100 }],
    event: EVENT,
    ...changes,
  }
}

/** A gzipped pprof without samples, of one more text of so many bytes, which cannot be packed. */
function profileOf(bytes: number): Buffer {
  const stringTable = new StringTable()
  for (let written = 0; written < bytes; written += 100)
    stringTable.dedup(randomBytes(Math.min(100, bytes - written)).toString('base64'))
  return gzipSync(new Profile({ sampleType: [new ValueType({ type: 1, unit: 1 })], stringTable }).encode())
}

/** Writes a set to the data folder as the profiler thread does. `bytes` are those of one profile. */
export function leaveSet(dataFolder: string, changes: Partial<ProfileSet> = {}, bytes = 100): ProfileSet {
  const folder = dataPaths(dataFolder).profiles
  const set = profileSet(changes)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const write = (name: string, data: string | Buffer) =>
    writeFileSync(join(folder, name), data, { mode: 0o600 })
  for (const name of Object.values(set.files)) if (name) write(name, profileOf(bytes))
  write(`${set.id}.json`, JSON.stringify(set))
  return set
}
