// @ts-check

/** The app's own subcommands, and what each shows: `src/main/cli/commands.ts` for when the app is not built yet. */
export const COMMANDS = {
  status: 'whether Studio is up, and how its backend is',
  jobs: 'jobs that failed, and why',
  incidents: 'deaths of the backend, and what is known about each',
  logs: 'what the monitor logged, and what the backend wrote',
  doctor: 'whether all works that Datadog needs to see Studio, and what to do where it does not',
  top: 'functions that hold most memory, or take most time, in a profile',
  clear: 'deletes these records, after a question',
  completion: 'has your shell complete all this: bash, zsh, fish, powershell',
}

/**
 * The part of a command line that can be told without the app: its commands, or that it names none of them.
 * @param {readonly string[]} args the app's
 * @param {boolean} isBuilt whether the app is there: it knows more of a wrong command, and each command's own help
 * @param {string} version the package's
 * @returns {{ text: string, exitCode: number } | null} null when the app has to be asked
 */
export function answerWithoutApp(args, isBuilt, version) {
  const word = commandIn(args)
  const asksForHelp = args.includes('--help') || args.includes('-h')
  if (word === undefined) {
    if (asksForHelp) return { text: overview(), exitCode: 0 }
    if (args.includes('--version') || args.includes('-V')) return { text: `${version}\n`, exitCode: 0 }
    return refusal(args)
  }
  if (isBuilt) return null
  if (!Object.hasOwn(COMMANDS, word)) {
    const known = Object.keys(COMMANDS).join(', ')
    return {
      text: `studio-monitor: unknown command ${JSON.stringify(word)}: known are ${known}\n`,
      exitCode: 2,
    }
  }
  return asksForHelp
    ? {
        text: `${overview()}The app has the help of ${word}, and is not built yet: npm run build\n`,
        exitCode: 0,
      }
    : null
}

/** The options that stand without a command. */
const ALONE = ['--version', '--help']

/** Chromium has more than a thousand switches, so what is not known starts the app: but for a slip of the keys. @param {readonly string[]} args */
function refusal(args) {
  const end = args.indexOf('--')
  for (const argument of args.slice(0, end < 0 ? args.length : end)) {
    const meant = ALONE.find((option) => isSlip(argument, option))
    if (meant)
      return {
        text: `studio-monitor: unknown option ${JSON.stringify(argument)}. Did you mean ${meant}?\n`,
        exitCode: 2,
      }
  }
  return null
}

/** True for the same letters in another order, and a beginning that no switch has. @param {string} typed @param {string} option */
function isSlip(typed, option) {
  const letters = (/** @type {string} */ word) => [...word].sort().join('')
  return letters(typed) === letters(option) || (typed.length > 4 && option.startsWith(typed))
}

/** The first word that is neither a switch nor one's end. @param {readonly string[]} args */
export function commandIn(args) {
  const end = args.indexOf('--')
  const before = args.slice(0, end < 0 ? args.length : end)
  return before.find((argument) => !argument.startsWith('-') && argument !== '') ?? args[before.length + 1]
}

export function overview() {
  const names = Object.keys(COMMANDS)
  const width = Math.max(...names.map((name) => name.length))
  const rows = Object.entries(COMMANDS).map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}\n`)
  return `Without a command the app starts. All commands but clear only read, also while the app runs:\n\n${rows.join('')}\nEach takes --help, and all but completion --json. --version prints the version.\n`
}
