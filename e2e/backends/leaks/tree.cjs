// A recursion that is never too deep, only too wide: each level of the tree doubles it.
function buildTree(depth) {
  return depth === 0 ? null : { depth, left: buildTree(depth - 1), right: buildTree(depth - 1) }
}

setImmediate(() => buildTree(40))
