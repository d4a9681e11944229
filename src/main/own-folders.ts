import path from 'node:path'

const root = path.resolve(__dirname, '../..')

/** What runs in the backend's process ahead of it: as it is bundled, and as its source maps call it. */
export const OWN_FOLDERS = ['dist', 'src'].map((folder) => path.join(root, folder, 'preload'))
