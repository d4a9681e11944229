// @ts-check

/** The resident memory of this process in bytes, its garbage collected where V8's `gc()` is to be had. */
function residentMemory() {
  const collect = /** @type {{ gc?: () => void }} */ (globalThis).gc
  collect?.()
  collect?.()
  return process.memoryUsage.rss()
}

module.exports = { residentMemory }
