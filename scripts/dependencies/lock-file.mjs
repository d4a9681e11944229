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
 * What in `package-lock.json` nobody has looked at: code that runs at install, and what is not held by a check sum.
 * @param {{ packages: Readonly<Record<string, LockedPackage>> }} lock
 * @param {Readonly<Record<string, string>>} knownScripts names of packages, with the reason
 * @returns {string[]} one line each
 */
export function lockFileProblems({ packages }, knownScripts) {
  return Object.entries(packages).flatMap(([folder, locked]) => {
    if (folder === '') return []
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const problems = []
    if (locked.hasInstallScript && !Object.hasOwn(knownScripts, name))
      problems.push(
        `${name} ${locked.version} runs a script at install: read it, then name it in scripts/dependencies/reasons.mjs`,
      )
    if (locked.link || !locked.integrity) problems.push(`${name} is not held by a check sum`)
    // What a registry has needs no address; git, files and web servers have one.
    if (locked.resolved && !/^https:\/\/registry\.npmjs\.org\//.test(locked.resolved))
      problems.push(`${name} comes from ${locked.resolved}, not from the registry`)
    return problems
  })
}
