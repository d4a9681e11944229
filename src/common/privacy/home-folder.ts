import path from 'node:path'

/** Shortest home folder that is shortened: `/` belongs to no user. */
const MIN_LENGTH = 3
/** A slash of either kind as in an address within an address, or as JSON's own escape. */
const ENCODED = '%(?:25){0,4}(?:2F|5C)|\\\\{1,4}u00(?:2f|5c)'
/** Doubled as in JSON, and as in JSON in JSON. */
const SEPARATOR = `(?:[\\\\/]{1,8}|${ENCODED})`
const REGEXP_SYNTAX = /[.*+?^${}()|[\]\\/]/g

/**
 * Makes the function that writes a home folder as `~`: with either slash, also doubled as in JSON, as a file
 * URL, in a URL, and in any case where the file system ignores case.
 * @param folders the home folder and its other names, absolute
 */
export function homeShortener(
  folders: readonly string[],
  platform: NodeJS.Platform,
): (text: string) => string {
  const spellings = new Set(folders.flatMap((folder) => spellingsOf(folder, platform)))
  if (spellings.size === 0) return (text) => text
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length)
  // Not a part of a longer name on either side; a full stop may end a sentence.
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_.-])(?:${longestFirst.map(toPattern).join('|')})(?!\\.?[\\p{L}\\p{N}_-])`,
    platform === 'linux' ? 'gu' : 'giu',
  )
  return (text) => text.replace(pattern, '~')
}

function spellingsOf(folder: string, platform: NodeJS.Platform): string[] {
  const { normalize, isAbsolute } = platform === 'win32' ? path.win32 : path.posix
  const bare = normalize(folder).replace(/[\\/]+$/, '')
  if (!isAbsolute(bare) || bare.length < MIN_LENGTH || /^[a-z]:$/i.test(bare)) return []
  const [, drive, rest] = bare.match(/^([a-z]):[\\/](.*)$/i) ?? []
  // The way the shells of Git and WSL write a Windows path.
  const names = drive === undefined ? [bare] : [bare, `/${drive}/${rest}`, `/mnt/${drive}/${rest}`]
  return names
    .flatMap((name) => [name, name.normalize('NFC'), name.normalize('NFD')])
    .flatMap((name) => [name, encodeURI(name.replaceAll('\\', '/'))])
}

/**
 * A pattern of the folder whose separators match either slash, also as written in JSON or a query; only the
 * first one is sure to be a separator.
 */
function toPattern(folder: string): string {
  const [first = '', ...parts] = folder.split(/[\\/]/).map((part) => part.replaceAll(REGEXP_SYNTAX, '\\$&'))
  const others = parts.join(SEPARATOR)
  return first === '' ? `(?:[\\\\/]|${ENCODED})${others}` : `${first}${SEPARATOR}${others}`
}
