// @ts-check

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [hasInstallScript]
 */

/**
 * An install script that somebody has read, of this version and content.
 * @typedef {object} KnownScript
 * @property {string} name
 * @property {string} version
 * @property {string} integrity as the lock file has it
 * @property {string} does
 */

/**
 * The unreviewed entries of `package-lock.json`: code that runs at install, and packages without a checksum.
 * @param {{ packages: Readonly<Record<string, LockedPackage>> }} lock
 * @param {readonly KnownScript[]} knownScripts
 * @returns {string[]} one line each
 */
export function lockFileProblems({ packages }, knownScripts) {
  return Object.entries(packages).flatMap(([folder, locked]) => {
    if (folder === '') return []
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const problems = []
    const isKnown = knownScripts.some(
      (known) =>
        known.name === name && known.version === locked.version && known.integrity === locked.integrity,
    )
    if (locked.hasInstallScript && !isKnown)
      problems.push(
        `${name} ${locked.version} runs a script at install: read it, then put version and check sum into scripts/dependencies/reasons.mjs`,
      )
    if (locked.link || !locked.integrity) problems.push(`${name} is not held by a check sum`)
    // A registry's package needs no address; git, files and web servers have one.
    if (locked.resolved && !/^https:\/\/registry\.npmjs\.org\//.test(locked.resolved))
      problems.push(`${name} comes from ${locked.resolved}, not from the registry`)
    return problems
  })
}
