import config from './webpack.config.cjs'

/** @param {typeof import('webpack')} webpack */
export function build(webpack) {
  return new Promise((resolve, reject) => {
    webpack(config, (error, stats) =>
      error || stats.hasErrors() ? reject(error ?? new Error(stats.toString())) : resolve(stats),
    )
  })
}
