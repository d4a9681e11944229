import { takeFileOption } from './file-option'

export const PAGE_OPTION_HELP = `  --html [FILE] one page with all of it, for any browser, with flame graphs;
                FILE ends in .html, without it the name is made here
`

/** Takes `--html [FILE.html]` out of a command's arguments. */
export const takePageOption = (args: readonly string[]) => takeFileOption(args, '--html', /\.html?$/i)
