// @ts-check
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * A package whose code reaches users inside our own files.
 * @typedef {object} ShippedPackage
 * @property {string} name
 * @property {string} version of a package that another one brings inside it: that one's
 * @property {string} licence an SPDX expression
 * @property {string} folder where its files are, from the project's root, with slashes
 * @property {number} bytes that it takes in all bundles together
 * @property {string[]} neededBy the packages that import it; empty when our own code does
 * @property {string | null} inside the package that brings it along
 * @property {boolean} exampleOnly it is in no installer, but in the example backend of the npm package
 */

/**
 * A package's path: `node_modules/a/`, `node_modules/a/node_modules/@b/c/`, after a plugin's prefix too; also
 * those that dd-trace has bundled itself.
 */
const PACKAGE = /(?<![^/:])(?<folder>node_modules\/(?:.*\/node_modules\/)?(?<name>@[^/]+\/[^/]+|[^/]+))\//
const VENDORED = /(?<![^/:])(?<folder>node_modules\/dd-trace\/vendor\/dist\/(?<name>@[^/]+\/[^/]+|[^/]+))\//
const DD_TRACE = 'dd-trace'
const EXAMPLE = /\/examples\//

/** @param {string} input a file as esbuild names it @returns {{ folder: string, name: string, vendored: boolean } | null} */
function packageOf(input) {
  const vendored = VENDORED.exec(input)?.groups
  const { folder, name } = vendored ?? PACKAGE.exec(input)?.groups ?? {}
  return folder === undefined || name === undefined
    ? null
    : { folder, name, vendored: vendored !== undefined }
}

/**
 * @param {string} root
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {Promise<ShippedPackage[]>} by folder
 */
export async function shippedPackages(root, metafiles) {
  const folders = tally(metafiles)
  const licences = await vendoredLicences(root)
  const shipped = [...folders.values()].map(
    async ({ folder, name, vendored, bytes, importers, exampleOnly }) => {
      const own = vendored ? path.join('node_modules', DD_TRACE) : folder
      const { version, license } = JSON.parse(await readFile(path.join(root, own, 'package.json'), 'utf8'))
      const licence = vendored ? licences.get(name)?.licence : license
      if (typeof licence !== 'string') throw new Error(`nothing says under which licence ${folder} is`)
      const neededBy = [...importers].sort()
      return {
        name,
        version,
        licence,
        folder,
        bytes,
        neededBy,
        inside: vendored ? DD_TRACE : null,
        exampleOnly,
      }
    },
  )
  return (await Promise.all(shipped)).sort((a, b) => (a.folder < b.folder ? -1 : 1))
}

/** @param {readonly import('esbuild').Metafile[]} metafiles */
function tally(metafiles) {
  /** @type {Map<string, { folder: string, name: string, vendored: boolean, bytes: number, importers: Set<string>, exampleOnly: boolean }>} */
  const folders = new Map()
  for (const { inputs, outputs } of metafiles) {
    for (const [output, { inputs: parts }] of Object.entries(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(parts)) {
        const found = packageOf(input)
        if (found === null || bytesInOutput === 0) continue
        const known = folders.get(found.folder) ?? {
          ...found,
          bytes: 0,
          importers: new Set(),
          exampleOnly: true,
        }
        known.bytes += bytesInOutput
        known.exampleOnly &&= EXAMPLE.test(output)
        folders.set(found.folder, known)
      }
    }
    for (const [input, { imports }] of Object.entries(inputs)) {
      const importer = packageOf(input)
      for (const { path: imported } of imports) {
        const found = packageOf(imported)
        if (found !== null && importer !== null && importer.folder !== found.folder)
          folders.get(found.folder)?.importers.add(importer.name)
      }
    }
  }
  return folders
}

/**
 * dd-trace's list of the packages inside it: `"name","origin","['licence']","['holder']"`.
 * @param {string} root
 * @returns {Promise<Map<string, { licence: string, holder: string }>>}
 */
export async function vendoredLicences(root) {
  const table = await readFile(path.join(root, 'node_modules', DD_TRACE, 'LICENSE-3rdparty.csv'), 'utf8')
  const rows = [...table.matchAll(/^"([^"]+)","[^"]*","\['([^"]*)'\]","\['([^"]*)'\]"$/gm)]
  return new Map(rows.map(([, name = '', licence = '', holder = '']) => [name, { licence, holder }]))
}
