import { writeFileAtomic } from '../../common/storage/atomic-file'
import { dataPaths } from '../../common/storage/data-folder'
import { readRegularFile } from '../../common/storage/regular-file'
import { isThere, setAside } from '../../common/storage/set-aside'
import { addTag } from '../../common/tracing/dd-tags'

/** The tag that tells machines apart where they share an Agent, or have none. */
const MACHINE_TAG = 'studio.machine'
const ID = /^[0-9a-f]{16}$/
/** More than an id with its line break, in bytes. */
const MAX_BYTES = 64

/** The name of an installation among others: chance alone, nothing of the machine or its user is in it. */
export interface InstallationId {
  readonly id: string
  /** True when it is not on disk yet. */
  readonly isNew: boolean
}

/** Reads the installation's id, or makes one, and writes nothing: a start that only asks makes no folder. Never throws. */
export function installationId(dataFolder: string): InstallationId {
  try {
    const id = readRegularFile(dataPaths(dataFolder).installationId, MAX_BYTES).toString().trim()
    if (ID.test(id)) return { id, isNew: false }
  } catch {
    // The first start, or somebody has deleted it, which resets it.
  }
  return { id: newId(), isNew: true }
}

/** It tells installations apart and keeps no secret: not worth loading all of crypto ahead of all else. */
function newId(): string {
  const half = () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return half() + half()
}

/**
 * Writes a new id down, once the data folder is there; whatever else has its name is set aside. Where that fails the next start
 * has another one. Never throws.
 * @param now milliseconds since the epoch
 */
export function keepInstallationId(dataFolder: string, { id, isNew }: InstallationId, now: number): void {
  if (!isNew) return
  const { installationId: file } = dataPaths(dataFolder)
  try {
    if (isThere(file)) setAside(file, now)
    writeFileAtomic(file, `${id}\n`)
  } catch {
    // The disk is full or read-only, which others tell of.
  }
}

/**
 * `DD_TAGS` with the machine's tag; unchanged where a user's own has it.
 * @param machine the id, or the name that `STUDIO_MACHINE` gives
 */
export function withMachineTag(tags: string | undefined, machine: string): string {
  const has = tags?.split(/[,\s]+/).some((tag) => tag.startsWith(`${MACHINE_TAG}:`)) ?? false
  return tags !== undefined && has ? tags : addTag(tags, `${MACHINE_TAG}:${machine}`)
}
