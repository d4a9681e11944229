const OPTION = '--export'
const FILE = /\.zip$/i

/** That an archive is wanted, and in which file. */
export interface ExportWanted {
  /** The file; `null` for a name of ours in the working folder. */
  readonly file: string | null
}

export const EXPORT_OPTION_HELP = `  --export [FILE]
                one archive for whoever helps you: the record, the page of --html,
                profiles, the log's minutes around it, what doctor says. FILE ends in
                .zip, and is not there yet. Passwords, tokens, keys and the home folder
                are left out
`

/** True where the arguments ask for an archive. */
export function wantsExport(args: readonly string[]): boolean {
  return takeExportOption(args).wanted !== null
}

/**
 * Takes `--export`, `--export FILE.zip` and `--export=FILE` out of a command's arguments. A word behind it that ends otherwise is
 * the command's own.
 * @returns the other arguments, and `null` where no archive is wanted
 */
export function takeExportOption(args: readonly string[]): {
  readonly wanted: ExportWanted | null
  readonly rest: readonly string[]
} {
  const end = args.indexOf('--')
  const at = args.findIndex((argument) => argument === OPTION || argument.startsWith(`${OPTION}=`))
  const option = args[at]
  if (option === undefined || (end >= 0 && at > end)) return { wanted: null, rest: args }
  const given = option.slice(OPTION.length + 1)
  if (given !== '') return { wanted: { file: given }, rest: args.toSpliced(at, 1) }
  const next = args[at + 1]
  const isFile = next !== undefined && FILE.test(next)
  return { wanted: { file: isFile ? next : null }, rest: args.toSpliced(at, isFile ? 2 : 1) }
}
