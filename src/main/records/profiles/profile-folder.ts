import { lstatSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { schemaProblem } from '../../../common/storage/schema'
import { ProfileSetSchema } from './profile-set-schema'

/**
 * The states of a set after it was written. The state is in the name of the set's file, whose content is
 * never rewritten: renaming is atomic, and needs no room on a full disk. In order: later ones override
 * earlier ones.
 */
export const MARKS = ['on_oom', 'unresponsive', 'rejected', 'uploaded'] as const
export type Mark = (typeof MARKS)[number]

const ORDER: readonly (Mark | null)[] = [null, ...MARKS]

export interface FolderFile {
  readonly name: string
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly changedAt: number
}

export interface Sidecar {
  readonly name: string
  readonly mark: Mark | null
}

/** All files of one set. */
export interface FileGroup {
  readonly id: string
  readonly run: string
  readonly files: readonly FolderFile[]
  /** The set's own file; `null` while the set is being written, and for ever if its writer was killed. */
  readonly sidecar: Sidecar | null
  /** True if the set's own file could not be read and was set aside. */
  readonly damaged: boolean
}

/**
 * Our files: `<id>-wall.pprof`, `<id>.json`, `<id>.uploaded.json`; their writer's temporary files; what was
 * set aside.
 */
const OURS = new RegExp(
  `^(?<id>(?<run>\\d{8}T\\d{6}Z-\\d+)-\\d{6,})` +
    `(?:-(?:wall|space|profile)\\.pprof|(?:\\.(?<mark>${MARKS.join('|')}))?(?<json>\\.json))` +
    `(?<rest>\\.tmp|\\.damaged-[-\\dTZ]+)?$`,
)

/** Largest sidecar read: it has some KB, and a larger file is not ours. */
const MAX_SIDECAR_BYTES = 4 * 1024 * 1024

/** Largest profile: it has some MB, and a larger file is not ours, and neither counted nor deleted. */
export const MAX_PROFILE_BYTES = 64 * 1024 * 1024

function sidecarName(id: string, mark: Mark | null): string {
  return mark === null ? `${id}.json` : `${id}.${mark}.json`
}

/**
 * The regular files with a set's name, by set, oldest first. Files that were set aside are not included, as
 * they are never deleted; everything else in the folder is left alone.
 * @throws the system's error if the folder cannot be read; a missing folder is empty
 */
export function readGroups(folder: string): FileGroup[] {
  const groups = new Map<string, FileGroup>()
  const setAside = new Set<string>()
  for (const name of namesIn(folder)) {
    const { id, run, mark, json, rest } = OURS.exec(name)?.groups ?? {}
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (!id || !run || !stats?.isFile() || (!json && stats.size > MAX_PROFILE_BYTES)) continue
    if (rest?.startsWith('.damaged')) {
      setAside.add(id)
      continue
    }
    const file = { name, bytes: stats.size, changedAt: stats.mtimeMs }
    const group = groups.get(id) ?? { id, run, files: [], sidecar: null, damaged: false }
    const sidecar = json && !rest ? { name, mark: MARKS.find((known) => known === mark) ?? null } : null
    groups.set(id, {
      ...group,
      files: [...group.files, file],
      sidecar: further(group.sidecar, sidecar),
    })
  }
  return [...groups.values()]
    .map((group) => ({ ...group, damaged: setAside.has(group.id) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** @throws an error that says what is wrong with it, or the system's error */
export function readSidecar(folder: string, { id, files }: FileGroup, { name }: Sidecar): ProfileSet {
  const bytes = files.find((file) => file.name === name)?.bytes ?? 0
  if (bytes > MAX_SIDECAR_BYTES) throw new DamagedSidecar(`it has ${bytes} bytes`)
  const set = parseSidecar(readText(join(folder, name)))
  if (set.id !== id) throw new DamagedSidecar(`it is another set, ${set.id}`)
  return set
}

/** @throws {DamagedSidecar} */
export function parseSidecar(text: string): ProfileSet {
  const result = v.safeParse(ProfileSetSchema, parseJson(text), { abortEarly: true })
  if (result.success) return result.output
  throw new DamagedSidecar(`it is not a profile set: ${schemaProblem(result.issues)}`)
}

/** The error for a file that is not a set: reading it again will not help. */
export class DamagedSidecar extends Error {}

/**
 * Gives a set a mark in place of the one it has. A set that was deleted, to keep within the limits, needs
 * none.
 * @throws the system's error
 */
export function markSet(folder: string, id: string, mark: Mark): void {
  for (const earlier of ORDER.slice(0, ORDER.indexOf(mark))) {
    try {
      renameSync(join(folder, sidecarName(id, earlier)), join(folder, sidecarName(id, mark)))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

/**
 * Deletes all files of a set, its own first: what a kill in between leaves is then not a set.
 * @throws the system's error
 */
export function removeSet(folder: string, id: string, names: readonly string[]): void {
  const sidecars = ORDER.map((mark) => sidecarName(id, mark))
  for (const name of [...sidecars, ...names]) rmSync(join(folder, name), { force: true })
}

/** Reads a file; one that cannot be read must not prevent the others from being read. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'EACCES' || errorCode(error) === 'EIO')
      throw new DamagedSidecar(errorMessage(error))
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new DamagedSidecar('it is not JSON')
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

function further(a: Sidecar | null, b: Sidecar | null): Sidecar | null {
  const rank = (sidecar: Sidecar | null) => (sidecar ? ORDER.indexOf(sidecar.mark) : -1)
  return rank(b) > rank(a) ? b : a
}
