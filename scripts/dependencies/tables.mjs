// @ts-check

/**
 * Difference of sizes, as a share, below which they count as the same: they follow every change of the code
 * that uses a package.
 */
const SAME_SIZE = 0.25
const KB = 1_000

/**
 * The rows of the shipped packages. A size that is about the same stays unchanged.
 * @param {readonly import('./shipped.mjs').ShippedPackage[]} shipped
 * @param {Readonly<Record<string, string>>} reasons
 * @param {string} old the present document
 * @returns {string[][]}
 */
export function shippedRows(shipped, reasons, old) {
  const sizes = oldSizes(old)
  const rows = shipped.map((one) => {
    const name = `${one.name} ${one.inside === null ? one.version : `(in ${one.inside})`}`
    const kb = Math.max(1, Math.round(one.bytes / KB))
    const before = sizes.get(name)
    const same = before !== undefined && Math.abs(kb - before) <= Math.max(1, SAME_SIZE * before)
    return [name, one.licence, `${same ? before : kb} kB`, reason(one, reasons)]
  })
  return [['package', 'licence', 'size', 'why'], ...rows]
}

/** @param {import('./shipped.mjs').ShippedPackage} one @param {Readonly<Record<string, string>>} reasons */
function reason({ name, inside, neededBy, exampleOnly }, reasons) {
  const own = inside === null ? reasons[name] : undefined
  if (own === undefined && inside === null && neededBy.length === 0)
    throw new Error(`${name} is shipped and has no reason in scripts/dependencies/reasons.mjs`)
  const why = own ?? `for ${neededBy.join(', ') || inside}`
  return exampleOnly ? `${why}; in the example backend alone` : why
}

/** @param {string} document */
function oldSizes(document) {
  const rows = document.matchAll(/^\| ([^|]+) \| [^|]+ \| (\d+) kB \|/gm)
  return new Map([...rows].map(([, name = '', kb]) => [name, Number(kb)]))
}

/** @param {readonly import('./lock-file.mjs').KnownScript[]} scripts @returns {string[][]} */
export function scriptRows(scripts) {
  return [
    ['package', 'what its script does'],
    ...scripts.map(({ name, version, does }) => [`${name} ${version}`, does]),
  ]
}
