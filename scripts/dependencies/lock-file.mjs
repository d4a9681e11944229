// @ts-check

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [hasInstallScript]
 * @property {Readonly<Record<string, string>> | readonly string[]} [engines]
 */

/**
 * An install script that somebody has read, of this version and content.
 * @typedef {object} KnownScript
 * @property {string} name
 * @property {string} version
 * @property {string} integrity as the lock file has it
 * @property {string} does
 */

/** The oldest Node that `engines` allows, as `[major, minor]`. @param {LockedPackage | undefined} locked */
function oldestNode(locked) {
  const { node = '' } = /** @type {Record<string, string>} */ (locked?.engines ?? {})
  const [, major = 0, minor = 0] = /^>=\s*(\d+)(?:\.(\d+))?[\d.]*$/.exec(node) ?? []
  return [Number(major), Number(minor)]
}

/** @param {LockedPackage} locked @param {LockedPackage | undefined} project */
function asksForNewerNode(locked, project) {
  const [[major = 0, minor = 0], [ours = 0, oursMinor = 0]] = [oldestNode(locked), oldestNode(project)]
  return major > ours || (major === ours && minor > oursMinor)
}

/**
 * The entries of `package-lock.json` that nobody has looked at: code that runs at install, what is not held by a check sum, and what
 * asks for a newer Node than this project does. `npm ci` warns of the last in five lines each; where what is used of a
 * package was seen to run on ours, its `engines` do not stand in the lock file, and `OLDER_NODE` says what was seen.
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
    if (asksForNewerNode(locked, packages['']))
      problems.push(
        `${name} ${locked.version} asks for a newer Node than package.json: take another version; or see that what is used of it runs on ours, take its "engines" out of the lock file, and put it into OLDER_NODE of scripts/dependencies/reasons.mjs`,
      )
    if (locked.link || !locked.integrity) problems.push(`${name} is not held by a check sum`)
    // A registry's package needs no address; git, files and web servers have one.
    if (locked.resolved && !/^https:\/\/registry\.npmjs\.org\//.test(locked.resolved))
      problems.push(`${name} comes from ${locked.resolved}, not from the registry`)
    return problems
  })
}
