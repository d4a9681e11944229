// @ts-check
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'

/**
 * The software bill of materials of an installer, in CycloneDX's JSON: what is bundled in it, and Electron.
 * @param {object} options
 * @param {{ name: string, version: string, license: string }} options.app
 * @param {string | null} options.electron its version; `null` where that is not known
 * @param {string} [options.electronHash] SHA-256 of its archive, in hexadecimal
 * @param {readonly import('../dependencies/shipped.mjs').ShippedPackage[]} options.shipped
 * @returns {string}
 */
export function billOfMaterials({ app, electron, electronHash, shipped }) {
  const component = new Models.Component(Enums.ComponentType.Application, app.name, {
    version: app.version,
    bomRef: `${app.name}@${app.version}`,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(app.license)]),
  })
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component }) })
  const framework = new Models.Component(Enums.ComponentType.Framework, 'electron', {
    bomRef: 'electron',
    ...(electron !== null && { version: electron, purl: purl('electron', electron) }),
    description: "Chromium and Node are in it: Electron's own release notes say in which versions",
    licenses: new Models.LicenseRepository([new Models.SpdxLicense('MIT')]),
    hashes: new Models.HashDictionary(electronHash ? [[Enums.HashAlgorithm['SHA-256'], electronHash]] : []),
  })
  // One version of a package may lie in two folders.
  const once = new Map(
    shipped
      .filter(({ exampleOnly }) => !exampleOnly)
      .map((one) => [`${one.inside}/${one.name}@${one.version}`, one]),
  )
  const parts = [...once.values()].map((one) => {
    const { name, version, licence, inside } = one
    return new Models.Component(Enums.ComponentType.Library, name, {
      // dd-trace does not say which version of a package it has bundled.
      ...(inside === null
        ? { version, purl: purl(name, version) }
        : { description: `bundled in ${inside} ${version}` }),
      bomRef: inside === null ? `${name}@${version}` : `${inside}@${version}/${name}`,
      licenses: new Models.LicenseRepository([licenceOf(licence)]),
    })
  })
  for (const part of [framework, ...parts]) {
    bom.components.add(part)
    component.dependencies.add(part.bomRef)
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

/** @param {string} spdx an identifier or an expression */
function licenceOf(spdx) {
  return /[ ()]/.test(spdx) ? new Models.LicenseExpression(spdx) : new Models.SpdxLicense(spdx)
}

/** The package URL of an npm package, see github.com/package-url/purl-spec. @param {string} name @param {string} version */
function purl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}
