/** Wine refuses to set keep-alive for a socket that is still connecting, and Node would end the connection. */
const { Socket } = require('node:net');

const { setKeepAlive } = Socket.prototype;
Socket.prototype.setKeepAlive = function set(...args) {
  return this.connecting ? this : setKeepAlive.apply(this, args);
};
