import { realpathSync } from 'node:fs'
import os from 'node:os'
import { cutText } from '../output/cut-text'
import { homeShortener } from './home-folder'
import { knownSecrets } from './known-secrets'
import { SecretFinder } from './secrets'
import { SplitSecrets } from './split-secrets'

/** Longest text in which a known secret is looked for over quotation marks and line ends, in UTF-16 code units. */
const MAX_LINES_READ = 65_536

export interface Surroundings {
  /** The home folder and its other names, absolute. */
  readonly homes: readonly string[]
  readonly platform: NodeJS.Platform
  /** The environment that the values of secrets are known from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Secrets that the environment does not have. */
  readonly secrets?: readonly string[]
}

export interface Scrubber {
  /** The secrets whose values are known. */
  readonly known: readonly string[]
  /**
   * Makes a text safe to leave the machine: the home folder becomes `~`; tokens, keys and passwords are
   * blanked.
   */
  scrub(text: string): string
  /** Blanks tokens, keys and passwords alone: for what stays on the machine, and is looked up by its paths there. */
  hideSecrets(text: string): string
}

export function createScrubber({ homes, platform, env, secrets = [] }: Surroundings): Scrubber {
  const shortenHome = homeShortener(homes, platform)
  // Under a name that says what they are.
  const others = secrets.flatMap((secret, n) => knownSecrets({ [`${n}_SECRET`]: secret }))
  const known = [...new Set([...knownSecrets(env), ...others])]
  const finder = new SecretFinder(known)
  // Each text by itself: only a stream's lines follow one another.
  const withoutSplit = (text: string) =>
    known.length > 0 && text.length <= MAX_LINES_READ && text.includes('\n')
      ? new SplitSecrets(known).hide(text)
      : text
  const hideSecrets = (text: string) => finder.hide(withoutSplit(text))
  return { known, hideSecrets, scrub: (text) => shortenHome(hideSecrets(text)) }
}

let own: Scrubber | null = null

/** This process's scrubber, made at its first use: by then the settings are in the environment. */
function ownScrubber(): Scrubber {
  own ??= createScrubber({ homes: homeFolders(), platform: process.platform, env: process.env })
  return own
}

/** From now on this process blanks these secrets too: those of the app that are kept from its environment. */
export function hideAlso(secrets: readonly string[]): void {
  own = createScrubber({ homes: homeFolders(), platform: process.platform, env: process.env, secrets })
}

/** The secrets whose values this process knows: for a thread of it that has no environment. */
export const knownSecretsHere = (): readonly string[] => ownScrubber().known

/** Looks at the disk and the environment now, and not within the first text. Never throws. */
export function prepareScrubbing(): void {
  ownScrubber()
}

/**
 * Makes a text safe to leave the machine: the home folder becomes `~`; tokens, keys and passwords are
 * blanked. Never throws.
 */
export const scrub = (text: string): string => ownScrubber().scrub(text)

/** Blanks tokens, keys and passwords in a text that stays on the machine. Never throws. */
export const hideSecrets = (text: string): string => ownScrubber().hideSecrets(text)

/** Longest beginning of a secret that is not known as one, in UTF-16 code units. */
const CUT_SECRET = 300

/** Scrubs a text and cuts it to `limit` bytes in a JSON file; what lies far behind the cut is not read. */
export function scrubbedTo(limit: number, text: string): string {
  const read = 2 * limit + 1_000
  const scrubbed = scrub(text.slice(0, read))
  // What was cut within a secret is not known by its shape: it is never shown, however much was blanked before it.
  return cutText(limit, text.length > read ? scrubbed.slice(0, -CUT_SECRET) : scrubbed)
}

/**
 * Every name of the home folder: from the environment, from the system, behind links, and the short DOS one.
 */
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
