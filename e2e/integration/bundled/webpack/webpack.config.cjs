const path = require('node:path')
const { studioMonitor } = require('studio-datadog-monitor/webpack')

/** Bundles a main as Forge's webpack plugin does: one file, and no modules beside it in the app. */
module.exports = {
  target: 'electron-main',
  mode: process.env.MINIFY === 'true' ? 'production' : 'development',
  devtool: process.env.DEVTOOL ?? 'source-map',
  entry: './source/main.mjs',
  output: {
    path: path.join(__dirname, '.webpack/main'),
    filename: 'index.js',
    chunkFilename: 'chunks/[id].js',
    library: { type: 'commonjs2' },
  },
  plugins: process.env.WITHOUT_PLUGIN === 'true' ? [] : [studioMonitor()],
}
