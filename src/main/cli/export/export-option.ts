import { takeFileOption } from '../file-option'

export const EXPORT_OPTION_HELP = `  --export [FILE]
                one archive for whoever helps you: the record, the page of --html,
                profiles, the log's minutes around it, what doctor says. FILE ends in
                .zip, and is not there yet. Passwords, tokens, keys and the home folder
                are left out
`

/** Takes `--export [FILE.zip]` out of a command's arguments. */
export const takeExportOption = (args: readonly string[]) => takeFileOption(args, '--export', /\.zip$/i)

/** True where the arguments ask for an archive. */
export function wantsExport(args: readonly string[]): boolean {
  return takeExportOption(args).wanted !== null
}
