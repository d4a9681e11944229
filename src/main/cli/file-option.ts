/** That a file is wanted, and which. */
export interface FileWanted {
  /** The file; `null` for a name of ours in the working folder. */
  readonly file: string | null
}

/**
 * Takes an option that may have a file behind it out of a command's arguments: `--html`, `--html FILE.html` or `--html=FILE`. A word
 * behind it that ends otherwise is the command's own.
 * @param ending that of such a file
 * @returns the other arguments, and `null` where the option is not given
 */
export function takeFileOption(
  args: readonly string[],
  name: `--${string}`,
  ending: RegExp,
): { readonly wanted: FileWanted | null; readonly rest: readonly string[] } {
  const end = args.indexOf('--')
  const at = args.findIndex((argument) => argument === name || argument.startsWith(`${name}=`))
  const option = args[at]
  if (option === undefined || (end >= 0 && at > end)) return { wanted: null, rest: args }
  const given = option.slice(name.length + 1)
  if (given !== '') return { wanted: { file: given }, rest: args.toSpliced(at, 1) }
  const next = args[at + 1]
  const isFile = next !== undefined && ending.test(next)
  return { wanted: { file: isFile ? next : null }, rest: args.toSpliced(at, isFile ? 2 : 1) }
}
