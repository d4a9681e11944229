import type { ProfileSet } from '../../../common/protocol/profile-set'
import { type FileGroup, readSidecar, type Sidecar } from './profile-folder'

/** Sets' own files as read once: they are never rewritten, only renamed, and many wait while there is no Agent. */
export class SidecarCache {
  #read = new Map<string, ProfileSet>()

  constructor(private readonly folder: string) {}

  /** @throws what `readSidecar` does */
  get(group: FileGroup, sidecar: Sidecar): ProfileSet {
    const key = keyOf(group, sidecar)
    const set = this.#read.get(key) ?? readSidecar(this.folder, group, sidecar)
    this.#read.set(key, set)
    return set
  }

  /** Forgets what is not among these any more. */
  keep(groups: readonly FileGroup[]): void {
    const keys = new Set(groups.flatMap((group) => (group.sidecar ? keyOf(group, group.sidecar) : [])))
    for (const key of this.#read.keys()) if (!keys.has(key)) this.#read.delete(key)
  }
}

/** A file that was changed by somebody all the same is read again; a renaming changes neither. */
function keyOf({ id, files }: FileGroup, { name }: Sidecar): string {
  const file = files.find((one) => one.name === name)
  return `${id} ${file?.bytes} ${file?.changedAt}`
}
