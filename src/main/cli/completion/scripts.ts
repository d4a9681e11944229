import { COMMAND_NAMES } from '../command-names'
import { FILES, FIRST, type Shell, VALUES, wordsOf } from './words'

const PROGRAM = 'studio-monitor'

/** The script that has a shell complete the commands, their options and the values of these. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]()
}

const SCRIPTS: Readonly<Record<Shell, () => string>> = {
  bash: () => `# ${PROGRAM}: source <(${PROGRAM} completion bash)
_studio_monitor() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word i
  # Bash makes three words of --name=value.
  if [ "$current" = = ]; then current=
  elif [ "$previous" = = ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in =) ((i++)) ;; -*) ;; *) command=$word; break ;; esac
  done
  local words
  case $previous in
${cases(Object.entries(VALUES), '    ')}
    ${FILES.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --user-data-dir) COMPREPLY=($(compgen -d -- "$current")); return ;;
    *) case $command in
${cases(
  COMMAND_NAMES.map((name) => [name, wordsOf(name)]),
  '      ',
)}
      '') words='${FIRST.join(' ')}' ;;
      *) words= ;;
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _studio_monitor ${PROGRAM}
`,
  zsh: () => `#compdef ${PROGRAM}
# ${PROGRAM}: source <(${PROGRAM} completion zsh)
_studio_monitor() {
  local previous=\${words[CURRENT-1]} command= word
  for word in \${words[2,CURRENT-1]}; do
    case $word in -*) ;; *) command=$word; break ;; esac
  done
  case $previous in
${zshCases(Object.entries(VALUES), '    ')}
    ${FILES.join('|')}) _files; return ;;
  esac
  if [[ \${words[CURRENT]} = --user-data-dir=* ]]; then compset -P '*='; _files -/; return; fi
  case $command in
${zshCases(
  COMMAND_NAMES.map((name) => [name, wordsOf(name)]),
  '    ',
)}
    '') compadd -- ${FIRST.join(' ')} ;;
  esac
}
compdef _studio_monitor ${PROGRAM}
`,
  fish: () =>
    [
      `# ${PROGRAM}: ${PROGRAM} completion fish | source`,
      `complete -c ${PROGRAM} -f`,
      `complete -c ${PROGRAM} -n __fish_use_subcommand -a '${FIRST.filter((word) => !word.endsWith('=')).join(' ')}'`,
      `complete -c ${PROGRAM} -l user-data-dir -x -a '(__fish_complete_directories)'`,
      ...COMMAND_NAMES.flatMap((name) => {
        const behind = `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}'`
        return wordsOf(name).map((word) => {
          if (!word.startsWith('--')) return `${behind} -a ${word}`
          const values = VALUES[word]
          const rest = values ? ` -x -a '${values.join(' ')}'` : FILES.includes(word) ? ' -r -F' : ''
          return `${behind} -l ${word.slice(2)}${rest}`
        })
      }),
      '',
    ].join('\n'),
  powershell: () => `# ${PROGRAM}: ${PROGRAM} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${PROGRAM} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $given = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -ne '' -and $given.Count -gt 0) { $given = @($given | Select-Object -SkipLast 1) }
  $command = $given | Where-Object { $_ -notlike '-*' } | Select-Object -First 1
  $previous = $given | Select-Object -Last 1
  $values = @{
${Object.entries(VALUES)
  .map(([name, values]) => `    '${name}' = '${values.join(' ')}'`)
  .join('\n')}
  }
  $words = @{
${COMMAND_NAMES.map((name) => `    '${name}' = '${wordsOf(name).join(' ')}'`).join('\n')}
  }
  $fitting = if ($previous -and $values.ContainsKey($previous)) { $values[$previous] }
    elseif ($command) { $words[$command] }
    else { '${FIRST.join(' ')}' }
  "$fitting" -split ' ' | Where-Object { $_ -and $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`,
}

type Case = readonly [name: string, words: readonly string[]]

function cases(all: readonly Case[], indent: string): string {
  return all.map(([name, words]) => `${indent}${name}) words='${words.join(' ')}' ;;`).join('\n')
}

function zshCases(all: readonly Case[], indent: string): string {
  return all.map(([name, words]) => `${indent}${name}) compadd -- ${words.join(' ')}; return ;;`).join('\n')
}
