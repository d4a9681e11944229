// @ts-check
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { vendoredLicences } from './shipped.mjs'

/** The file beside the bundles, and beside the app in an installer, with what the licences require. */
export const NOTICES_FILE = 'THIRD-PARTY-LICENSES.txt'

/** The data of others that ours is made from, a folder for each with its licence: no package, so no bundle names it. */
const ADAPTED = 'third-party'

const TEXT = /^(licen[cs]e|notice|copying)([.-].*)?$/i
const LINE = '-'.repeat(100)

/**
 * The licence texts of everything that is bundled, each package's with its copyright lines, and of the data that some of
 * it was made from.
 * @param {string} root
 * @param {readonly import('./shipped.mjs').ShippedPackage[]} shipped
 */
export async function thirdPartyNotices(root, shipped) {
  const vendored = await vendoredLicences(root)
  const parts = shipped.map(async (one) => {
    const texts = await licenceTexts(path.join(root, one.folder))
    const holder = vendored.get(one.name)?.holder
    // A package without a text of its own: the statement of the package that contains it.
    if (texts.length === 0 && one.inside !== null && holder)
      texts.push(`Copyright ${holder}. Licence: ${one.licence}.`)
    if (texts.length === 0) throw new Error(`${one.folder} has no licence text to ship`)
    const head = `${one.name}${one.inside === null ? ` ${one.version}` : `, inside ${one.inside} ${one.version}`}`
    return [LINE, `${head} (${one.licence})`, '', ...texts].join('\n')
  })
  const head =
    'This product contains the following software. Electron and Chromium: see LICENSES.chromium.html.'
  return `${[head, ...(await Promise.all(parts)), ...(await adaptedData(root))].join('\n\n')}\n`
}

/** @param {string} root @returns {Promise<string[]>} */
async function adaptedData(root) {
  const names = await readdir(path.join(root, ADAPTED))
  return Promise.all(
    names.sort().map(async (name) => {
      const texts = await licenceTexts(path.join(root, ADAPTED, name))
      if (texts.length === 0) throw new Error(`${ADAPTED}/${name} has no licence text to ship`)
      return [LINE, `${name}, whose data ours was made from`, '', ...texts].join('\n')
    }),
  )
}

/** @param {string} folder */
async function licenceTexts(folder) {
  const names = (await readdir(folder)).filter((name) => TEXT.test(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim())
}
