const OPTION = '--html'
const FILE = /\.html?$/i

/** That a page is wanted, and in which file. */
export interface PageWanted {
  /** The file; `null` for a name of ours in the working folder. */
  readonly file: string | null
}

export const PAGE_OPTION_HELP = `  --html [FILE] one page with all of it, for any browser, with flame graphs;
                FILE ends in .html, without it the name is made here
`

/**
 * Takes `--html`, `--html FILE.html` and `--html=FILE` out of a command's arguments. A word behind it that ends otherwise is the
 * command's own.
 * @returns the other arguments, and `null` where no page is wanted
 */
export function takePageOption(args: readonly string[]): {
  readonly page: PageWanted | null
  readonly rest: readonly string[]
} {
  const end = args.indexOf('--')
  const at = args.findIndex((argument) => argument === OPTION || argument.startsWith(`${OPTION}=`))
  const option = args[at]
  if (option === undefined || (end >= 0 && at > end)) return { page: null, rest: args }
  const given = option.slice(OPTION.length + 1)
  if (given !== '') return { page: { file: given }, rest: args.toSpliced(at, 1) }
  const next = args[at + 1]
  const isFile = next !== undefined && FILE.test(next)
  return { page: { file: isFile ? next : null }, rest: args.toSpliced(at, isFile ? 2 : 1) }
}
