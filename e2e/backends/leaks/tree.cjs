// A recursion that is not too deep, but too wide: each level of the tree doubles it.
function buildTree(depth) {
  return depth === 0 ? null : { depth, left: buildTree(depth - 1), right: buildTree(depth - 1) }
}

setImmediate(() => buildTree(40))
