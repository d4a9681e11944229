// @ts-check

/** The reasons why our own code needs a package. One that only others import is listed with those. */
export const REASONS = /** @type {Readonly<Record<string, string>>} */ ({
  '@datadog/pprof': "its pure part makes pprof of the inspector's profiles, as dd-trace does",
  '@msgpack/msgpack': "packs spans the way the Agent's `/v0.4/traces` takes them",
  'dd-trace': 'traces and runtime metrics in both processes',
  'electron-store': '`failed-jobs.json`: the list that other programs read',
  fflate: 'puts what belongs to an incident into one zip, for `incidents ID --export`',
  'magic-string': 'the Vite plugin changes paths in a bundle, and its source map with them; in no app',
  pngjs: 'the example backend writes real images',
  'pprof-format':
    'reads pprof files, for `top` and for the culprit of a death, and writes those of the Python engine',
  'string-width': "tables on a terminal: a character's width",
  systeminformation: 'the process tree where there is no `/proc`: macOS, Windows, packed there alone',
  valibot: 'what comes from disk, from another process or from the network is data until it is parsed',
  ws: 'the WebSocket of the engine',
})

/**
 * Packages that may run code when they are installed, with what it was found to do and why that is
 * acceptable. None of them is shipped; `npm ci --ignore-scripts` works as well.
 * @type {readonly import('./lock-file.mjs').KnownScript[]}
 */
export const INSTALL_SCRIPTS = [
  {
    name: 'esbuild',
    version: '0.28.2',
    integrity:
      'sha512-HKVLS8dvII+xoKW9kmqxbRKrnWEXfJJr/FZhhJmiqIB0e053QNYFqOBouTMO/k5sID4MvCiUCvv8b9M4h32wIA==',
    does: 'puts the binary of its own optional package where its launcher is; fetches it from the registry where that is missing',
  },
  {
    name: 'electron-winstaller',
    version: '5.4.0',
    integrity:
      'sha512-bO3y10YikuUwUuDUQRM4KfwNkKhnpVO7IPdbsrejwN9/AABJzzTQ4GeHwyzNSrVO+tEH3/Np255a3sVZpZDjvg==',
    does: 'copies the 7-Zip of its own package that fits the processor; for Squirrel, which is not used',
  },
]

/**
 * Packages that ask for Node 22.12, and what was seen of them on Node 20.20. The lock file has no `engines` of theirs.
 * @type {Readonly<Record<string, string>>}
 */
export const OLDER_NODE = {
  electron: 'its types, and its install script, which fetches as far as `@electron/get` does',
  '@electron/get': 'an ES module that `require` takes from Node 20.19 on; it fetches',
  '@electron-internal/extract-zip': "electron's install script unpacks with it; it loads",
  '@electron/rebuild': "electron-builder's, and not used: nothing native is packed",
  'node-abi': "that one's, and not used either",
}
