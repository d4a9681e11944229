import { type CommandContext, EXIT, type ExitCode } from '../context'
import { didYouMean } from '../did-you-mean'
import { parseOptions, UsageError } from '../options'
import { completionScript } from './scripts'
import { SHELLS } from './words'

const HELP = `completion: a script that has your shell complete the commands of studio-monitor, their
options and the values of these, on stdout

  completion ${SHELLS.join('|')}

  bash        source <(studio-monitor completion bash), in ~/.bashrc
  zsh         source <(studio-monitor completion zsh), in ~/.zshrc, below compinit
  fish        studio-monitor completion fish | source, in ~/.config/fish/config.fish
  powershell  studio-monitor completion powershell | Out-String | Invoke-Expression, in
              the file that $PROFILE names

Exit code: 0 printed; 2 wrong arguments.
`

export async function completion(args: readonly string[], { stdout }: CommandContext): Promise<ExitCode> {
  const { values, words } = parseOptions(args, { help: { type: 'boolean', short: 'h' } })
  if (values.help === true) {
    stdout(HELP)
    return EXIT.ok
  }
  const [word, second] = words
  const shell = SHELLS.find((known) => known === word?.toLowerCase())
  if (second !== undefined) throw new UsageError(`one shell at a time, not also ${JSON.stringify(second)}`)
  if (shell === undefined) {
    const known = SHELLS.join(', ')
    throw new UsageError(
      word === undefined
        ? `which shell? Known are ${known}`
        : `no shell ${JSON.stringify(word)}: known are ${known}${didYouMean(word, SHELLS)}`,
    )
  }
  stdout(completionScript(shell))
  return EXIT.ok
}
