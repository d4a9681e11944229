import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ValueType } from 'pprof-format'
import { pprofBytes } from '../profiling/testing/pprof-bytes'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { incident } from './testing/incident-sample'
import { writeIncident } from './testing/run'

const MIB = 2 ** 20
/** A heap profile of 182.5 MiB, most of it retained by `remember`. */
export const HEAP = gzipSync(
  pprofBytes({
    samples: [
      [['push', 'remember /app/src/nodes/cache.js:12', 'handle /app/src/server.js:40'], 1, 150 * MIB],
      [['remember /app/src/nodes/cache.js:12', 'handle /app/src/server.js:40'], 1, 20 * MIB],
      [['parse /app/node_modules/ws/lib/receiver.js:7', 'onread node:internal/stream:3'], 1, 8 * MIB],
      [['handle /app/src/server.js:40'], 1, 4.5 * MIB],
    ],
    more: (strings) => ({
      periodType: new ValueType({ type: strings.dedup('space'), unit: strings.dedup('bytes') }),
      period: 512 * 1024,
    }),
  }),
)
/** A CPU profile of 10 s, most of it in `spin`. */
export const WALL = gzipSync(
  pprofBytes({
    types: [
      ['sample', 'count'],
      ['wall', 'nanoseconds'],
    ],
    samples: [
      [['spin /app/loop.js:9', 'main /app/loop.js:2'], 90, 9e9],
      [['main /app/loop.js:2'], 10, 1e9],
    ],
    more: () => ({ durationNanos: 12e9 }),
  }),
)
export const DEATH = incident({ profiles: { heap: 'run-000003-space.pprof', cpu: 'run-000003-wall.pprof' } })
/** A data folder with incidents and `profiles/`, the oldest first. */
export function folderWith(
  files: Readonly<Record<string, Uint8Array | string>>,
  incidents = [DEATH],
): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'profiles'))
  for (const [index, [name, bytes]] of Object.entries(files).entries()) {
    writeFileSync(join(folder, 'profiles', name), bytes)
    utimesSync(join(folder, 'profiles', name), 1_000 + index, 1_000 + index)
  }
  for (const one of incidents) writeIncident(folder, one)
  return folder
}

export const whole = () => folderWith({ 'run-000003-space.pprof': HEAP, 'run-000003-wall.pprof': WALL })
