import * as v from 'valibot'
import { scrub } from '../../common/privacy/scrubber'
import { writeFileAtomic } from '../../common/storage/atomic-file'
import { readRegularFile } from '../../common/storage/regular-file'
import { isoTime } from '../../common/storage/schema'
import { type ListedSetting, ORIGINS } from './load'

/** More than all names with the longest values take, in bytes. */
const MAX_BYTES = 2 ** 20

const EffectiveSettingsSchema = v.object({
  schema: v.literal(1),
  at: isoTime,
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  settings: v.array(v.object({ name: v.string(), value: v.string(), origin: v.picklist(ORIGINS) })),
  problems: v.array(v.string()),
})

/**
 * The settings that an app uses since `at` (ISO 8601, UTC), with the origin of each, secrets hidden: the content of
 * `effective-settings.json`. `problems` are those that it has told at its start; `pid` is its process.
 */
export type EffectiveSettings = Readonly<v.InferOutput<typeof EffectiveSettingsSchema>>

/** @throws the system's error where the disk does not take it */
export function writeEffectiveSettings(
  path: string,
  {
    settings,
    problems,
    ...rest
  }: Omit<EffectiveSettings, 'schema' | 'settings' | 'problems'> & {
    readonly settings: readonly ListedSetting[]
    readonly problems: readonly string[]
  },
): void {
  const record: EffectiveSettings = {
    schema: 1,
    ...rest,
    settings: settings.map(({ name, value, origin }) => ({ name, value: scrub(value), origin })),
    problems: problems.map(scrub),
  }
  writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`, { flush: false })
}

/** Reads what was written last, and changes nothing; `null` where there is none, or it cannot be read. Never throws. */
export function readEffectiveSettings(path: string): EffectiveSettings | null {
  try {
    const parsed = JSON.parse(readRegularFile(path, MAX_BYTES).toString('utf8'))
    const result = v.safeParse(EffectiveSettingsSchema, parsed)
    return result.success ? result.output : null
  } catch {
    return null
  }
}
