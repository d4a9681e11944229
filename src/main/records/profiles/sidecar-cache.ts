import type { ProfileSet } from '../../../common/protocol/profile-set'
import { type FileGroup, readSidecar, type Sidecar } from './profile-folder'

/** Caches sets' own files: they are never rewritten, only renamed, and many wait while there is no Agent. */
export class SidecarCache {
  #read = new Map<string, ProfileSet>()

  constructor(private readonly folder: string) {}

  /** @throws as `readSidecar` does */
  get(group: FileGroup, sidecar: Sidecar): ProfileSet {
    const key = keyOf(group, sidecar)
    const set = this.#read.get(key) ?? readSidecar(this.folder, group, sidecar)
    this.#read.set(key, set)
    return set
  }

  /** Forgets all sets except these. */
  keep(groups: readonly FileGroup[]): void {
    const keys = new Set(groups.flatMap((group) => (group.sidecar ? keyOf(group, group.sidecar) : [])))
    for (const key of this.#read.keys()) if (!keys.has(key)) this.#read.delete(key)
  }
}

/**
 * The key of a cached file. A file that was changed nevertheless is read again; a renaming changes neither
 * time nor size.
 */
function keyOf({ id, files }: FileGroup, { name }: Sidecar): string {
  const file = files.find((one) => one.name === name)
  return `${id} ${file?.bytes} ${file?.changedAt}`
}
