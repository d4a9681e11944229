// @ts-check

/**
 * A script's arguments. `--help`, and what `parse` throws at, are answered here and end the process, before anything is
 * built or fetched: with 0 and 2.
 * @template T
 * @param {string} usage one line or more, without the last newline
 * @param {() => T} parse throws at what is not known
 * @returns {T}
 */
export function argumentsOr(usage, parse) {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  try {
    return parse()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`)
    process.exit(2)
  }
}

/** Says what is being done now: on stderr, as stdout may be somebody's. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`)
}
