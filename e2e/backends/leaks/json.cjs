// Large responses, parsed by V8's own code, and retained.
const catalog = JSON.stringify(
  Array.from({ length: 8_000 }, (_, id) => ({ id, name: `part ${id}`, sizes: [id, id + 1, id + 2] })),
)
const versions = []

function loadCatalog() {
  versions.push(JSON.parse(catalog))
}

setInterval(loadCatalog, 10)
