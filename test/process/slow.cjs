'use strict';
/** A network with slow inferences, for programs that end meanwhile. */

const { IECore } = require('../..');

const convolution = `${__dirname}/../fixtures/networks/conv.xml`;

/** @param side - width and height of the image, in pixels */
async function loadSlow(side) {
  const ie = new IECore();
  const net = await ie.readNetwork(convolution);
  net.reshape({ input: [1, 3, side, side] });
  return ie.loadNetwork(net, 'CPU', { numRequests: 2 });
}

const pixelsOf = (side) => ({ input: new Float32Array(3 * side * side).fill(100) });

module.exports = { loadSlow, pixelsOf };
