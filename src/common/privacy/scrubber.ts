import { realpathSync } from 'node:fs'
import os from 'node:os'
import { cutText } from '../output/cut-text'
import { homeShortener } from './home-folder'
import { hideSecrets, knownSecrets } from './secrets'

export interface Surroundings {
  /** The home folder and other names of it, absolute. */
  readonly homes: readonly string[]
  readonly platform: NodeJS.Platform
  /** Where the values of secrets are known from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Secrets that the environment does not have. */
  readonly secrets?: readonly string[]
}

export interface Scrubber {
  /** A text as it may leave the machine: the home folder is `~`, tokens, keys and passwords are blanked. */
  scrub(text: string): string
  /** A path as it may leave the machine. */
  shortenHome(text: string): string
}

export function createScrubber({ homes, platform, env, secrets = [] }: Surroundings): Scrubber {
  const shortenHome = homeShortener(homes, platform)
  // Under a name that says what they are.
  const others = secrets.flatMap((secret, n) => knownSecrets({ [`${n}_SECRET`]: secret }))
  const known = [...knownSecrets(env), ...others].sort((a, b) => b.length - a.length)
  return { shortenHome, scrub: (text) => shortenHome(hideSecrets(text, known)) }
}

let own: Scrubber | null = null

/** This process's, made at its first use: by then the settings are in the environment. */
function ownScrubber(): Scrubber {
  own ??= createScrubber({ homes: homeFolders(), platform: process.platform, env: process.env })
  return own
}

/** From now on this process blanks these secrets too: those of the app that are kept from its environment. */
export function hideAlso(secrets: readonly string[]): void {
  own = createScrubber({ homes: homeFolders(), platform: process.platform, env: process.env, secrets })
}

/** Looks at the disk and the environment now, and not within the first text. Never throws. */
export function prepareScrubbing(): void {
  ownScrubber()
}

/** A text as it may leave the machine: the home folder is `~`, tokens, keys and passwords are blanked. Never throws. */
export const scrub = (text: string): string => ownScrubber().scrub(text)

/** A path as it may leave the machine: the home folder is `~`. Never throws. */
export const shortenHome = (text: string): string => ownScrubber().shortenHome(text)

/** Scrubbed, and cut to so many bytes in a JSON file; what lies far behind the cut is not looked at. */
export function scrubbedTo(limit: number, text: string): string {
  return cutText(limit, scrub(text.slice(0, 2 * limit + 1_000)))
}

/** Every name that the home folder is known by: of the environment, of the system, behind links, and short as in DOS. */
function homeFolders(): string[] {
  const named = [process.env.HOME, process.env.USERPROFILE, attempt(() => os.homedir())]
  const temporary = attempt(() => os.tmpdir())?.match(/^(.*)\\AppData\\Local\\Temp/i)?.[1]
  const known = [...named, temporary].filter((name) => name !== undefined && name !== '') as string[]
  return [...known, ...known.flatMap((name) => attempt(() => realpathSync.native(name)) ?? [])]
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
