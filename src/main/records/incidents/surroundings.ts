import os from 'node:os'
import type { Incident } from './incident'

/** The software and the machine that an incident happened on. */
export function readSurroundings(appVersion: string): Pick<Incident, 'versions' | 'os'> {
  const { electron, chrome, node, v8 } = process.versions
  const versions = Object.entries({ app: appVersion, electron, chrome, node, v8 })
  return {
    versions: Object.fromEntries(
      versions.filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    os: {
      platform: process.platform,
      release: os.release(),
      arch: process.arch,
      totalMemoryBytes: os.totalmem(),
    },
  }
}
